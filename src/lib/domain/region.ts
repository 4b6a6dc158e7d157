import type { Pen, Rect, Size } from './geometry';
import type { ImagePoint } from './ids';
import { boxGeometry, type BoxRegion } from './regions/box';
import type { Reshaping } from './regions/resize-box';

/** One drawn thing. A new kind is a new file in regions/ and a new row in GEOMETRY. */
export type Region = BoxRegion;

/** What a kind of region adds when it is drawn: its place. */
export type RegionShape = Pick<Region, 'kind' | keyof Rect>;

/** A place where a region can be taken to change its shape. */
export interface RegionHandle {
  /** Says to `reshape` which one it is. */
  readonly name: string;
  readonly at: ImagePoint;
  /** Which way it pulls: degrees, clockwise, 0 is up. For the pointer's look. */
  readonly pullsDeg: number;
}

/** What every kind of region must answer; the editor asks nothing else of a region. */
export interface Geometry<Kind> {
  readonly bounds: (region: Kind) => Rect;
  /** In square image pixels. */
  readonly area: (region: Kind) => number;
  /** Whether a point, give or take `margin` image pixels, is on the region. */
  readonly hit: (region: Kind, at: ImagePoint, margin: number) => boolean;
  /** Moved as a whole, stopped at the edges of a picture of `size`. */
  readonly translate: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** What of the region lies in the picture; null where nothing does. */
  readonly clip: (region: Kind, size: Size) => Kind | null;
  /** The nearest valid region that lies in the picture: for typed numbers and for copies from other pictures. */
  readonly keepIn: (region: Kind, size: Size) => Kind;
  readonly handles: (region: Kind) => readonly RegionHandle[];
  /** With one of its handles pulled to a point, as far as the picture allows. */
  readonly reshape: (region: Kind, handle: string, to: ImagePoint, size: Size, how: Reshaping) => Kind;
  /** Degrees, clockwise; 0 for what has no direction. */
  readonly angle: (region: Kind) => number;
  /** Turned to an angle, as far as the picture allows; null: this kind cannot be turned. */
  readonly turn: ((region: Kind, degrees: number, size: Size) => Kind) | null;
  /** Longer to the right and downwards by image pixels, as far as the picture allows. */
  readonly grow: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** The same place in a picture that is `x` times as wide and `y` times as high. */
  readonly scale: (region: Kind, x: number, y: number) => Kind;
  /** Draws its outline. */
  readonly trace: (region: Kind, pen: Pen) => void;
}

export const GEOMETRY: { readonly [Kind in Region['kind']]: Geometry<Extract<Region, { kind: Kind }>> } = {
  box: boxGeometry,
};

/** The answers for one region, whatever its kind. */
export const geometryOf = (region: Region): Geometry<Region> => GEOMETRY[region.kind];
