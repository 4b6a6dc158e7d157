import {
  SPLITS,
  stateOf,
  type Category,
  type Dataset,
  type DatasetAnnotation,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import type { Fields } from '$lib/domain/kept';
import type { BoxRegion } from '$lib/domain/regions/box';
import { numberFrom } from './boxes';
import type { ArchiveReader, Format, OutputText, ReadContext } from './format';
import { arrayText } from './json-stream';
import { addressIn, tasksIn } from './label-studio';
import { annotatorOf, isoOf, timeOf } from './label-studio-holder';
import { localAddress, pathInAddress } from './label-studio-address';
import { listOf, regionsOfResults, valueOf, CONTROL } from './label-studio-result';
import { wholeFiles } from './one-of-many';
import { nameIn } from './paths';
import { csvText, csvRows } from './table';
import { firstText } from './text';
import { FORMAT_TRAITS } from './traits';

/**
 * One row an annotation: the task's data, and its regions under the control's name, each with the picture's
 * size, its place in percent, its turn, and, what Label Studio leaves to the reader, its corners in pixels.
 */
function rowsOf(item: DatasetItem, nameOf: ReadonlyMap<LabelId, string>): readonly Fields[] {
  const data = {
    image: localAddress(item.path),
    id: item.number,
    ...(item.split === null ? {} : { split: item.split }),
    ...(item.size === null ? {} : { width: item.size.width, height: item.size.height }),
  };
  const done = item.annotations.filter((annotation) => !annotation.isSkipped);
  if (done.length === 0)
    return stateOf(item) === 'unfinished' ? [{ ...data, annotator: null, annotation_id: null }] : [];
  return done.map((annotation, index) => ({
    ...data,
    ...(annotation.regions.length === 0 || item.size === null
      ? {}
      : { [CONTROL]: annotation.regions.map((region) => valueRow(region, item.size!, nameOf)) }),
    annotator: annotation.annotator,
    annotation_id: item.number * 100 + index,
    ...(annotation.createdAt === null ? {} : { created_at: isoOf(annotation.createdAt) }),
    ...(annotation.updatedAt === null ? {} : { updated_at: isoOf(annotation.updatedAt) }),
  }));
}

const valueRow = (region: BoxRegion, size: Size, nameOf: ReadonlyMap<LabelId, string>): Fields => ({
  ...valueOf(region, size, nameOf),
  original_width: size.width,
  original_height: size.height,
});

async function* rows(dataset: Dataset): AsyncIterable<Fields> {
  const nameOf = new Map(dataset.categories.map(({ labelId, name }) => [labelId, name]));
  for await (const item of dataset.items()) yield* rowsOf(item, nameOf);
}

const picturePath = (fileName: string) => `images/${fileName}`;

export const labelStudioMin: Format = {
  ...FORMAT_TRAITS['json-min'],
  id: 'json-min',
  picturePath,
  async sniff(archive) {
    for (const path of archive.paths.filter((name) => /\.json$/i.test(name)).slice(0, 5)) {
      const text = await firstText(archive, path);
      if (
        /^\s*\[/.test(text) &&
        /"(annotation_id|annotator)"\s*:/.test(text) &&
        !/"data"\s*:\s*\{/.test(text)
      )
        return 0.9;
    }
    return 0;
  },
  read: (archive, context) => readTable(archive, context, /\.json$/i, (path) => tasksIn(archive, path)),
  async *write(dataset): AsyncIterable<OutputText> {
    await Promise.resolve();
    yield { path: 'result.json', content: arrayText(rows(dataset)) };
  },
};

/** Label Studio's tables: its columns, regions as JSON in one cell. */
const tableFormat = (id: 'csv' | 'tsv', delimiter: string): Format => ({
  ...FORMAT_TRAITS[id],
  id,
  picturePath,
  async sniff(archive) {
    for (const path of archive.paths.filter((name) => /\.(csv|tsv)$/i.test(name)).slice(0, 5)) {
      const [header = ''] = (await firstText(archive, path)).split('\n', 1);
      if (header.includes('annotation_id') && header.includes(delimiter)) return 0.9;
    }
    return 0;
  },
  read: (archive, context) =>
    readTable(archive, context, /\.(csv|tsv)$/i, (path) => csvRows(archive, path, delimiter)),
  async *write(dataset): AsyncIterable<OutputText> {
    await Promise.resolve();
    yield { path: `result.${id}`, content: csvText(COLUMNS, cells(dataset), delimiter) };
  },
});

export const labelStudioCsv: Format = tableFormat('csv', ',');
export const labelStudioTsv: Format = tableFormat('tsv', '\t');

const COLUMNS: readonly string[] = [
  'annotation_id',
  'annotator',
  'created_at',
  'height',
  'id',
  'image',
  CONTROL,
  'split',
  'updated_at',
  'width',
];

async function* cells(dataset: Dataset): AsyncIterable<readonly unknown[]> {
  for await (const row of rows(dataset))
    yield COLUMNS.map((column) => {
      const value = row[column];
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    });
}

/** Rows of one picture stand together; each annotation of it is one row. */
async function readTable(
  archive: ArchiveReader,
  context: ReadContext,
  ending: RegExp,
  rowsIn: (path: string) => AsyncIterable<Fields>,
): Promise<Dataset> {
  const tables = archive.paths.filter((path) => ending.test(path));
  if (tables.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const files = await wholeFiles(tables, context, rowsIn);
  const categories = new Map<LabelId, Category>();
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    async *items() {
      for (const path of files) {
        let open: DatasetItem | null = null;
        let number = 0;
        for await (const row of rowsIn(path)) {
          const item: DatasetItem | null = await itemOf(row, (number += 1), path);
          if (item === null) continue;
          if (open?.path === item.path && open.number === item.number) open = together(open, item);
          else {
            if (open !== null) yield open;
            open = item;
          }
        }
        if (open !== null) yield open;
      }
    },
  };

  async function itemOf(row: Fields, number: number, path: string): Promise<DatasetItem | null> {
    const address = addressIn(row);
    const place = `row ${number}`;
    if (address === null) {
      context.issue({ code: 'image-unknown', path, place });
      return null;
    }
    const picture = pathInAddress(address);
    const values = Object.values(row).flatMap(valuesIn);
    const [width, height] = [numberFrom(row['width']), numberFrom(row['height'])];
    const told = width !== null && height !== null ? { width, height } : null;
    const { regions, size } = regionsOfResults(values, told ?? (await context.sizeOf(picture)), {
      path,
      place,
      issue: context.issue,
    });
    for (const { labelId } of regions) {
      if (labelId !== null && !categories.has(labelId))
        categories.set(labelId, { labelId, name: labelId, number: categories.size });
    }
    const isOpen = [null, undefined, ''].includes(row['annotation_id'] as string | null);
    return {
      fileName: nameIn(picture),
      path: picture,
      number: numberFrom(row['id']) ?? number,
      split: SPLITS.find((name) => name === row['split']) ?? null,
      size,
      annotations: isOpen ? [] : [annotationOf(row, regions, values.length - regions.length)],
      draft: null,
      predictions: [],
    };
  }
}

const together = (open: DatasetItem, item: DatasetItem): DatasetItem => ({
  ...open,
  annotations: [...open.annotations, ...item.annotations],
});

const annotationOf = (row: Fields, regions: readonly BoxRegion[], untaken: number): DatasetAnnotation => ({
  annotator: annotatorOf(row),
  isSkipped: false,
  regions,
  ...(untaken > 0 ? { untaken } : {}),
  createdAt: timeOf(row['created_at']),
  updatedAt: timeOf(row['updated_at']),
});

/** A cell's regions, as results: each stands alone, with the picture's size beside its place. */
function valuesIn(cell: unknown): readonly Fields[] {
  const list = typeof cell === 'string' && /^\s*\[\s*\{/.test(cell) ? parsed(cell) : cell;
  return listOf(list)
    .filter((value) => value['original_width'] !== undefined || value['x'] !== undefined)
    .map((value) => ({
      type: 'rectanglelabels',
      value,
      original_width: value['original_width'],
      original_height: value['original_height'],
    }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
