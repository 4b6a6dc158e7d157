import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Detection } from '../detector';
import type { Boxes } from './box-deltas';
import { fallingOrder, suppressBoxes } from './suppress-boxes';

/** Boxes that may be of one class, in pixels of the network's image. */
export interface ClassBoxes {
  readonly boxes: Boxes;
  readonly scores: Float32Array;
}

/** `image` is the picture's size as resized, `picture` as it is. */
export interface Sizes {
  readonly image: Size;
  readonly picture: Size;
}

/** The best of all classes, each class rid of boxes that overlap better ones, in pixels of the picture. */
export function bestBoxes(
  classes: readonly ClassBoxes[],
  sizes: Sizes,
  { overlapThreshold, maxDetections }: Pick<DetectorSettings, 'overlapThreshold' | 'maxDetections'>,
): readonly Detection[] {
  // What is not among the best of its class is not among the best of all.
  const all = classes.flatMap(({ boxes, scores }, classNumber) =>
    suppressBoxes(boxes, scores, overlapThreshold, maxDetections).map((box) => ({
      classNumber,
      score: scores[box]!,
      box: boxes.subarray(box * 4, box * 4 + 4),
    })),
  );
  return [...fallingOrder(all.map(({ score }) => score)).subarray(0, maxDetections)].map((at) => {
    const { classNumber, score, box } = all[at]!;
    return { classNumber, score, ...toPicture(box, sizes) };
  });
}

/** Back from the resized picture; both ratios in float32, as torchvision has them. */
function toPicture(box: Boxes, { image, picture }: Sizes) {
  const { fround } = Math;
  const across = fround(picture.width / image.width);
  const down = fround(picture.height / image.height);
  const [left, top] = [fround(box[0]! * across), fround(box[1]! * down)];
  return { x: left, y: top, width: fround(box[2]! * across) - left, height: fround(box[3]! * down) - top };
}
