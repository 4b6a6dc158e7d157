import {
  SPLITS,
  stateOf,
  type Category,
  type Dataset,
  type DatasetAnnotation,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { LabelId } from '$lib/domain/ids';
import { mergeKept, keptOf, MAX_KEPT_LENGTH, type Fields } from '$lib/domain/kept';
import { addAllKept, type KeptKind } from '$lib/domain/kept-counts';
import type { BoxRegion } from '$lib/domain/regions/box';
import { numberFrom } from './boxes';
import type { ArchiveReader, Format, OutputText, ReadContext } from './format';
import { isEqual } from './json-equal';
import { arrayText } from './json-stream';
import { addressIn, tasksIn } from './label-studio';
import { annotatorOf, isoOf, timeOf } from './label-studio-holder';
import { localAddress, pathInAddress } from './label-studio-address';
import { CONTROL, listOf, regionsOfResults } from './label-studio-result';
import { countRow, rowAsKept, rowsKept, saidBeside, valueRow, valuesIn } from './label-studio-row';
import { wholeFiles } from './one-of-many';
import { nameIn } from './paths';
import { csvText, csvRows } from './table';
import { firstText } from './text';
import { FORMAT_TRAITS } from './traits';

/**
 * One row per annotation: the task's data, and its regions under the control's name, each with the picture's size,
 * its place in percent, its rotation, and its corners in pixels, which Label Studio leaves to the reader.
 */
function rowsOf(item: DatasetItem, nameOf: ReadonlyMap<LabelId, string>): readonly Fields[] {
  const data = {
    image: localAddress(item.path),
    id: item.number,
    ...(item.split === null ? {} : { split: item.split }),
    ...(item.size === null ? {} : { width: item.size.width, height: item.size.height }),
  };
  const done = item.annotations.filter((annotation) => !annotation.isSkipped);
  const kept = rowsKept(item);
  if (done.length === 0) {
    if (stateOf(item) !== 'unfinished') return [];
    return kept.length > 0 ? kept.map(({ row }) => row) : [{ ...data, annotator: null, annotation_id: null }];
  }
  const rows = done.map(
    (annotation, index) =>
      rowAsKept(item, annotation, nameOf) ?? {
        at: Infinity,
        row: {
          ...data,
          ...(annotation.regions.length === 0 || item.size === null
            ? {}
            : { [CONTROL]: annotation.regions.map((region) => valueRow(region, item.size!, nameOf)) }),
          annotator: annotation.annotator,
          annotation_id: item.number * 100 + index,
          ...(annotation.createdAt === null ? {} : { created_at: isoOf(annotation.createdAt) }),
          ...(annotation.updatedAt === null ? {} : { updated_at: isoOf(annotation.updatedAt) }),
        },
      },
  );
  const answered = kept.filter(({ row }) => !isOpenRow(row));
  return [...rows, ...answered]
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ row }) => row);
}

const isOpenRow = (row: Fields): boolean =>
  [null, undefined, ''].includes(row['annotation_id'] as string | null);

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

/** Label Studio's tables: its columns, with regions as JSON in one cell. */
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
    yield { path: `result.${id}`, content: csvText(columnsOf(dataset), cells(dataset), delimiter) };
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

/** The columns of the imported files come first, in their order. */
function columnsOf({ extra }: Dataset): readonly string[] {
  const kept = listOf(keptOf(extra, 'labelStudioTable')['columns']).flatMap(({ id }) =>
    typeof id === 'string' ? [id] : [],
  );
  return [...new Set([...kept, ...COLUMNS])];
}

async function* cells(dataset: Dataset): AsyncIterable<readonly unknown[]> {
  const columns = columnsOf(dataset);
  for await (const row of rows(dataset)) yield columns.map((column) => asCell(row[column]));
}

