import type { Issue } from '$lib/domain/dataset';
import { isFields, type Fields } from '$lib/domain/kept';
import { numberFrom, textOr } from './boxes';
import { listOf } from './label-studio-result';

/**
 * Splits a task whose data holds a list of pictures, and whose regions say by `item_index` (from 0) which picture
 * they are on, into one task per picture. Any other task stays one task.
 */
export function pagesOf(row: Fields, at: Place): readonly Fields[] {
  const data = isFields(row['data']) ? row['data'] : null;
  const list = data === null ? undefined : Object.entries(data).find(([, value]) => isPictureList(value));
  if (data === null || list === undefined) return [row];
  const [key, pictures] = list as [string, readonly string[]];
  if (typeof data['image'] === 'string' && data['image'] !== '') return [row];
  const lists = LISTS.filter((name) => Array.isArray(row[name]));
  tellUnplaced(row, lists, pictures.length, at);
  return pictures.map((address, page) => ({
    ...row,
    data: { ...withoutKey(data, key), image: address },
    ...Object.fromEntries(
      lists.map((name) => [name, listOf(row[name]).map((holder) => onPage(holder, page, pictures.length))]),
    ),
  }));
}

interface Place {
  readonly path: string;
  readonly place: string;
  readonly issue: (issue: Issue) => void;
}

const LISTS = ['annotations', 'completions', 'predictions', 'drafts'] as const;

const isPictureList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (one) => typeof one === 'string' && /\.(jpe?g|png|tiff?|bmp|gif|webp|avif)(?:$|[?#])/i.test(one),
  );

const withoutKey = (fields: Fields, key: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));

/** The results of one page, and the answers about the whole task. */
const onPage = (holder: Fields, page: number, count: number): Fields => ({
  ...holder,
  result: listOf(holder['result']).filter((result) => !isDrawn(result) || pageOf(result, count) === page),
});

/** Null if the result may be on any of several pictures. */
function pageOf(result: Fields, count: number): number | null {
  const index = numberFrom(result['item_index']);
  if (index === null) return count === 1 ? 0 : null;
  return Number.isInteger(index) && index >= 0 && index < count ? index : null;
}

const isDrawn = ({ value }: Fields): boolean =>
  isFields(value) && ['x', 'points', 'vertices', 'rle'].some((key) => value[key] !== undefined);

function tellUnplaced(
  row: Fields,
  lists: readonly string[],
  count: number,
  { path, place, issue }: Place,
): void {
  for (const name of lists)
    for (const holder of listOf(row[name]))
      for (const result of listOf(holder['result']))
        if (isDrawn(result) && pageOf(result, count) === null)
          issue({
            code: 'image-ambiguous',
            path,
            place: `${place}, region ${textOr(result['id'], '')}`.trim(),
          });
}

/**
 * Label Studio's target storages have one file per annotation, with the task inside it; any other row is a task
 * already.
 */
export function taskOfTarget(row: Fields): Fields {
  const { task, ...annotation } = row;
  if (!Array.isArray(row['result']) || !isFields(task) || !isFields(task['data'])) return row;
  return { ...task, annotations: [annotation] };
}

/**
 * Whether a file may hold tasks. A target storage names a file by its annotation's number, without an extension.
 */
export const isTaskFile = (path: string): boolean => /\.json$/i.test(path) || /(^|\/)\d+$/.test(path);
