import type { Rect, Size } from './geometry';
import type { ImagePoint } from './ids';
import { boxGeometry, type BoxRegion } from './regions/box';

/** One drawn thing. A new kind is a new file in regions/ and a new row in GEOMETRY. */
export type Region = BoxRegion;

interface Geometry<Kind extends Region> {
  readonly bounds: (region: Kind) => Rect;
  /** In square image pixels. */
  readonly area: (region: Kind) => number;
  /** Whether a point, give or take `margin` image pixels, is on the region. */
  readonly hit: (region: Kind, at: ImagePoint, margin: number) => boolean;
  /** Moved as a whole, stopped at the edges of a picture of `size`. */
  readonly translate: (region: Kind, dx: number, dy: number, size: Size) => Kind;
  /** What of the region lies in the picture; null where nothing does. */
  readonly clip: (region: Kind, size: Size) => Kind | null;
}

/** What every kind of region must answer. */
export const GEOMETRY: { readonly [Kind in Region['kind']]: Geometry<Extract<Region, { kind: Kind }>> } = {
  box: boxGeometry,
};
