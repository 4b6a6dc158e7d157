import {
  regionsOf,
  SPLITS,
  stateOf,
  type Category,
  type Dataset,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { BoxRegion } from '$lib/domain/regions/box';
import { XMLParser } from 'fast-xml-parser';
import { boxFrom, classOf, finished, labelOf, numberFrom, uprightBox, writable } from './boxes';
import type { ArchiveReader, Format, OutputText, ReadContext, WriteOptions } from './format';
import { orLeftOut } from './one-of-many';
import { firstPart, nameIn, stemOf } from './paths';
import { firstText, pieces, wholeText } from './text';
import { parseXml, xmlText } from './xml';
import { FORMAT_TRAITS } from './traits';

/** What our own files say of themselves: their boxes count from 0. */
const OWN_DATABASE = 'Kakomi';
/** How many files are looked at to tell whether boxes count from 0 or from 1. */
const LOOKED_AT = 500;

/** Pascal VOC: one XML a picture, whole pixels. */
export const voc: Format = {
  ...FORMAT_TRAITS.voc,
  id: 'voc',
  picturePath: (fileName, split) => `${split === null ? '' : `${split}/`}images/${fileName}`,

  async sniff(archive) {
    const files = archive.paths.filter((path) => /\.xml$/i.test(path));
    for (const path of files.slice(0, 3))
      if (/<annotation[\s>]/.test(await firstText(archive, path))) return 0.9;
    return 0;
  },

  async *write(dataset: Dataset, { splits }: WriteOptions): AsyncIterable<OutputText> {
    const nameOf = new Map(dataset.categories.map(({ labelId, name }) => [labelId, name]));
    for await (const item of dataset.items()) {
      const isOpen = stateOf(item) === 'unfinished' && regionsOf(item).length === 0;
      if (item.size === null || isOpen) continue;
      const folder = splits.length === 0 ? '' : `${item.split ?? splits[0]!}/`;
      const text = annotationXml(item, (region) => classOf(region, nameOf, item.path));
      yield { path: `${folder}Annotations/${stemOf(item.fileName)}.xml`, content: pieces(text) };
    }
  },
  read,
};

function annotationXml(item: DatasetItem, nameOf: (region: BoxRegion) => string): string {
  const objects = regionsOf(item).map((region) => {
    const { x, y, width, height } = uprightBox(region);
    const corners = { xmin: x, ymin: y, xmax: x + width, ymax: y + height };
    const numbers = Object.entries(corners).map(
      ([key, value]) => `<${key}>${Math.round(writable(value, item.path))}</${key}>`,
    );
    return `  <object><name>${xmlText(nameOf(region))}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult><bndbox>${numbers.join('')}</bndbox></object>\n`;
  });
  const { width, height } = item.size!;
  return `<annotation>
  <folder>images</folder>
  <filename>${xmlText(item.fileName)}</filename>
  <source><database>${OWN_DATABASE}</database></source>
  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
  <segmented>0</segmented>
${objects.join('')}</annotation>
`;
}

interface VocObject {
  readonly name?: unknown;
  readonly bndbox?: Readonly<Record<'xmin' | 'ymin' | 'xmax' | 'ymax', unknown>>;
}
interface VocFile {
  readonly filename?: unknown;
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

async function read(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const files = archive.paths.filter((path) => /\.xml$/i.test(path));
  if (files.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const origin = context.vocOrigin ?? (await originOf(archive, files));
  const categories = new Map<string, Category>();
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    async *items() {
      for (const [index, path] of files.entries()) {
        const file = await orLeftOut(path, context, () => annotationOf(archive, path));
        const item = file === null ? null : await itemOf(file, path, index + 1);
        if (item !== null) yield item;
      }
    },
  };

  async function itemOf(file: VocFile, path: string, number: number): Promise<DatasetItem | null> {
    const named = typeof file.filename === 'string' ? file.filename.trim() : '';
    const picture = named === '' ? stemOf(path) : named;
    const [width, height] = [numberFrom(file.size?.width), numberFrom(file.size?.height)];
    const told = width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null;
    const size = told ?? (await context.sizeOf(picture));
    if (size === null) {
      context.issue({ code: 'size-unknown', path });
      return null;
    }
    const regions = (file.object ?? []).flatMap((object, at) => {
      const place = `object ${at + 1}`;
      const label = categoryOf(object.name).name;
      const box = cornersOf(object, origin);
      const region =
        box === null ? null : boxFrom({ ...box, label }, size, { path, place, issue: context.issue });
      if (box === null) context.issue({ code: 'number-invalid', path, place });
      return region === null ? [] : [region];
    });
    const folder = firstPart(path);
    return {
      fileName: nameIn(picture),
      path: picture,
      number,
      split: SPLITS.find((split) => split === folder) ?? null,
      size,
      annotations: [finished(regions)],
      draft: null,
      predictions: [],
    };
  }

  function categoryOf(value: unknown): Category {
    const name = typeof value === 'string' ? value.trim() : '';
    const labelId = labelOf(name);
    const category = categories.get(labelId) ?? { labelId, name, number: categories.size };
    if (name !== '') categories.set(labelId, category);
    return category;
  }
}

/**
 * A pixel counted from 1 begins one pixel earlier, so only the first corner moves; a box without area keeps
 * none.
 */
function cornersOf({ bndbox }: VocObject, origin: 0 | 1) {
  const [xmin, ymin, xmax, ymax] = (['xmin', 'ymin', 'xmax', 'ymax'] as const).map((key) =>
    numberFrom(bndbox?.[key]),
  );
  if (xmin == null || ymin == null || xmax == null || ymax == null) return null;
  return {
    x: xmin - origin,
    y: ymin - origin,
    width: xmax === xmin ? 0 : xmax - xmin + origin,
    height: ymax === ymin ? 0 : ymax - ymin + origin,
  };
}

/** From 1 where some box ends at the picture's last pixel and none begins before 1; our own files say so. */
async function originOf(archive: ArchiveReader, files: readonly string[]): Promise<0 | 1> {
  let touches = false;
  for (const path of files.slice(0, LOOKED_AT)) {
    const file = await orLeftOut(path, { issue: () => undefined }, () => annotationOf(archive, path));
    const database = file?.source?.database;
    if (database === OWN_DATABASE || database === 'MyDatabase') return 0;
    const [width, height] = [numberFrom(file?.size?.width), numberFrom(file?.size?.height)];
    for (const { bndbox } of file?.object ?? []) {
      if (numberFrom(bndbox?.xmin) === 0 || numberFrom(bndbox?.ymin) === 0) return 0;
      if (width !== null && (numberFrom(bndbox?.xmax) === width || numberFrom(bndbox?.ymax) === height))
        touches = true;
    }
  }
  return touches ? 1 : 0;
}

/** Throws `format-invalid` where a file is no XML, or no annotation. */
async function annotationOf(archive: ArchiveReader, path: string): Promise<VocFile> {
  const file = parseXml(PARSER, await wholeText(archive, path), path) as {
    readonly annotation?: VocFile | string;
  };
  if (typeof file.annotation === 'object') return file.annotation;
  throw new AppError('format-invalid', { path, reason: 'not-xml' });
}
