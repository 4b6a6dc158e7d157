import type { Size } from '$lib/domain/geometry';

/** Left, top, right, bottom of each box, one box after the other, in pixels of the network's image. */
export type Boxes = Float32Array;

/** The largest growth of a box in one step, as a logarithm. */
const MAX_GROWTH = Math.fround(Math.log(1000 / 16));

/**
 * Applies four deltas to one box, in float32 like torch: the shift of the centre, as a factor of the box's width
 * and height, and the logarithms of its growth. Each delta is divided by its weight.
 */
export function applyDeltas(
  from: { readonly boxes: Boxes; readonly at: number },
  [dx, dy, dw, dh]: readonly [number, number, number, number],
  to: { readonly boxes: Boxes; readonly at: number },
): void {
  const { fround, exp, min } = Math;
  const left = from.boxes[from.at]!;
  const top = from.boxes[from.at + 1]!;
  const width = fround(from.boxes[from.at + 2]! - left);
  const height = fround(from.boxes[from.at + 3]! - top);
  const x = fround(fround(dx * width) + fround(left + fround(0.5 * width)));
  const y = fround(fround(dy * height) + fround(top + fround(0.5 * height)));
  const halfWidth = fround(0.5 * fround(fround(exp(min(dw, MAX_GROWTH))) * width));
  const halfHeight = fround(0.5 * fround(fround(exp(min(dh, MAX_GROWTH))) * height));
  to.boxes[to.at] = x - halfWidth;
  to.boxes[to.at + 1] = y - halfHeight;
  to.boxes[to.at + 2] = x + halfWidth;
  to.boxes[to.at + 3] = y + halfHeight;
}

/** Clips one box to the image, and returns whether both its sides are still at least `minSide` pixels long. */
export function clipBox(boxes: Boxes, at: number, { width, height }: Size, minSide: number): boolean {
  for (let side = 0; side < 4; side += 1) {
    const most = side % 2 === 0 ? width : height;
    boxes[at + side] = Math.min(Math.max(boxes[at + side]!, 0), most);
  }
  const { fround } = Math;
  return fround(boxes[at + 2]! - boxes[at]!) >= minSide && fround(boxes[at + 3]! - boxes[at + 1]!) >= minSide;
}
