import type { DatasetAnnotation, DatasetItem } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isFields, keptOf, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import { isSamePlace, type Region } from '$lib/domain/region';
import { addressKeyIn, localAddress } from './label-studio-address';
import { annotatorOf, isoOf } from './label-studio-holder';
import { NEAR_PX } from './label-studio-place';
import { CONTROL, listOf, regionsOfResults, valueOf } from './label-studio-result';

/**
 * The contents of rows of Label Studio's tables (JSON-MIN, CSV, TSV) besides boxes. An annotation keeps
 * `{"labelStudioTable": {"at", "row", "said"}}`: its row unchanged, its index in the file, and how many of its
 * cells hold something that is not shown. A picture keeps `{"labelStudioTable": {"rows": [{"id", "at", "row",
 * "said"}]}}`, the rows that became no annotation, and the project keeps the columns, `{"labelStudioTable":
 * {"columns": [{"id"}]}}`.
 */

/** Columns that have fields here, or that are Label Studio's own bookkeeping. */
const OWN: ReadonlySet<string> = new Set(
  'annotation_id annotator completed_by created_at updated_at lead_time id split width height'.split(' '),
);

const isBlank = (cell: unknown): boolean => cell === undefined || cell === null || cell === '';

/** A cell's regions as results: each has the picture's size beside its place. */
export function valuesIn(cell: unknown): readonly Fields[] {
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

/**
 * Counts cells with content besides boxes. In a table that Label Studio wrote, the task's data come before `id` and
 * the answers after it; if the columns were sorted by name, they cannot be told apart, and each may be an answer.
 */
export function saidBeside(row: Fields): {
  readonly data: readonly string[];
  readonly answers: readonly string[];
} {
  const keys = Object.keys(row);
  const address = addressKeyIn(row);
  const isSorted = keys.every((key, at) => at === 0 || keys[at - 1]! <= key);
  const idAt = isSorted ? -1 : keys.indexOf('id');
  const said = keys.filter(
    (key) => !OWN.has(key) && key !== address && !isBlank(row[key]) && valuesIn(row[key]).length === 0,
  );
  const isData = (key: string): boolean => keys.indexOf(key) < idAt;
  return { data: said.filter(isData), answers: said.filter((key) => !isData(key)) };
}

export function countRow(row: Fields, kept: Map<KeptKind, number>): number {
  const { data, answers } = saidBeside(row);
  if (data.length > 0) addKept(kept, 'data', data.length);
  for (const key of answers)
    addKept(kept, isFields(row[key]) && 'choices' in row[key] ? 'choice' : 'answer', 1);
  return data.length + answers.length;
}

interface KeptRow {
  readonly at: number;
  readonly row: Fields;
}

const rowOf = (part: Fields): KeptRow | null =>
  isFields(part['row']) && typeof part['at'] === 'number' ? { at: part['at'], row: part['row'] } : null;

const ofAnnotation = (text: KeptText | undefined): KeptRow | null =>
  text === undefined ? null : rowOf(keptOf(text, 'labelStudioTable'));

/** The rows that a picture keeps. */
export const rowsKept = (item: DatasetItem): readonly KeptRow[] =>
  item.extra === undefined
    ? []
    : listOf(keptOf(item.extra, 'labelStudioTable')['rows']).flatMap((part) => {
        const kept = rowOf(part);
        return kept === null ? [] : [{ ...kept, row: withItem(kept.row, item) }];
      });

/** A row with the later changes of its picture applied. */
function withItem(row: Fields, { extraPath, path, split }: DatasetItem): Fields {
  const key = addressKeyIn(row);
  const isMoved = extraPath !== undefined && extraPath !== path;
  const before = isBlank(row['split']) ? null : row['split'];
  return {
    ...row,
    ...(isMoved && key !== null ? { [key]: localAddress(path) } : {}),
    ...(before === split ? {} : { split }),
  };
}

/** The original row of an annotation with later changes applied; null if it did not come from a file. */
export function rowAsKept(
  item: DatasetItem,
  annotation: DatasetAnnotation,
  nameOf: ReadonlyMap<LabelId, string>,
): KeptRow | null {
  const kept = ofAnnotation(annotation.extra);
  if (kept === null) return null;
  const { annotator, isChanged = false, updatedAt } = annotation;
  const next: Record<string, unknown> = {
    ...withItem(kept.row, item),
    ...(item.size === null ? {} : boxCells(kept.row, annotation.regions, item.size, nameOf)),
    ...(isChanged && annotator !== annotatorOf(kept.row) ? { annotator } : {}),
    ...(isChanged && updatedAt !== null ? { updated_at: isoOf(updatedAt) } : {}),
  };
  return {
    at: kept.at,
    row: Object.fromEntries(Object.entries(next).filter(([, cell]) => cell !== undefined)),
  };
}

export const valueRow = (region: Region, size: Size, nameOf: ReadonlyMap<LabelId, string>): Fields => ({
  ...valueOf(region, size, nameOf),
  original_width: size.width,
  original_height: size.height,
});

/**
 * The cells of changed boxes: results that became no region, and regions that nobody changed, stay as they were.
 */
function boxCells(
  row: Fields,
  regions: readonly Region[],
  size: Size,
  nameOf: ReadonlyMap<LabelId, string>,
): Fields {
  const left = [...regions];
  const columns = Object.entries(row).flatMap(([key, cell]) => {
    const values = valuesIn(cell);
    const stay = values.filter((value) => {
      const [was] = regionsOfResults([value], size, SILENT).regions;
      if (was === undefined) return true;
      const at = left.findIndex((region) => isSame(region, was, nameOf));
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
    return values.length === 0 ? [] : [{ key, cell, values, stay }];
  });
  const added = left.map((region) => valueRow(region, size, nameOf));
  if (columns.length === 0) return added.length === 0 ? {} : { [CONTROL]: added };
  const cells: Record<string, unknown> = {};
  for (const [at, { key, cell, values, stay }] of columns.entries()) {
    const more = at === 0 ? added : [];
    if (stay.length === values.length && more.length === 0) continue;
    const list = [...stay.map(({ value }) => value), ...more];
    cells[key] = list.length === 0 ? undefined : typeof cell === 'string' ? JSON.stringify(list) : list;
  }
  return cells;
}

const SILENT = { path: '', place: '', issue: () => undefined };

const isSame = (is: Region, was: Region, nameOf: ReadonlyMap<LabelId, string>): boolean =>
  (is.labelId === null ? null : (nameOf.get(is.labelId) ?? null)) === was.labelId &&
  isSamePlace(is, was, NEAR_PX);
