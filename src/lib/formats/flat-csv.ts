import {
  regionsOf,
  SPLITS,
  stateOf,
  type Category,
  type Dataset,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { BoxRegion } from '$lib/domain/regions/box';
import { boxFrom, finished, numberFrom, uprightBox } from './boxes';
import { encode, type Encoders } from './encoders';
import type { ArchiveReader, Format, OutputText, ReadContext } from './format';
import { wholeFiles } from './one-of-many';
import { nameIn } from './paths';
import { csvRows, csvText, type TableRow } from './table';
import { firstText } from './text';
import { FORMAT_TRAITS } from './traits';

/** Spreadsheets recognize UTF-8 only after this. */
const BYTE_ORDER_MARK = '\ufeff';

const COLUMNS: readonly string[] =
  'file,width,height,status,split,annotator,label,xmin,ymin,xmax,ymax,x,y,box_width,box_height,rotation,score,note'.split(
    ',',
  );

/**
 * A table for spreadsheets with one row per box: the corners of the upright box, and the box before it was turned.
 * A picture without boxes is one row that says whether somebody finished it.
 */
export const flatCsv: Format = {
  ...FORMAT_TRAITS['flat-csv'],
  id: 'flat-csv',
  picturePath: (fileName) => `images/${fileName}`,

  async sniff(archive) {
    for (const path of archive.paths.filter((name) => /\.(csv|tsv)$/i.test(name)).slice(0, 5)) {
      const [header = ''] = (await firstText(archive, path)).split('\n', 1);
      if (/(^|[,;\t"])xmin/i.test(header) && /xmax/i.test(header)) return 0.9;
    }
    return 0;
  },
  read,

  async *write(dataset: Dataset): AsyncIterable<OutputText> {
    await Promise.resolve();
    yield { path: 'boxes.csv', content: withMark(csvText(COLUMNS, rows(dataset), ',')) };
  },
};

async function* withMark(text: AsyncIterable<string>): AsyncIterable<string> {
  yield BYTE_ORDER_MARK;
  yield* text;
}

async function* rows(dataset: Dataset): AsyncIterable<readonly unknown[]> {
  const nameOf = new Map(dataset.categories.map(({ labelId, name }) => [labelId, name]));
  for await (const item of dataset.items()) {
    const [first, ...others] = item.annotations;
    yield* rowsOf(item, stateOf(item), first?.annotator ?? '', regionsOf(item), nameOf);
    for (const { annotator, isSkipped, regions } of others)
      yield* rowsOf(item, isSkipped ? 'skipped' : 'submitted', annotator, regions, nameOf);
  }
}

/** The columns from `xmin` to `rotation`. See [Note: Encoders]. */
export const FLAT_CSV_ENCODERS: Encoders<[], readonly number[]> = {
  box: (box) => {
    const { x, y, width, height } = uprightBox(box);
    return [x, y, x + width, y + height, box.x, box.y, box.width, box.height, box.rotation];
  },
};

function* rowsOf(
  item: DatasetItem,
  status: string,
  annotator: string,
  regions: readonly Region[],
  nameOf: ReadonlyMap<LabelId, string>,
): Iterable<readonly unknown[]> {
  const start = [item.path, item.size?.width, item.size?.height, status, item.split, annotator];
  if (regions.length === 0) yield start;
  for (const region of regions) {
    const label = region.labelId === null ? '' : (nameOf.get(region.labelId) ?? '');
    yield [...start, label, ...encode(FLAT_CSV_ENCODERS, region), region.score, region.note];
  }
}

async function read(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const tables = archive.paths.filter((path) => /\.(csv|tsv)$/i.test(path));
  if (tables.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const rowsIn = async function* (path: string): AsyncIterable<TableRow> {
    const [header = ''] = (await firstText(archive, path)).split('\n', 1);
    yield* csvRows(archive, path, header.includes('\t') ? '\t' : header.includes(';') ? ';' : ',');
  };
  const files = await wholeFiles(tables, context, rowsIn);
  const scattered = new Map<string, ReadonlySet<string>>();
  for (const path of files) scattered.set(path, await scatteredIn(rowsIn(path)));
  const categories = new Map<LabelId, Category>();
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    async *items() {
      for (const path of files) yield* itemsOf(path, rowsIn(path), scattered.get(path)!);
    },
  };

  /**
   * The rows of one picture usually follow each other; pictures whose rows do not (`apart`) are yielded after the
   * last row. A change of the annotator begins another annotation.
   */
  async function* itemsOf(
    path: string,
    table: AsyncIterable<TableRow>,
    apart: ReadonlySet<string>,
  ): AsyncIterable<DatasetItem> {
    const held = new Map<string, OpenItem>();
    let open = null as OpenItem | null;
    let number = 1;
    let pictures = 0;
    for await (const row of table) {
      number += 1;
      const name = nameOfRow(row);
      if (name === '') {
        context.issue({ code: 'image-unknown', path, place: `row ${number}` });
        continue;
      }
      if (open?.item.path !== name) {
        if (open !== null && !held.has(open.item.path)) yield closed(open);
        const known: OpenItem | undefined = held.get(name);
        if (known === undefined) {
          const size: Size | null = sizeOf(row) ?? (await context.sizeOf(name));
          open = { item: emptyItem(name, (pictures += 1), size, row), parts: [] };
          if (apart.has(name)) held.set(name, open);
        } else open = known;
      }
      const key = `${row['annotator'] ?? ''}\n${row['status'] ?? ''}`;
      let part = open.parts.find((one) => one.key === key);
      if (part === undefined) open.parts.push((part = { key, row, regions: [], untaken: 0 }));
      const region = open.item.size === null ? null : regionOf(row, open.item.size, path, `row ${number}`);
      if (region === 'untaken') part.untaken += 1;
      else if (region !== null) part.regions.push(region);
    }
    if (open !== null && !held.has(open.item.path)) yield closed(open);
    for (const one of held.values()) yield closed(one);
  }

  /** Returns null if the row says that there is no box. */
  function regionOf(row: TableRow, size: Size, path: string, place: string): BoxRegion | 'untaken' | null {
    const isTurned = row['box_width'] !== undefined && row['box_width'] !== '';
    const [xmin, ymin, xmax, ymax] = ['xmin', 'ymin', 'xmax', 'ymax'].map((column) => row[column] ?? '');
    if (!isTurned && [xmin, ymin, xmax, ymax].every((value) => value === '')) return null;
    const difference = (high = '', low = '') => {
      const [from, to] = [numberFrom(low), numberFrom(high)];
      return from === null || to === null ? null : to - from;
    };
    const label = row['label'] ?? row['class'] ?? row['name'] ?? '';
    const region = boxFrom(
      {
        x: isTurned ? row['x'] : xmin,
        y: isTurned ? row['y'] : ymin,
        width: isTurned ? row['box_width'] : difference(xmax, xmin),
        height: isTurned ? row['box_height'] : difference(ymax, ymin),
        rotation: isTurned && row['rotation'] !== '' ? row['rotation'] : 0,
        label: label === '' ? null : label,
        ...(row['score'] === undefined || row['score'] === '' ? {} : { score: row['score'] }),
        note: row['note'] ?? '',
      },
      size,
      { path, place, issue: context.issue },
    );
    const labelId = region?.labelId ?? null;
    if (labelId !== null && !categories.has(labelId))
      categories.set(labelId, { labelId, name: labelId, number: categories.size });
    return region ?? 'untaken';
  }
}

interface OpenItem {
  readonly item: DatasetItem;
  readonly parts: {
    readonly key: string;
    readonly row: TableRow;
    readonly regions: BoxRegion[];
    untaken: number;
  }[];
}

const nameOfRow = (row: TableRow): string => row['file'] ?? row['filename'] ?? row['image'] ?? '';

/** The pictures whose rows stand in several places of a table. */
async function scatteredIn(table: AsyncIterable<TableRow>): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const scattered = new Set<string>();
  let last: string | null = null;
  for await (const row of table) {
    const name = nameOfRow(row);
    if (name !== last && seen.has(name)) scattered.add(name);
    seen.add(name);
    last = name;
  }
  return scattered;
}

function sizeOf(row: TableRow): Size | null {
  const [width, height] = [numberFrom(row['width']), numberFrom(row['height'])];
  return width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null;
}

const emptyItem = (path: string, number: number, size: Size | null, row: TableRow): DatasetItem => ({
  fileName: nameIn(path),
  path,
  number,
  split: SPLITS.find((split) => split === row['split']) ?? null,
  size,
  annotations: [],
  draft: null,
  predictions: [],
});

function closed(open: OpenItem): DatasetItem {
  const done = open.parts.filter(({ row }) => row['status'] !== 'unfinished');
  const unfinished = open.parts.find(({ row }) => row['status'] === 'unfinished');
  return {
    ...open.item,
    annotations: done.map(({ row, regions, untaken }) => ({
      ...finished(regions, { isSkipped: row['status'] === 'skipped', untaken }),
      annotator: row['annotator'] ?? '',
    })),
    draft: unfinished !== undefined && unfinished.regions.length > 0 ? unfinished.regions : null,
  };
}
