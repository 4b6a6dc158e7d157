import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { gridMapsOf, type GridMap } from '../maps';
import { sigmoid } from '../scores';
import { outputsUnknown } from '../tensors';

/** The number of boxes per cell. */
const ANCHORS = 5;
/**
 * Widths and heights of the anchors, in cells: Tiny YOLOv2's for VOC's 20 classes, and YOLOv2's for COCO, which
 * Custom Vision uses too.
 */
const VOC_SIZES = [
  [1.08, 1.19],
  [3.42, 4.41],
  [6.63, 11.38],
  [9.42, 5.11],
  [16.62, 10.52],
] as const;
const COCO_SIZES = [
  [0.57273, 0.677385],
  [1.87446, 2.06253],
  [3.33843, 5.47434],
  [7.88282, 3.52778],
  [9.77052, 9.16828],
] as const;
const VOC_CLASSES = 20;

/**
 * Output: one raw grid `[1, 5 * (5 + C), H, W]` at stride 32. Each of a cell's five boxes has its centre (sigmoid,
 * from the cell's corner), its size (a logarithm, as a factor of the anchor), its objectness (sigmoid) and the
 * classes (softmax).
 */
export const yoloV2: Convention = {
  id: 'yolo-v2',
  name: 'YOLOv2',
  defaults: { fit: 'stretch', iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold, classCount }) {
    const [map, ...others] = gridMapsOf(outputs, input);
    const channelsPerBox = (map?.channels ?? 0) / ANCHORS;
    if (map === undefined || others.length > 0 || !Number.isInteger(channelsPerBox) || channelsPerBox < 6)
      throw outputsUnknown(outputs);
    const classes = Math.min(classCount ?? channelsPerBox - 5, channelsPerBox - 5);
    const sizes = channelsPerBox - 5 === VOC_CLASSES ? VOC_SIZES : COCO_SIZES;
    const found = new Candidates();
    for (let cell = 0; cell < map.columns * map.rows; cell += 1)
      sizes.forEach(([width, height], anchor) => {
        const value = (number: number) => map.data[map.at(anchor * channelsPerBox + number, cell)]!;
        const sure = sigmoid(value(4));
        if (!(sure >= scoreThreshold)) return;
        const { best, share } = likeliest(value, classes);
        if (!(sure * share >= scoreThreshold)) return;
        found.addCentre(
          ...centre(map, cell, value),
          Math.exp(value(2)) * width * map.stride,
          Math.exp(value(3)) * height * map.stride,
          sure * share,
          best,
        );
      });
    return found;
  },
};

const centre = (
  { columns, stride }: GridMap,
  cell: number,
  value: (number: number) => number,
): readonly [number, number] => [
  ((cell % columns) + sigmoid(value(0))) * stride,
  (Math.floor(cell / columns) + sigmoid(value(1))) * stride,
];

/** The class of the largest probability after softmax. */
function likeliest(value: (number: number) => number, classes: number) {
  let best = 0;
  for (let number = 1; number < classes; number += 1) if (value(5 + number) > value(5 + best)) best = number;
  let sum = 0;
  for (let number = 0; number < classes; number += 1) sum += Math.exp(value(5 + number) - value(5 + best));
  return { best, share: 1 / sum };
}
