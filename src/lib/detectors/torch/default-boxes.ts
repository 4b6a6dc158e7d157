import type { Size } from '$lib/domain/geometry';
import type { Boxes } from './box-deltas';

/** A level of SSD: the shapes of its default boxes, and the stride of its cells. */
export interface DefaultLevel {
  /** The side of the square default boxes, in 0..1 of the image; `nextScale` is the next level's. */
  readonly scale: number;
  readonly nextScale: number;
  /** The ratios of the default boxes besides the squares; each ratio gives a wide and a tall box. */
  readonly ratios: readonly number[];
  /** Pixels per cell; null if it follows from the map's size. */
  readonly step: number | null;
}

/** The number of default boxes per place. */
export const shapesOf = ({ ratios }: DefaultLevel): number => 2 + 2 * ratios.length;

/** The default boxes of a level around each cell of its map, place by place, in pixels of the image. */
export function defaultBoxes(level: DefaultLevel, map: Size, image: Size): Boxes {
  const { fround } = Math;
  const shapes = shapesAtAPlace(level);
  const across = level.step === null ? map.width : image.width / level.step;
  const down = level.step === null ? map.height : image.height / level.step;
  const boxes = new Float32Array(map.width * map.height * shapes.length * 4);
  let at = 0;
  for (let row = 0; row < map.height; row += 1) {
    const y = fround((row + 0.5) / down);
    for (let column = 0; column < map.width; column += 1) {
      const x = fround((column + 0.5) / across);
      for (const [width, height] of shapes) {
        boxes[at] = fround(x - fround(0.5 * width)) * image.width;
        boxes[at + 1] = fround(y - fround(0.5 * height)) * image.height;
        boxes[at + 2] = fround(x + fround(0.5 * width)) * image.width;
        boxes[at + 3] = fround(y + fround(0.5 * height)) * image.height;
        at += 4;
      }
    }
  }
  return boxes;
}

/** Width and height of the default boxes, in 0..1 of the image. */
function shapesAtAPlace({ scale, nextScale, ratios }: DefaultLevel): (readonly [number, number])[] {
  const between = Math.sqrt(scale * nextScale);
  const oblong = ratios.flatMap((ratio) => {
    const [long, short] = [scale * Math.sqrt(ratio), scale / Math.sqrt(ratio)];
    return [[long, short] as const, [short, long] as const];
  });
  const inside = (side: number) => Math.fround(Math.min(1, side));
  return [[scale, scale] as const, [between, between] as const, ...oblong].map(
    ([width, height]) => [inside(width), inside(height)] as const,
  );
}
