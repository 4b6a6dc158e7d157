import type { Category, DatasetItem, IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { isFields, keptOf, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import { keyOf, type Key } from './coco-keys';
import { isMask } from './outline';

/**
 * COCO's annotations of which nothing can be drawn: key points without a box, masks that nobody can read. A picture
 * keeps `{"cocoUntaken": {"annotations": [{"id", "name", "size", "row"}]}}`: each row as it is, but for the picture's
 * id, with the name of its class and, where the file gives it, the size that its pixels are counted on.
 */

/** All pictures together keep so many letters; what comes after it is told. */
const MOST_LETTERS = 1 << 28;

/** What a file says of a picture that no box could be made of. */
export interface Untaken {
  count: number;
  /** Of these, rows that are kept. */
  readonly rows: UntakenRow[];
}

export interface UntakenRow {
  /** As JSON. */
  readonly text: string;
  /** What its file calls its class. */
  readonly name: string | undefined;
}

/** The same before the classes of the file are known. */
export interface AskedUntaken {
  count: number;
  readonly rows: { readonly text: string; readonly category: Key }[];
}

/** Takes rows as long as there is room for them. */
export class UntakenRows {
  #letters = 0;

  /**
   * Counts a row, and keeps it where it has something to keep; `code` says why nothing can be drawn of it. A model's is
   * no annotation. False: it is too long to be kept.
   */
  take({ image_id: _, ...row }: Fields, code: IssueCode, untaken: AskedUntaken): boolean {
    untaken.count += 1;
    const isMeant = code === 'region-keypoints' || code === 'region-mask';
    if (!isMeant || row['score'] !== undefined) return true;
    const text = JSON.stringify(row);
    if (this.#letters + text.length > MOST_LETTERS) return false;
    this.#letters += text.length;
    untaken.rows.push({ text, category: keyOf(row['category_id']) });
    return true;
  }
}

/** What a picture keeps of them, which is counted in `kept`; undefined: nothing. */
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

/** Whether a picture keeps rows that cannot be written, since their pixels are of a picture of another size. */
export const isOfOtherSize = (extra: KeptText | undefined, now: Size | null): boolean =>
  entriesIn(extra).some((entry) => !isOfSize(entry, now));

/** The rows that a picture keeps, with the numbers that their classes have now. */
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

/** By its name; where it has another one now, by the id that it came with. */
function numberNow(id: unknown, name: unknown, categories: readonly Category[]): unknown {
  const found =
    categories.find((one) => one.name === name) ??
    categories.find(({ extra }) => extra !== undefined && keptOf(extra, 'coco')['id'] === id);
  if (found !== undefined) return found.number;
  // The class is gone: its number is written where it means no other one.
  return categories.some(({ number }) => number === id) ? undefined : id;
}
