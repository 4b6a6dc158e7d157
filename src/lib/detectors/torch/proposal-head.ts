import type { OnnxValue } from '../onnx/write';
import { PYRAMID_CHANNELS } from './feature-pyramid';
import type { Network } from './network';

/**
 * Adds the region proposal head to every map, with the same weights: outputs `objectness<i>` [1, anchors, h, w]
 * (before the sigmoid) and `deltas<i>` [1, 4 * anchors, h, w]. `depth` is the number of convolutions before them.
 */
export function proposalHead(
  network: Network,
  maps: readonly string[],
  anchors: number,
  depth: 1 | 2,
): readonly OnnxValue[] {
  const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
  const last = { from: PYRAMID_CHANNELS, kernel: 1, hasBias: true };
  for (const [level, map] of maps.entries()) {
    // Before torchvision 0.13 there was one convolution, with a shorter name.
    let x = network.relu(network.convolve(map, ['rpn.head.conv.0.0', 'rpn.head.conv'], same));
    if (depth === 2) x = network.relu(network.convolve(x, ['rpn.head.conv.1.0'], same));
    network.convolve(x, ['rpn.head.cls_logits'], { ...last, to: anchors }, `objectness${level}`);
    network.convolve(x, ['rpn.head.bbox_pred'], { ...last, to: anchors * 4 }, `deltas${level}`);
  }
  return [
    ...maps.map((_, level) => network.output(`objectness${level}`, anchors)),
    ...maps.map((_, level) => network.output(`deltas${level}`, anchors * 4)),
  ];
}
