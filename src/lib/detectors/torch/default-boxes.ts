import type { Size } from '$lib/domain/geometry';
import type { Boxes } from './box-deltas';

/** A level of SSD's: the shapes of its default boxes, and how many cells the image would have. */
export interface DefaultLevel {
  /** Of an upright square in 0..1 of the image, and of the next level's. */
  readonly scale: number;
  readonly nextScale: number;
  /** Besides the squares, each lying and standing. */
  readonly ratios: readonly number[];
  /** Pixels to a cell; null: what the map's own size makes them. */
  readonly step: number | null;
}

/** How many default boxes there are at a place. */
export const shapesOf = ({ ratios }: DefaultLevel): number => 2 + 2 * ratios.length;

/** A level's default boxes around every cell of its map, place by place, in pixels of the image. */
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

/** Width and height in 0..1 of the image. */
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
