import type { DatasetAnnotation, Issue, IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { turnedBounds, type Rect, type Size } from '$lib/domain/geometry';
import { asId, type LabelId } from '$lib/domain/ids';
import type { KeptText } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import { DRAWN_BY_HAND } from '$lib/domain/regions/base';
import { givenArea, type BoxRegion } from '$lib/domain/regions/box';

/** Numbers beyond this are no pixels of any picture. */
const HUGE = 1e7;

/** A number, also one that was written as text; null for anything else, NaN and endless ones. */
export function numberFrom(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** What a file gives as a name or id, where it is one. */
export const textOr = (value: unknown, other: string): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : other;

/**
 * What a format writes for a region's class. A region of no class never gets here (see `fit`); if one does, nothing
 * is written rather than something wrong.
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

/** A number as it is; one that is none is never written. */
export function writable(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new AppError('region-not-writable', { path, value: String(value) });
  return value;
}

/** A box as a file gives it, before anything is known of its numbers. */
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
  /** COCO's `area`, in square pixels; null: not given. */
  readonly area?: number | null;
  readonly extra?: KeptText;
  /** The region's own id, once in its list; absent or empty: it has none. */
  readonly id?: string;
}

export interface Place {
  readonly path: string;
  readonly place: string;
  readonly issue: (issue: Issue) => void;
}

/** The upright rectangle around a box, for formats that know no turning. */
export const uprightBox = (box: BoxRegion): Rect => turnedBounds(box, box.rotation);

/** In a dataset that was read, a label's id is its name. */
export const labelOf = (name: string): LabelId => asId<'label'>(name.normalize('NFC').trim());

/**
 * A region from what a file says, or null where it says nothing that can be drawn. Boxes without area and
 * boxes that leave the picture are kept, and told.
 */
export function boxFrom(raw: RawBox, size: Size, at: Place): BoxRegion | null {
  const tell = (code: IssueCode): void => at.issue({ code, path: at.path, place: at.place });
  const [x, y, width, height] = [raw.x, raw.y, raw.width, raw.height].map(numberFrom);
  const rotation = raw.rotation === undefined || raw.rotation === null ? 0 : numberFrom(raw.rotation);
  if (x == null || y == null || width == null || height == null || rotation === null) {
    tell('number-invalid');
    return null;
  }
  if ([x, y, width, height].some((value) => Math.abs(value) > HUGE)) {
    tell('number-invalid');
    return null;
  }
  if (width < 0 || height < 0) tell('corners-swapped');
  const rect: Rect = {
    x: Math.min(x, x + width),
    y: Math.min(y, y + height),
    width: Math.abs(width),
    height: Math.abs(height),
  };
  const bounds = turnedBounds(rect, rotation);
  if (width === 0 || height === 0) tell('region-empty');
  else if (
    bounds.x >= size.width ||
    bounds.y >= size.height ||
    bounds.x + bounds.width <= 0 ||
    bounds.y + bounds.height <= 0
  )
    tell('region-outside');
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

/** What a format with one layer says of a picture that somebody finished. */
export const finished = (
  regions: readonly Region[],
  { isSkipped = false, untaken = 0 } = {},
): DatasetAnnotation => ({
  annotator: '',
  isSkipped,
  regions,
  ...(untaken > 0 ? { untaken } : {}),
  createdAt: null,
  updatedAt: null,
});
