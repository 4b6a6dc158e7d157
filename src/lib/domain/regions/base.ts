import type { Pen, Rect, Size } from '../geometry';
import type { ImagePoint, LabelId, RegionId } from '../ids';
import type { KeptText } from '../kept';

/** Origin of a region: drawn by a person, by a model, or by a model and changed by a person. */
export type RegionOrigin = 'manual' | 'prediction' | 'prediction-changed';

/** The fields of every region, whatever its kind. Its place in the picture belongs to the kind. */
export interface RegionBase {
  readonly id: RegionId;
  /** Null if the region is unlabelled. */
  readonly labelId: LabelId | null;
  readonly origin: RegionOrigin;
  /** Score of the model that predicted it, 0..1, or any number from a file; null for a region drawn by hand. */
  readonly score: number | null;
  readonly note: string;
  /** Protected from being moved, changed or deleted by accident. */
  readonly isLocked: boolean;
  /**
   * COCO's `iscrowd`: the region surrounds a group whose members were not annotated one by one. Absent if it does not.
   */
  readonly isCrowd?: true;
  /** See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

/** The fields of a region drawn by hand beside its place and label. */
export const DRAWN_BY_HAND = {
  origin: 'manual',
  score: null,
  note: '',
  isLocked: false,
} as const satisfies Partial<RegionBase>;

/** A handle that resizes a region when dragged. */
export interface RegionHandle {
  /** Identifies the handle to `resize`. */
  readonly name: string;
  readonly at: ImagePoint;
  /** Direction in which the handle is dragged, for the pointer's cursor: degrees, clockwise, 0 is up. */
  readonly directionDeg: number;
}

/** Options for resizing. */
export interface Resizing {
  /** Whether the aspect ratio is kept. */
  readonly keepsRatio?: boolean;
  /** Whether the opposite side moves in the opposite direction, so that the centre stays. */
  readonly isAboutCentre?: boolean;
}

/**
 * The operations of every kind of region; all access to a region's place goes through them. Lengths are image pixels.
 */
export interface RegionOperations<Kind> {
  /** Returns the upright rectangle around the region. */
  readonly bounds: (region: Kind) => Rect;
  readonly area: (region: Kind) => number;
  /** Returns the area of the object: the area that a file gave for exactly this shape, otherwise the region's own. */
  readonly objectArea: (region: Kind) => number;
  /** Whether a point is on the region, within `margin`. */
  readonly contains: (region: Kind, at: ImagePoint, margin: number) => boolean;
  /** Whether two regions have the same place, within `tolerance` in every number. */
  readonly equals: (a: Kind, b: Kind, tolerance?: number) => boolean;
  /** Returns the offset from the first to the second if they have the same shape; null if the shapes differ. */
  readonly offset: (from: Kind, to: Kind, tolerance: number) => readonly [dx: number, dy: number] | null;
  /**
   * Returns a key that is equal for regions that would cover each other, to a thousandth of a pixel: for finding
   * duplicates among many.
   */
  readonly placeKey: (region: Kind) => string;
  /** Moves the region, stopping at the edges of a picture of `size`. */
  readonly translate: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** Clips the region to the picture; null if nothing of it lies inside. */
  readonly clip: (region: Kind, size: Size) => Kind | null;
  /** Returns the nearest valid region inside the picture: for typed numbers and for copies from other pictures. */
  readonly clampToImage: (region: Kind, size: Size) => Kind;
  readonly handles: (region: Kind) => readonly RegionHandle[];
  /** Drags one of the handles to a point, as far as the picture allows. */
  readonly resize: (region: Kind, handle: string, to: ImagePoint, size: Size, how: Resizing) => Kind;
  /** Adds a vertex at the place of the outline that is nearest to a point; null if the kind has fixed vertices. */
  readonly insertVertex: ((region: Kind, at: ImagePoint) => Kind) | null;
  /** Removes the vertex of a handle; returns null if too few would be left. Null if the kind has fixed vertices. */
  readonly removeVertex: ((region: Kind, handle: string) => Kind | null) | null;
  /** Returns the rotation in degrees, clockwise; 0 for a kind without direction. */
  readonly angle: (region: Kind) => number;
  /** Rotates the region to an angle, as far as the picture allows; null if the kind cannot be rotated. */
  readonly rotate: ((region: Kind, degrees: number, size: Size) => Kind) | null;
  /** Extends the region to the right and downwards by image pixels, as far as the picture allows. */
  readonly grow: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** Returns the same place in a picture that is `x` times as wide and `y` times as high. */
  readonly scale: (region: Kind, x: number, y: number) => Kind;
  /** Converts from pixels of the stored picture to pixels of the upright one; see `uprightRect` in stored-pixels.ts. */
  readonly upright: (region: Kind, orientation: number, stored: Size) => Kind;
  /** Removes what a file gave for exactly this shape: for copies. */
  readonly forgetFile: (region: Kind) => Kind;
  /** Draws its outline. */
  readonly trace: (region: Kind, pen: Pen) => void;
}
