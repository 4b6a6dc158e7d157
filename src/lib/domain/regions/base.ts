import type { Pen, Rect, Size } from '../geometry';
import type { ImagePoint, LabelId, RegionId } from '../ids';
import type { KeptText } from '../kept';

/** Who drew a region: a person, a model, or a person who changed what a model drew. */
export type RegionOrigin = 'manual' | 'prediction' | 'prediction-changed';

/** What every region has, whatever its kind. Its place in the picture belongs to the kind. */
export interface RegionBase {
  readonly id: RegionId;
  /** Null while nobody has said what it is. */
  readonly labelId: LabelId | null;
  readonly origin: RegionOrigin;
  /** What the model that drew it thought of it, 0..1, or whatever else a file gave; null for one drawn by hand. */
  readonly score: number | null;
  readonly note: string;
  /** Kept from being moved, changed or deleted by accident. */
  readonly isLocked: boolean;
  /** COCO's `iscrowd`: the region stands around a group that nobody counted one by one. Absent: it does not. */
  readonly isCrowd?: true;
  /** See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

/** What a region drawn by hand has beside its place and label. */
export const DRAWN_BY_HAND = {
  origin: 'manual',
  score: null,
  note: '',
  isLocked: false,
} as const satisfies Partial<RegionBase>;

/** A place where a region can be taken to change its shape. */
export interface RegionHandle {
  /** Says to `resize` which one it is. */
  readonly name: string;
  readonly at: ImagePoint;
  /** Which way it pulls: degrees, clockwise, 0 is up. For the pointer's look. */
  readonly pullsDeg: number;
}

/** How a handle is pulled. */
export interface Resizing {
  /** Width to height stays as it is. */
  readonly keepsRatio?: boolean;
  /** The opposite side goes the other way. */
  readonly isAboutCentre?: boolean;
}

/** What every kind of region answers; nothing else is asked of a region's place. Lengths are image pixels. */
export interface RegionOperations<Kind> {
  /** The upright rectangle around it. */
  readonly bounds: (region: Kind) => Rect;
  readonly area: (region: Kind) => number;
  /** The area of the object: the one that a file gave for this very shape, else the region's own. */
  readonly objectArea: (region: Kind) => number;
  /** Whether a point, give or take `margin`, is on the region. */
  readonly contains: (region: Kind, at: ImagePoint, margin: number) => boolean;
  /** Whether two lie in the same place, give or take `tolerance` in every number. */
  readonly equals: (a: Kind, b: Kind, tolerance?: number) => boolean;
  /** How far the second is from the first where it is the same shape, moved; null where it is another shape. */
  readonly offset: (from: Kind, to: Kind, tolerance: number) => readonly [dx: number, dy: number] | null;
  /** Equal for regions that would hide each other, to the thousandth of a pixel: for finding many at once. */
  readonly placeKey: (region: Kind) => string;
  /** Moved as a whole, stopped at the edges of a picture of `size`. */
  readonly translate: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** What of the region lies in the picture; null where nothing does. */
  readonly clip: (region: Kind, size: Size) => Kind | null;
  /** The nearest valid region that lies in the picture: for typed numbers and for copies from other pictures. */
  readonly clampToImage: (region: Kind, size: Size) => Kind;
  readonly handles: (region: Kind) => readonly RegionHandle[];
  /** With one of its handles pulled to a point, as far as the picture allows. */
  readonly resize: (region: Kind, handle: string, to: ImagePoint, size: Size, how: Resizing) => Kind;
  /** With one vertex more, at the place of its outline that is nearest to a point; null: its vertices are fixed. */
  readonly insertVertex: ((region: Kind, at: ImagePoint) => Kind) | null;
  /** Without the vertex of a handle, or null where too few would be left; null: its vertices are fixed. */
  readonly removeVertex: ((region: Kind, handle: string) => Kind | null) | null;
  /** Degrees, clockwise; 0 for what has no direction. */
  readonly angle: (region: Kind) => number;
  /** Rotated to an angle, as far as the picture allows; null: this kind cannot be rotated. */
  readonly rotate: ((region: Kind, degrees: number, size: Size) => Kind) | null;
  /** Longer to the right and downwards by image pixels, as far as the picture allows. */
  readonly grow: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** The same place in a picture that is `x` times as wide and `y` times as high. */
  readonly scale: (region: Kind, x: number, y: number) => Kind;
  /** From pixels as they are stored to pixels of the upright picture; see `uprightRect` in stored-pixels.ts. */
  readonly upright: (region: Kind, orientation: number, stored: Size) => Kind;
  /** Without what a file said of this very shape: for copies. */
  readonly forgetFile: (region: Kind) => Kind;
  /** Draws its outline. */
  readonly trace: (region: Kind, pen: Pen) => void;
}
