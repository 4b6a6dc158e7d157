import { AppError } from '$lib/domain/errors';
import { XMLParser } from 'fast-xml-parser';
import type { ArchiveReader } from './format';
import { wholeText } from './text';
import { parseXml } from './xml';

type Members = Readonly<Record<string, unknown>>;

export interface VocObject {
  readonly name?: unknown;
  readonly bndbox?: Members;
  /** The turned box of roLabelImg. */
  readonly robndbox?: Members;
  readonly polygon?: unknown;
  readonly attributes?: unknown;
}

export interface VocFile {
  readonly filename?: unknown;
  readonly folder?: unknown;
  readonly path?: unknown;
  readonly source?: { readonly database?: unknown };
  readonly size?: { readonly width?: unknown; readonly height?: unknown };
  readonly object?: readonly VocObject[];
}

const PARSER = new XMLParser({
  parseTagValue: false,
  processEntities: true,
  isArray: (name) => name === 'object',
});

/** Throws `format-invalid` if a file is no XML, or no annotation. */
export async function annotationOf(archive: ArchiveReader, path: string): Promise<VocFile> {
  const file = parseXml(PARSER, await wholeText(archive, path), path) as {
    readonly annotation?: VocFile | string;
  };
  if (typeof file.annotation === 'object') return file.annotation;
  throw new AppError('format-invalid', { path, reason: 'not-xml' });
}
