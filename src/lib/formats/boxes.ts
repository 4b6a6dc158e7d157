import type { DatasetAnnotation, Issue, IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { turnedBounds, type Rect, type Size } from '$lib/domain/geometry';
import { asId, type LabelId } from '$lib/domain/ids';
import type { KeptText } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/base';
import { givenArea, type BoxRegion } from '$lib/domain/regions/box';

/** No picture has pixels beyond this coordinate. */
const HUGE = 1e7;

/** Parses a number, also one written as text. Returns null for anything else, for NaN and for infinity. */
export function numberFrom(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A name or id from a file as text; `other` if the value is neither text nor a number. */
export const textOr = (value: unknown, other: string): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : other;

/**
 * The class that a format writes for a region. `fit` removes regions without a class before this; if one gets here,
 * it throws instead of writing something wrong.
 */
export function classOf<Value>(
  { labelId, id }: Region,
  values: ReadonlyMap<LabelId, Value>,
  path: string,
): Value {
  const value = labelId === null ? undefined : values.get(labelId);
  if (value === undefined || value === '') throw new AppError('region-not-writable', { path, region: id });
  return value;
}

/** Returns the number, and throws if it is not finite, so that NaN and infinity are never written. */
export function writable(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new AppError('region-not-writable', { path, value: String(value) });
  return value;
}

/** A box as a file gives it, before validation. */
export interface RawBox {
  readonly x: unknown;
  readonly y: unknown;
  readonly width: unknown;
  readonly height: unknown;
  readonly rotation?: unknown;
  readonly label: string | null;
  readonly score?: unknown;
  readonly note?: string;
  readonly origin?: BoxRegion['origin'];
  readonly isLocked?: boolean;
  readonly isCrowd?: boolean;
  /** COCO's `area`, in square pixels; null if the file gives none. */
  readonly area?: number | null;
  readonly extra?: KeptText;
  /** The region's own id, unique in its list; absent or empty if it has none. */
  readonly id?: string;
}

export interface Place {
  readonly path: string;
  readonly place: string;
  readonly issue: (issue: Issue) => void;
}

/** The upright rectangle around a box, for formats without rotation. */
export const uprightBox = (box: BoxRegion): Rect => turnedBounds(box, box.rotation);

/** In a dataset that was read from files, a label's id is its name. */
export const labelOf = (name: string): LabelId => asId<'label'>(name.normalize('NFC').trim());

/**
 * Makes a region from a file's values; null if they are no numbers. A box without area, or one outside the picture,
 * is kept and reported as an issue.
 */
export function boxFrom(raw: RawBox, size: Size, at: Place): BoxRegion | null {
  const report = (code: IssueCode): void => at.issue({ code, path: at.path, place: at.place });
  const [x, y, width, height] = [raw.x, raw.y, raw.width, raw.height].map(numberFrom);
  const rotation = raw.rotation === undefined || raw.rotation === null ? 0 : numberFrom(raw.rotation);
  if (x == null || y == null || width == null || height == null || rotation === null) {
    report('number-invalid');
    return null;
  }
  if ([x, y, width, height].some((value) => Math.abs(value) > HUGE)) {
    report('number-invalid');
    return null;
  }
  if (width < 0 || height < 0) report('corners-swapped');
  const rect: Rect = {
    x: Math.min(x, x + width),
    y: Math.min(y, y + height),
    width: Math.abs(width),
    height: Math.abs(height),
  };
  const bounds = turnedBounds(rect, rotation);
  if (width === 0 || height === 0) report('region-empty');
  else if (
    bounds.x >= size.width ||
    bounds.y >= size.height ||
    bounds.x + bounds.width <= 0 ||
    bounds.y + bounds.height <= 0
  )
    report('region-outside');
  const score = raw.score === undefined ? null : numberFrom(raw.score);
  return {
    kind: 'box',
    id: asId<'region'>(raw.id ?? ''),
    labelId: raw.label === null || raw.label.trim() === '' ? null : labelOf(raw.label),
    ...DRAWN_BY_HAND,
    ...rect,
    rotation: ((rotation % 360) + 360) % 360,
    origin: raw.origin ?? 'manual',
    score,
    note: raw.note ?? '',
    isLocked: raw.isLocked ?? false,
    ...(raw.isCrowd === true ? { isCrowd: true as const } : {}),
    ...givenArea(rect, raw.area ?? null),
    ...(raw.extra === undefined ? {} : { extra: raw.extra }),
  };
}

/** An annotation that somebody finished, in a format with a single layer of regions. */
export const finished = (
  regions: readonly Region[],
  { isSkipped = false, untaken = 0 } = {},
): DatasetAnnotation => ({
  annotator: '',
  isSkipped,
  regions,
  ...(untaken > 0 ? { unsupportedCount: untaken } : {}),
  createdAt: null,
  updatedAt: null,
});
