import { AppError } from '$lib/domain/errors';
import { parse } from 'yaml';
import type { ArchiveReader, ReadContext } from './format';
import { nameIn } from './paths';
import { wholeText } from './text';
import { classFiles, textKind } from './yolo-layout';

export interface ClassNames {
  readonly names: ReadonlyMap<number, string>;
  /**
   * The number of key points per line, and of numbers per key point; null if there are none, or the file does not
   * say.
   */
  readonly keypoints: { readonly count: number; readonly numbers: number } | null;
}

/** Class names by number, exactly as they are written: `02146` and `null` are names. */
export async function classNames(
  archive: ArchiveReader,
  { issue }: Pick<ReadContext, 'issue'>,
): Promise<ClassNames> {
  let keypoints: ClassNames['keypoints'] = null;
  for (const path of classFiles(archive)) {
    if (/\.ya?ml$/i.test(path)) {
      const data = await yamlOf(archive, path, issue);
      keypoints ??= keypointsOf(data?.['kpt_shape']);
      const names = namesOf(data?.['names']);
      if (names !== null) return { names, keypoints };
    } else {
      const text = await wholeText(archive, path);
      // A picture may be called `classes`, so this may be its label file.
      if (textKind(text) !== 'other') continue;
      const lines = text.trimEnd().split(/\r?\n/);
      return { names: named(lines.map((name, number) => [number, name])), keypoints };
    }
  }
  return { names: new Map(), keypoints };
}

/** Throws `format-invalid` if `data.yaml` is no YAML; another YAML file is reported and skipped. */
async function yamlOf(
  archive: ArchiveReader,
  path: string,
  issue: ReadContext['issue'],
): Promise<Readonly<Record<string, unknown>> | null> {
  const isData = /^(data|dataset)\.ya?ml$/i.test(nameIn(path));
  try {
    const data = parse(await wholeText(archive, path), { schema: 'failsafe', maxAliasCount: 100 }) as unknown;
    return typeof data === 'object' ? (data as Readonly<Record<string, unknown>> | null) : null;
  } catch (error) {
    if (!isData) {
      issue({ code: 'entry-unreadable', path });
      return null;
    }
    if (error instanceof AppError) throw error;
    throw new AppError('format-invalid', { path, reason: 'not-yaml' }, { cause: error });
  }
}

function namesOf(names: unknown): ReadonlyMap<number, string> | null {
  if (typeof names !== 'object' || names === null) return null;
  const entries = Object.entries(names as Readonly<Record<string, unknown>>);
  return named(
    entries.flatMap(([key, name]) => (typeof name === 'string' ? [[Number(key), name] as const] : [])),
  );
}

/** Drops empty names. */
const named = (entries: readonly (readonly [number, string])[]): ReadonlyMap<number, string> =>
  new Map(entries.filter(([number, name]) => Number.isInteger(number) && name.trim() !== ''));

function keypointsOf(shape: unknown): ClassNames['keypoints'] {
  if (!Array.isArray(shape)) return null;
  const [count, numbers = 3] = shape.map(Number);
  if (count === undefined || !(count > 0) || !(numbers === 2 || numbers === 3)) return null;
  return { count, numbers };
}
