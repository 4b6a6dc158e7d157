import type { Size } from '$lib/domain/geometry';
import { Candidates } from '../candidates';
import type { Convention, DecodeContext } from '../convention';
import type { NamedTensors } from '../detector';
import { addByDistances } from '../distributions';
import { strideOf } from '../grids';
import { scaleOf } from '../scores';
import { isFloat, matrixOf, outputsUnknown, type Matrix } from '../tensors';

/**
 * For each map, two matrices with one row per cell: scores `[1, n, C]`, and distances `[1, n, 4 * bins]` from the
 * centre of the cell. The strides follow from the numbers of cells. A cell may have boxes of several classes.
 */
export const nanodet: Convention = {
  id: 'nanodet',
  name: 'NanoDet, PicoDet',
  defaults: {
    channels: 'bgr',
    range: 255,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    padding: 0,
    iouThreshold: 0.6,
  },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, context) {
    const found = new Candidates();
    for (const map of mapsOf(outputs, context)) addMap(found, map, context);
    return found;
  },
};

interface HeadMap {
  readonly scores: Matrix;
  readonly boxes: Matrix;
  readonly stride: number;
}

/** The usual number of bins for a side, times four sides. */
const USUAL_WIDTH = 32;

function mapsOf(outputs: NamedTensors, { input, classCount }: DecodeContext): readonly HeadMap[] {
  const pairs = new Map<number, Matrix[]>();
  for (const tensor of Object.values(outputs)) {
    const matrix = isFloat(tensor) ? matrixOf(tensor) : null;
    if (matrix !== null) pairs.set(matrix.rows, [...(pairs.get(matrix.rows) ?? []), matrix]);
  }
  const maps = [...pairs].map(([cells, pair]) => headMap(cells, pair, input, classCount));
  if (maps.length === 0 || maps.includes(null)) throw outputsUnknown(outputs);
  return maps.filter((map) => map !== null);
}

function headMap(
  cells: number,
  pair: readonly Matrix[],
  input: Size,
  classCount: number | null,
): HeadMap | null {
  const [first, second] = pair;
  const stride = strideOf(input, cells);
  if (first === undefined || second === undefined || pair.length !== 2 || stride === null) return null;
  const isSwapped =
    first.columns !== second.columns &&
    (classCount === null ? first.columns === USUAL_WIDTH : second.columns === classCount);
  const [scores, boxes] = isSwapped ? [second, first] : [first, second];
  return boxes.columns % 4 === 0 ? { scores, boxes, stride } : null;
}

function addMap(
  found: Candidates,
  { scores, boxes, stride }: HeadMap,
  { input, scoreThreshold }: DecodeContext,
) {
  const { data, rows, columns } = scores;
  const { floor, toScore } = scaleOf(data, scoreThreshold);
  const across = Math.ceil(input.width / stride);
  const bins = boxes.columns / 4;
  for (let cell = 0, at = 0; cell < rows; cell += 1, at += columns) {
    const x = ((cell % across) + 0.5) * stride;
    const y = (Math.floor(cell / across) + 0.5) * stride;
    const box = { data: boxes.data, from: cell * boxes.columns, bins };
    for (let number = 0; number < columns; number += 1)
      if (data[at + number]! >= floor)
        addByDistances(found, box, { x, y, stride }, toScore(data[at + number]!), number);
  }
}
