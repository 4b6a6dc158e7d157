import { Candidates } from '../candidates';
import type { Convention, DecodeContext } from '../convention';
import type { NamedTensors } from '../detector';
import { gridMapsOf, type GridMap } from '../maps';
import { sigmoid } from '../scores';
import { outputsUnknown } from '../tensors';

/** The number of boxes per cell. */
const ANCHORS = 3;
/**
 * Width and height of the anchors trained on COCO, in pixels of an input of 352, for the grids of stride 16 and 32.
 */
const ANCHOR_SIZES: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  16: [
    [12.64, 19.39],
    [37.88, 51.48],
    [55.71, 138.31],
  ],
  32: [
    [126.91, 78.23],
    [131.57, 214.55],
    [279.92, 258.87],
  ],
};
const TRAINED_SIDE = 352;

/**
 * Outputs of two grids, strides 16 and 32. A cell holds four numbers and an objectness for each of three boxes, and
 * class probabilities that the three share. A grid is either one output `[1, H, W, 15 + C]`, after sigmoid and
 * softmax, or three outputs `[1, 12, H, W]`, `[1, 3, H, W]` and `[1, C, H, W]` before them. The centre lies `2 s -
 * 0.5` cells from the cell's corner, and the size is `(2 s)^2` anchors.
 */
export const yoloFastestV2: Convention = {
  id: 'yolo-fastest-v2',
  name: 'Yolo-FastestV2',
  defaults: { channels: 'bgr', fit: 'stretch', iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, context) {
    const found = new Candidates();
    for (const grid of gridsIn(outputs, context)) addGrid(found, grid, context);
    return found;
  },
};

/** The three parts of one grid, each with its first channel in the map that holds it. */
interface Grid {
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
  readonly classes: number;
  readonly box: (number: number, cell: number) => number;
  readonly sure: (anchor: number, cell: number) => number;
  readonly likely: (classNumber: number, cell: number) => number;
}

function gridsIn(outputs: NamedTensors, { input }: DecodeContext): readonly Grid[] {
  const byStride = new Map<number, GridMap[]>();
  for (const map of gridMapsOf(outputs, input))
    byStride.set(map.stride, [...(byStride.get(map.stride) ?? []), map]);
  const grids = [...byStride.values()].map(gridOf);
  if (grids.length === 0 || grids.includes(null)) throw outputsUnknown(outputs);
  return grids.filter((grid) => grid !== null);
}

function gridOf(maps: readonly GridMap[]): Grid | null {
  const [first, second, third] = maps;
  if (first === undefined || ANCHOR_SIZES[first.stride] === undefined) return null;
  const value = (map: GridMap, from: number) => (channel: number, cell: number) =>
    map.data[map.at(from + channel, cell)]!;
  const { stride, columns, rows } = first;
  if (maps.length === 1)
    return {
      stride,
      columns,
      rows,
      classes: first.channels - 5 * ANCHORS,
      box: value(first, 0),
      sure: value(first, 4 * ANCHORS),
      likely: value(first, 5 * ANCHORS),
    };
  if (maps.length !== 3 || first.channels !== 4 * ANCHORS || second?.channels !== ANCHORS) return null;
  return {
    stride,
    columns,
    rows,
    classes: third!.channels,
    box: squashed(first, value(first, 0)),
    sure: squashed(second, value(second, 0)),
    likely: softmaxOf(third!, value(third!, 0)),
  };
}

type Value = (channel: number, cell: number) => number;

const isRaw = ({ data }: GridMap): boolean => data.some((value) => value < 0 || value > 1);
const squashed = (map: GridMap, value: Value): Value =>
  isRaw(map) ? (channel, cell) => sigmoid(value(channel, cell)) : value;

/** Applies softmax over the channels, if the network has not. */
function softmaxOf(map: GridMap, value: Value): Value {
  if (!isRaw(map)) return value;
  return (channel, cell) => {
    let sum = 0;
    for (let other = 0; other < map.channels; other += 1)
      sum += Math.exp(value(other, cell) - value(channel, cell));
    return 1 / sum;
  };
}

function addGrid(found: Candidates, grid: Grid, { input, scoreThreshold, classCount }: DecodeContext) {
  const { stride, columns, rows, box, sure, likely } = grid;
  const classes = Math.min(classCount ?? grid.classes, grid.classes);
  if (classes < 1) return;
  for (let cell = 0; cell < columns * rows; cell += 1) {
    let best = 0;
    for (let number = 1; number < classes; number += 1)
      if (likely(number, cell) > likely(best, cell)) best = number;
    const ofClass = likely(best, cell);
    ANCHOR_SIZES[stride]!.forEach(([width, height], anchor) => {
      const score = sure(anchor, cell) * ofClass;
      if (!(score >= scoreThreshold)) return;
      const side = (number: number) => box(anchor * 4 + number, cell) * 2;
      found.addCentre(
        ((cell % columns) + side(0) - 0.5) * stride,
        (Math.floor(cell / columns) + side(1) - 0.5) * stride,
        (side(2) ** 2 * width * input.width) / TRAINED_SIDE,
        (side(3) ** 2 * height * input.height) / TRAINED_SIDE,
        score,
        best,
      );
    });
  }
}
