import type { Size } from '$lib/domain/geometry';
import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import type { NamedTensors } from '../detector';
import { cellCount } from '../grids';
import { isFloat, matrixOf, outputsUnknown, type Matrix } from '../tensors';

const STRIDES = [8, 16, 32, 64, 128];
/** The anchors of a cell are four strides large, in three scales of three shapes each. */
const ANCHOR_SCALE = 4;
const SCALES = [1, 2 ** (1 / 3), 2 ** (2 / 3)];
/** Width and height, as factors of the anchor's side. */
const SHAPES = [
  [1, 1],
  [1.4, 0.7],
  [0.7, 1.4],
] as const;
export const EFFICIENTDET_ANCHORS = SCALES.length * SHAPES.length;

/** The number of anchors for an input of this size. */
export const efficientDetAnchors = (input: Size): number => cellCount(input, STRIDES) * EFFICIENTDET_ANCHORS;

/**
 * Outputs `regression [1, N, 4]`, the centre's offset down and right as factors of an anchor's sides, then the
 * logarithms of its height and width; and `classification [1, N, C]`, a score per class after sigmoid. N is nine
 * anchors per cell of the strides 8 to 128. Some exports have the anchors as a third output `[1, N, 4]`; they
 * follow from the input and are not read.
 */
export const efficientDetWithAnchors: Convention = {
  id: 'efficientdet-anchors',
  name: 'EfficientDet (PyTorch)',
  defaults: {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    fit: 'corner',
    padding: 116,
    iouThreshold: 0.5,
  },
  multiple: 128,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold, classCount }) {
    const { offsets, scores } = partsOf(outputs, efficientDetAnchors(input));
    const classes = Math.min(classCount ?? scores.columns, scores.columns);
    const found = new Candidates();
    for (let row = 0; row < scores.rows; row += 1) {
      const at = row * scores.columns;
      let best = 0;
      for (let number = 1; number < classes; number += 1)
        if (scores.data[at + number]! > scores.data[at + best]!) best = number;
      if (!(scores.data[at + best]! >= scoreThreshold)) continue;
      const { x, y, width, height } = anchorOf(row, input);
      const [down = 0, right = 0, tall = 0, wide = 0] = offsets.data.subarray(row * 4, row * 4 + 4);
      found.addCentre(
        x + right * width,
        y + down * height,
        width * Math.exp(wide),
        height * Math.exp(tall),
        scores.data[at + best]!,
        best,
      );
    }
    return found;
  },
};

function partsOf(
  outputs: NamedTensors,
  count: number,
): { readonly offsets: Matrix; readonly scores: Matrix } {
  const named = (part: string) => Object.entries(outputs).find(([name]) => name === part)?.[1];
  const matrices = Object.values(outputs).flatMap((tensor) => {
    const matrix = isFloat(tensor) ? matrixOf(tensor) : null;
    return matrix?.rows === count ? [matrix] : [];
  });
  // If two outputs have four columns, the first one holds the offsets; with four classes only the names can tell.
  const byName = (['regression', 'classification'] as const).map((part) => {
    const tensor = named(part);
    return tensor === undefined ? null : matrixOf(tensor);
  });
  const offsets = byName[0] ?? matrices.find(({ columns }) => columns === 4);
  const scores = byName[1] ?? matrices.find((matrix) => matrix !== offsets && matrix.columns !== 4);
  if (offsets?.rows !== count || offsets.columns !== 4 || scores?.rows !== count)
    throw outputsUnknown(outputs);
  return { offsets, scores };
}

/** Centre and size of an anchor in pixels. Anchors are ordered by stride, then cell, then scale, then shape. */
function anchorOf(row: number, input: Size) {
  let rest = row;
  for (const stride of STRIDES) {
    const count = cellCount(input, [stride]) * EFFICIENTDET_ANCHORS;
    if (rest >= count) {
      rest -= count;
      continue;
    }
    const cell = Math.floor(rest / EFFICIENTDET_ANCHORS);
    const columns = Math.ceil(input.width / stride);
    const kind = rest % EFFICIENTDET_ANCHORS;
    const side = ANCHOR_SCALE * stride * SCALES[Math.floor(kind / SHAPES.length)]!;
    const [wide, tall] = SHAPES[kind % SHAPES.length]!;
    return {
      x: ((cell % columns) + 0.5) * stride,
      y: (Math.floor(cell / columns) + 0.5) * stride,
      width: side * wide,
      height: side * tall,
    };
  }
  return { x: 0, y: 0, width: 0, height: 0 };
}
