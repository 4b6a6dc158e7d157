import type { Category, DatasetItem, IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { isFields, keptOf, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import { keyOf, type Key } from './coco-keys';
import { isMask } from './outline';

/**
 * COCO annotations from which no box can be made: key points without a box, or masks that cannot be decoded. A
 * picture keeps `{"cocoUntaken": {"annotations": [{"id", "name", "size", "row"}]}}`: each row as it is except for
 * the image id, with the name of its category and, if the file gives it, the picture size that its pixels refer to.
 */

/** The greatest number of characters that all pictures together keep; further rows are reported as issues. */
const MAX_LETTERS = 1 << 28;

/** The annotations of a picture from which no box could be made. */
export interface Untaken {
  count: number;
  /** The kept rows among them. */
  readonly rows: UntakenRow[];
}

export interface UntakenRow {
  /** The row as JSON. */
  readonly text: string;
  /** The category's name in the file. */
  readonly name: string | undefined;
}

/** The same, before the file's categories are known. */
export interface AskedUntaken {
  count: number;
  readonly rows: { readonly text: string; readonly category: Key }[];
}

/** Collects rows as long as there is room for them. */
export class UntakenRows {
  #letters = 0;

  /**
   * Counts a row, and keeps it if it has anything to keep; `code` says why no box can be made of it. A model's row
   * is not kept. Returns false if the row is too long.
   */
  take({ image_id: _, ...row }: Fields, code: IssueCode, untaken: AskedUntaken): boolean {
    untaken.count += 1;
    const isMeant = code === 'region-keypoints' || code === 'region-mask';
    if (!isMeant || row['score'] !== undefined) return true;
    const text = JSON.stringify(row);
    if (this.#letters + text.length > MAX_LETTERS) return false;
    this.#letters += text.length;
    untaken.rows.push({ text, category: keyOf(row['category_id']) });
    return true;
  }
}

/** The text that a picture keeps of these rows, which are counted in `kept`; undefined if there is none. */
export function untakenExtra(
  rows: readonly UntakenRow[],
  size: Size | null,
  kept: Map<KeptKind, number>,
): Fields | undefined {
  if (rows.length === 0) return undefined;
  const annotations = rows.map(({ text, name }) => {
    const row = JSON.parse(text) as Fields;
    addKept(kept, isMask(row['segmentation']) ? 'mask' : 'keypoint', 1);
    return { id: row['id'] ?? text, name, ...(size && { size: [size.width, size.height] }), row };
  });
  return { annotations };
}

function entriesIn(extra: KeptText | undefined): readonly Fields[] {
  const { annotations } = extra === undefined ? {} : keptOf(extra, 'cocoUntaken');
  return Array.isArray(annotations) ? annotations.filter(isFields) : [];
}

const isOfSize = ({ size }: Fields, now: Size | null): boolean =>
  !Array.isArray(size) || now === null || (size[0] === now.width && size[1] === now.height);

/** Whether a picture keeps rows that cannot be written, because their pixels refer to another picture size. */
export const isOfOtherSize = (extra: KeptText | undefined, now: Size | null): boolean =>
  entriesIn(extra).some((entry) => !isOfSize(entry, now));

/** The rows that a picture keeps, with the current numbers of their categories. */
export const untakenRows = (
  { extra, size }: DatasetItem,
  categories: readonly Category[],
): readonly Fields[] =>
  entriesIn(extra).flatMap((entry) => {
    if (!isOfSize(entry, size) || !isFields(entry['row'])) return [];
    const { category_id: id, ...row } = entry['row'];
    const number = numberNow(id, entry['name'], categories);
    return [{ ...row, ...(number === undefined ? {} : { category_id: number }) }];
  });

/** Finds the category by its name; if it was renamed, by the id that it came with. */
function numberNow(id: unknown, name: unknown, categories: readonly Category[]): unknown {
  const found =
    categories.find((one) => one.name === name) ??
    categories.find(({ extra }) => extra !== undefined && keptOf(extra, 'coco')['id'] === id);
  if (found !== undefined) return found.number;
  // The category was removed: its number is written unless another category has it now.
  return categories.some(({ number }) => number === id) ? undefined : id;
}
