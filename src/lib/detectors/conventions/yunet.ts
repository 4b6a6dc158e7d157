import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { floatsOf, outputsUnknown } from '../tensors';

/** The strides of its grids; the outputs' names end in them. */
export const YUNET_STRIDES = [8, 16, 32] as const;

/**
 * For each grid, `cls_8` and `obj_8` `[1, n, 1]` and `bbox_8` `[1, n, 4]` (and `kps_8`, which is not read). The
 * score is the geometric mean of both. Centres are offsets from the cell's corner and sizes are logarithms, all in
 * strides.
 */
export const yuNet: Convention = {
  id: 'yunet',
  name: 'YuNet',
  defaults: { channels: 'bgr', range: 255, fit: 'corner', padding: 0, iouThreshold: 0.3 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold }) {
    const found = new Candidates();
    for (const stride of YUNET_STRIDES) {
      const [classes, objects, boxes] = ['cls', 'obj', 'bbox'].map((name) => outputs[`${name}_${stride}`]);
      if (!classes || !objects || !boxes) throw outputsUnknown(outputs);
      const [likely, sure, sides] = [floatsOf(classes), floatsOf(objects), floatsOf(boxes)];
      const columns = Math.ceil(input.width / stride);
      const cells = columns * Math.ceil(input.height / stride);
      if (likely.length < cells || sure.length < cells || sides.length < cells * 4)
        throw outputsUnknown(outputs);
      for (let cell = 0; cell < cells; cell += 1) {
        const score = Math.sqrt(inRange(likely[cell]!) * inRange(sure[cell]!));
        if (!(score >= scoreThreshold)) continue;
        found.addCentre(
          ((cell % columns) + sides[cell * 4]!) * stride,
          (Math.floor(cell / columns) + sides[cell * 4 + 1]!) * stride,
          Math.exp(sides[cell * 4 + 2]!) * stride,
          Math.exp(sides[cell * 4 + 3]!) * stride,
          score,
          0,
        );
      }
    }
    return found;
  },
};

const inRange = (score: number): number => Math.min(1, Math.max(0, score));
