import { turnedCorners, type Size } from '$lib/domain/geometry';
import type { Fields } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import { encode, type Encoders } from './encoders';

/** In pixels: converting a place to percent and back may change it by this much. */
export const NEAR_PX = 1e-6;

/** The control that draws a kind of region, and the region's place in percent. See [Note: Encoders]. */
interface EncodedPlace {
  readonly control: string;
  readonly place: Fields;
}

export const LABEL_STUDIO_ENCODERS: Encoders<[size: Size], EncodedPlace> = {
  box: (box, size) => {
    const [corner] = box.rotation === 0 ? [[box.x, box.y] as const] : turnedCorners(box, box.rotation);
    return {
      control: 'rectangle',
      place: {
        x: percentOf(corner[0], size.width),
        y: percentOf(corner[1], size.height),
        width: percentOf(box.width, size.width),
        height: percentOf(box.height, size.height),
        rotation: box.rotation,
      },
    };
  },
};

export const placeOf = (region: Region, size: Size): Fields =>
  encode(LABEL_STUDIO_ENCODERS, region, size).place;

/** Pixels as a percentage of a side: the shortest decimal that converts back to the same pixels. */
function percentOf(pixels: number, side: number): number {
  const percent = (pixels / side) * 100;
  for (const digits of [6, 10, 14]) {
    const short = Number(percent.toPrecision(digits));
    if ((short / 100) * side === pixels) return short;
  }
  return percent;
}
