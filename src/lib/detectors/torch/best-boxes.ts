import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Detection } from '../detector';
import type { Boxes } from './box-deltas';
import { descendingOrder, suppressBoxes } from './suppress-boxes';

/** The candidate boxes of one class, in pixels of the network's image. */
export interface ClassBoxes {
  readonly boxes: Boxes;
  readonly scores: Float32Array;
}

/** `image` is the picture's size after resizing, `picture` its original size. */
export interface Sizes {
  readonly image: Size;
  readonly picture: Size;
}

/** The best boxes of all classes after suppression within each class, in pixels of the picture. */
export function bestBoxes(
  classes: readonly ClassBoxes[],
  sizes: Sizes,
  { iouThreshold, maxDetections }: Pick<DetectorSettings, 'iouThreshold' | 'maxDetections'>,
): readonly Detection[] {
  // A box that is not among the best of its class is not among the best of all.
  const all = classes.flatMap(({ boxes, scores }, classNumber) =>
    suppressBoxes(boxes, scores, iouThreshold, maxDetections).map((box) => ({
      classNumber,
      score: scores[box]!,
      box: boxes.subarray(box * 4, box * 4 + 4),
    })),
  );
  return [...descendingOrder(all.map(({ score }) => score)).subarray(0, maxDetections)].map((at) => {
    const { classNumber, score, box } = all[at]!;
    return { classNumber, score, ...toPicture(box, sizes) };
  });
}

/** Maps a box from the resized picture to the original; both ratios are float32, as in torchvision. */
function toPicture(box: Boxes, { image, picture }: Sizes) {
  const { fround } = Math;
  const across = fround(picture.width / image.width);
  const down = fround(picture.height / image.height);
  const [left, top] = [fround(box[0]! * across), fround(box[1]! * down)];
  return { x: left, y: top, width: fround(box[2]! * across) - left, height: fround(box[3]! * down) - top };
}