const asCell = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** Reads the rows of a picture, which follow each other; each annotation of the picture is one row. */
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
  /** The columns of rows that say more than ours would. */
  const columns = new Set<string>();
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    get extra() {
      if (columns.size === 0) return undefined;
      return JSON.stringify({ labelStudioTable: { columns: [...columns].map((id) => ({ id })) } });
    },
    async *items() {
      for (const path of files) {
        let open: DatasetItem | null = null;
        let number = 0;
        for await (const row of rowsIn(path)) {
          const item: DatasetItem | null = await itemOf(row, (number += 1), path);
          if (item === null) continue;
          if (open?.path === item.path && open.number === item.number) open = joined(open, item);
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
    const declared = width !== null && height !== null ? { width, height } : null;
    const { regions, made, size } = regionsOfResults(values, declared ?? (await context.sizeOf(picture)), {
      path,
      place,
      issue: context.issue,
    });
    for (const { labelId } of regions) {
      if (labelId !== null && !categories.has(labelId))
        categories.set(labelId, { labelId, name: labelId, number: categories.size });
    }
    const kept = new Map<KeptKind, number>();
    const said = countRow(row, kept);
    // If somebody answered a question but drew nothing, nobody said that the picture is empty.
    const answers = regions.length === 0 ? saidBeside(row).answers.length : 0;
    const untaken = values.length - made.length + answers;
    const isOpen = isOpenRow(row);
    const hasAnnotation = !isOpen && (regions.length > 0 || untaken === 0);
    const plain: DatasetItem = {
      fileName: nameIn(picture),
      path: picture,
      number: numberFrom(row['id']) ?? number,
      split: SPLITS.find((name) => name === row['split']) ?? null,
      size,
      annotations: isOpen ? [] : [annotationOf(row, regions, untaken)],
      draft: null,
      predictions: [],
      ...(kept.size === 0 ? {} : { kept }),
    };
    if (isOurs(row, plain)) return plain;
    for (const column of Object.keys(row)) columns.add(column);
    const id = isOpen ? `row ${number}` : row['annotation_id'];
    const extra = {
      ofRow: JSON.stringify({ labelStudioTable: { at: number, row, said } }),
      ofItem: JSON.stringify({
        labelStudioTable: { rows: hasAnnotation ? [] : [{ id, at: number, row, said }] },
      }),
    };
    if (extra.ofRow.length > MAX_KEPT_LENGTH) {
      context.issue({ code: 'extra-too-long', path, place });
      return plain;
    }
    const annotations = plain.annotations.map((one) =>
      hasAnnotation ? { ...one, extra: extra.ofRow } : one,
    );
    return { ...plain, annotations, extra: extra.ofItem };
  }
}

/** Whether a row contains only what we would write for it. */
function isOurs(row: Fields, item: DatasetItem): boolean {
  const names = item.annotations.flatMap(({ regions }) => regions.map(({ labelId }) => labelId!));
  const [ours] = rowsOf(item, new Map(names.map((name) => [name, name])));
  if (ours === undefined) return false;
  const id = Number(row['annotation_id']);
  const place = Math.floor(id / 100) === item.number ? { annotation_id: id } : {};
  const wanted: Fields = { ...ours, ...place };
  const isSaid = (cell: unknown) => cell !== undefined && cell !== null && cell !== '';
  const keys = new Set([...Object.keys(row), ...Object.keys(wanted)]);
  return [...keys].every((key) => {
    const [is, was] = [wanted[key], row[key]];
    if (!isSaid(is) || !isSaid(was)) return isSaid(is) === isSaid(was);
    return typeof was === 'string' ? String(asCell(is)) === was : isEqual(is, was);
  });
}

function joined(open: DatasetItem, item: DatasetItem): DatasetItem {
  const kept = new Map(open.kept);
  addAllKept(kept, item.kept);
  const extra = mergeKept(open.extra, item.extra);
  return {
    ...open,
    annotations: [...open.annotations, ...item.annotations],
    ...(extra === undefined ? {} : { extra }),
    ...(kept.size === 0 ? {} : { kept }),
  };
}

const annotationOf = (row: Fields, regions: readonly BoxRegion[], untaken: number): DatasetAnnotation => ({
  annotator: annotatorOf(row),
  isSkipped: false,
  regions,
  ...(untaken > 0 ? { unsupportedCount: untaken } : {}),
  createdAt: timeOf(row['created_at']),
  updatedAt: timeOf(row['updated_at']),
});
