import { Candidates } from '../candidates';
import type { Convention } from '../convention';
import { gridMapsOf } from '../maps';
import { sigmoid } from '../scores';
import { outputsUnknown } from '../tensors';

/**
 * Output: one grid `[1, 5 + C, H, W]` at stride 16 with the objectness, the centre's offset from the cell's corner
 * (before tanh, in cells), the size (before sigmoid, as a fraction of the input), and the class probabilities.
 * Objectness and classes are after sigmoid and softmax; the score is their product, as in the ONNX example of
 * FastestDet's own repository.
 */
export const fastestDet: Convention = {
  id: 'fastestdet',
  name: 'FastestDet',
  defaults: { channels: 'bgr', fit: 'stretch', iouThreshold: 0.45 },
  multiple: 32,
  answers: 'every-place',
  decode(outputs, { input, scoreThreshold, classCount }) {
    const [map, ...others] = gridMapsOf(outputs, input);
    if (map === undefined || others.length > 0 || map.channels < 6) throw outputsUnknown(outputs);
    const { data, columns, rows, channels, at } = map;
    const classes = Math.min(classCount ?? channels - 5, channels - 5);
    const found = new Candidates();
    for (let cell = 0; cell < columns * rows; cell += 1) {
      let best = 0;
      for (let number = 1; number < classes; number += 1)
        if (data[at(5 + number, cell)]! > data[at(5 + best, cell)]!) best = number;
      const score = data[at(0, cell)]! * data[at(5 + best, cell)]!;
      if (!(score >= scoreThreshold)) continue;
      found.addCentre(
        ((cell % columns) + Math.tanh(data[at(1, cell)]!)) / columns,
        (Math.floor(cell / columns) + Math.tanh(data[at(2, cell)]!)) / rows,
        sigmoid(data[at(3, cell)]!),
        sigmoid(data[at(4, cell)]!),
        score,
        best,
      );
    }
    return found.scale(input);
  },
};
