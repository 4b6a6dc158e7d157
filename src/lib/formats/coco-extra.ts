import { isFields, keptIn, MAX_KEPT_LENGTH, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import type { Rect } from '$lib/domain/geometry';
import type { Region } from '$lib/domain/region';
import { numberFrom } from './boxes';
import { NumberColumn, TextColumn } from './row-extras';

/**
 * The contents of COCO annotations besides their boxes. A region keeps `{"coco": {…}, "box": [x, y, width, height]}`:
 * every member that has no field here, and the box that they belong to, if one of them has a place in the picture.
 */

/** The number of characters reserved for what stands beside the members. */
const PLACE_LENGTH = 1000;

/** Members of an annotation that are fields of a region, or that follow from the file's other tables. */
const OWN: ReadonlySet<string> = new Set([
  'id',
  'image_id',
  'category_id',
  'bbox',
  'area',
  'iscrowd',
  'score',
]);

export interface AnnotationExtra {
  readonly extra?: KeptText;
  readonly isCrowd: boolean;
  /** In square pixels; null if the file gives none. */
  readonly area: number | null;
}

const KINDS = ['outline', 'mask', 'keypoint', 'attribute', 'key'] as const satisfies readonly KeptKind[];

function kindOf(key: string, value: unknown): (typeof KINDS)[number] {
  if (key === 'segmentation') return Array.isArray(value) ? 'outline' : 'mask';
  if (key === 'keypoints' || key === 'num_keypoints') return 'keypoint';
  return key === 'attributes' ? 'attribute' : 'key';
}

export const isCrowdRow = ({ iscrowd }: Fields): boolean =>
  iscrowd === 1 || iscrowd === '1' || iscrowd === true;

/** The contents of annotations besides their boxes, by row, in packed form like the boxes. */
export class AnnotationExtras {
  readonly #ids = new NumberColumn();
  readonly #areas = new NumberColumn();
  readonly #texts = new TextColumn();
  readonly #crowds = new Set<number>();
  /** One bit for each of KINDS that a row has. */
  #kinds = new Uint8Array(0);

  /** Returns false if the text is too long to be kept. */
  set(row: number, annotation: Fields): boolean {
    const { id } = annotation;
    const hasNumber = isId(id);
    if (hasNumber) this.#ids.set(row, id);
    this.#areas.set(row, numberFrom(annotation['area']));
    if (isCrowdRow(annotation)) this.#crowds.add(row);
    const rest = Object.entries(annotation).filter(
      ([key, value]) =>
        !OWN.has(key) && !(key === 'segmentation' && Array.isArray(value) && value.length === 0),
    );
    this.#mark(row, rest);
    if (!hasNumber && id !== undefined) rest.push(['id', id]);
    if (rest.length === 0) return true;
    const text = JSON.stringify(Object.fromEntries(rest));
    return text.length < MAX_KEPT_LENGTH - PLACE_LENGTH && this.#texts.set(row, text);
  }

  get(row: number, { x, y, width, height }: Rect): AnnotationExtra {
    const rest = this.#texts.get(row);
    const id = this.#ids.get(row);
    const members = [
      ...(id === null ? [] : [`"id":${id}`]),
      ...(rest === undefined ? [] : [rest.slice(1, -1)]),
    ];
    const box = rest?.includes('"segmentation":') ? `,"box":${JSON.stringify([x, y, width, height])}` : '';
    return {
      ...(members.length === 0 ? {} : { extra: `{"coco":{${members.join(',')}}${box}}` }),
      isCrowd: this.#crowds.has(row),
      area: this.#areas.get(row),
    };
  }

  /** Counts what a row keeps that no screen shows. */
  countIn(row: number, kept: Map<KeptKind, number>): void {
    const bits = this.#kinds[row] ?? 0;
    for (const [at, kind] of KINDS.entries()) if ((bits & (1 << at)) !== 0) addKept(kept, kind, 1);
  }

  #mark(row: number, rest: readonly (readonly [key: string, value: unknown])[]): void {
    let bits = 0;
    for (const [key, value] of rest) bits |= 1 << KINDS.indexOf(kindOf(key, value));
    if (row >= this.#kinds.length) {
      if (bits === 0) return;
      const grown = new Uint8Array(Math.max(1024, (row + 1) * 2));
      grown.set(this.#kinds);
      this.#kinds = grown;
    }
    this.#kinds[row] = bits;
  }

  forget(row: number): void {
    if (row < this.#kinds.length) this.#kinds[row] = 0;
    this.#ids.set(row, null);
    this.#areas.set(row, null);
    this.#texts.clear(row);
    this.#crowds.delete(row);
  }

  move(from: number, to: number): void {
    if (from === to) return;
    if (from < this.#kinds.length) {
      this.#kinds[to] = this.#kinds[from]!;
      this.#kinds[from] = 0;
    }
    for (const column of [this.#ids, this.#areas, this.#texts]) column.move(from, to);
    if (this.#crowds.delete(from)) this.#crowds.add(to);
    else this.#crowds.delete(to);
  }
}

/** Assigns ids: a kept id is given back once; everything else gets the next free number. */
export class Ids {
  readonly #numbers = new NumberSet();
  readonly #texts = new Set<string>();
  #last: number;

  /** `last` is the highest id that may have been kept. */
  constructor(last: number) {
    this.#last = last;
  }

  of(kept: unknown): number | string {
    if (typeof kept === 'string' && !this.#texts.has(kept)) {
      this.#texts.add(kept);
      return kept;
    }
    if (isId(kept) && this.#numbers.add(kept)) return kept;
    do this.#last += 1;
    while (!this.#numbers.add(this.#last));
    return this.#last;
  }
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A set of integers from 0 as bits: a million consecutive numbers take less than a megabyte. */
class NumberSet {
  readonly #parts = new Map<number, Uint32Array>();

  /** Returns false if the number is in the set already. */
  add(number: number): boolean {
    const at = Math.floor(number / PART_BITS);
    let part = this.#parts.get(at);
    if (part === undefined) this.#parts.set(at, (part = new Uint32Array(PART_BITS / 32)));
    const bit = number % PART_BITS;
    const mask = 1 << (bit & 31);
    if ((part[bit >>> 5]! & mask) !== 0) return false;
    part[bit >>> 5]! |= mask;
    return true;
  }
}
const PART_BITS = 256;

/** The members of a region's annotation besides image, category and box; `id` is the kept one, if any. */
export function annotationRest({ extra }: Region, bbox: readonly number[]): Fields {
  if (extra === undefined) return PLAIN;
  const kept = keptIn(extra);
  const rest = isFields(kept['coco']) ? kept['coco'] : PLAIN;
  return { ...rest, segmentation: segmentationFor(rest['segmentation'], kept['box'], bbox) };
}
const PLAIN: Fields = { segmentation: [] };

/**
 * The outline moves with its box. If the box has another size now, the outline no longer fits; a mask cannot be
 * moved.
 */
function segmentationFor(kept: unknown, box: unknown, bbox: readonly number[]): unknown {
  if (kept === undefined) return [];
  if (!Array.isArray(box) || box.length !== 4) return kept;
  const [x, y, width, height] = bbox.map((is, at) => is - Number(box[at])) as [
    number,
    number,
    number,
    number,
  ];
  if (x === 0 && y === 0 && width === 0 && height === 0) return kept;
  if (Math.abs(width) > NEAR || Math.abs(height) > NEAR || !Array.isArray(kept)) return [];
  return kept.map((outline: unknown) =>
    Array.isArray(outline)
      ? outline.map((value: unknown, at) =>
          typeof value === 'number' ? value + (at % 2 === 0 ? x : y) : value,
        )
      : outline,
  );
}

/** In pixels: rounding changes the size of a moved box by less than this. */
const NEAR = 1e-6;

/** The highest id kept of a kind; 0 if none is. */
export const idFrom = (last: unknown): number => (isId(last) ? last : 0);

/** The members of a file besides its three tables, up to a total length. */
export class FileParts {
  readonly #parts: Record<string, unknown> = {};
  #length = 0;
  #lastAnnotation = 0;
  #lastImage = 0;

  /** Returns false if there is no room. Pieces of one member are joined; the first file with a member wins. */
  add(key: string, value: unknown, isFirst: boolean): boolean {
    const isOurs =
      key === 'info' &&
      isFields(value) &&
      value['contributor'] === 'Kakomi' &&
      Object.keys(value).length === 3;
    if (isOurs || (isFirst && Object.hasOwn(this.#parts, key))) return true;
    this.#length += JSON.stringify(value).length;
    if (this.#length > MAX_PARTS) return false;
    const before = this.#parts[key];
    const isMore = Array.isArray(before) && Array.isArray(value);
    const both = isMore ? [...(before as readonly unknown[]), ...(value as readonly unknown[])] : value;
    Object.defineProperty(this.#parts, key, { value: both, enumerable: true, configurable: true });
    return true;
  }

  sawAnnotation(id: unknown): void {
    this.#lastAnnotation = Math.max(this.#lastAnnotation, idFrom(id));
  }

  sawImage(id: unknown): void {
    this.#lastImage = Math.max(this.#lastImage, idFrom(id));
  }

  get text(): KeptText | undefined {
    const coco = {
      ...this.#parts,
      ...(this.#lastAnnotation === 0 ? {} : { lastAnnotation: this.#lastAnnotation }),
      ...(this.#lastImage === 0 ? {} : { lastImage: this.#lastImage }),
    };
    return Object.keys(coco).length === 0 ? undefined : JSON.stringify({ coco });
  }
}

const MAX_PARTS = MAX_KEPT_LENGTH / 4;
