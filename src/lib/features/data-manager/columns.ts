import type { TaskOrder } from '$lib/domain/filter';
import type { ListLook } from '$lib/domain/list-look';

export const COLUMN_IDS = [
  'number',
  'picture',
  'path',
  'annotatedAt',
  'regionCount',
  'skipped',
  'predictionCount',
  'predictionScore',
  'annotator',
  'label',
  'size',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export interface Column {
  readonly id: ColumnId;
  readonly isShown: boolean;
  /** In CSS pixels. The column may be wider if there is room. */
  readonly width: number;
}

const WIDTHS: Readonly<Record<ColumnId, number>> = {
  number: 64,
  picture: 88,
  path: 220,
  annotatedAt: 150,
  regionCount: 110,
  skipped: 80,
  predictionCount: 100,
  predictionScore: 80,
  annotator: 120,
  label: 140,
  size: 110,
};
const HIDDEN_AT_FIRST: readonly ColumnId[] = ['label', 'size'];
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;

export const FIRST_COLUMNS: readonly Column[] = COLUMN_IDS.map((id) => ({
  id,
  isShown: !HIDDEN_AT_FIRST.includes(id),
  width: WIDTHS[id],
}));

/** The field that a click on a column's header sorts by; null if it cannot be sorted. */
export const ORDER_OF: Readonly<Record<ColumnId, TaskOrder['field'] | null>> = {
  number: 'number',
  picture: 'file',
  path: 'path',
  annotatedAt: 'annotatedAt',
  regionCount: 'regionCount',
  skipped: 'progress',
  predictionCount: 'predictionCount',
  predictionScore: 'predictionScore',
  annotator: 'annotator',
  label: null,
  size: 'width',
};

/** Reads the stored columns, and appends columns that were added to the app since. Unknown ones are dropped. */
export function readColumns(kept: string | null): readonly Column[] {
  return withNewColumns(parsed(kept));
}

export function withNewColumns(kept: ListLook['columns']): readonly Column[] {
  const columns = kept.filter((column): column is Column =>
    (COLUMN_IDS as readonly string[]).includes(column.id),
  );
  const known = new Set(columns.map((column) => column.id));
  return [...columns, ...FIRST_COLUMNS.filter((column) => !known.has(column.id))];
}

function parsed(kept: string | null): readonly Column[] {
  try {
    const value: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(value) ? (value as readonly Column[]) : [];
  } catch {
    return [];
  }
}

/** Moves a column one place towards the start or the end. */
export function moveColumn(columns: readonly Column[], id: ColumnId, step: 1 | -1): readonly Column[] {
  const from = columns.findIndex((column) => column.id === id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= columns.length) return columns;
  const next = [...columns];
  [next[from], next[to]] = [next[to]!, next[from]!];
  return next;
}

/** The CSS grid gridTracks of the shown columns. The path column takes the remaining width. */
export const gridTracks = (columns: readonly Column[]): string =>
  columns
    .filter((column) => column.isShown)
    .map(({ id, width }) => (id === 'path' ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ');
