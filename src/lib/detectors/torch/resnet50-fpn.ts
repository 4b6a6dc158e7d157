import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS, pyramid, thinned } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import { resnet50 } from './resnet50';

/** Anchors at each place of each map: one size, three shapes. */
const ANCHORS = 3;

/** What the head pools from, finest first: a stride of 4, 8, 16 and 32 pixels. */
export const POOLED_MAPS = ['p2', 'p3', 'p4', 'p5'] as const;
/** The pyramid's levels, the last one only for proposals. */
export const LEVELS = [0, 1, 2, 3, 4] as const;

/**
 * The trunk of torchvision's detectors with ResNet-50 and a feature pyramid, up to the proposals' raw numbers.
 *
 * In: `image` [1, 3, H, W], normalised, H and W multiples of 32.
 * Out: `p2`..`p5` [1, 256, H / stride, W / stride]; for each of five levels `objectness<i>` [1, 3, h, w] (before
 * the sigmoid) and `deltas<i>` [1, 12, h, w] (four to an anchor).
 */
export function trunkGraph(find: FindWeight, epsilon: number): OnnxGraph {
  const network = new Network(find);
  const maps = pyramid(network, resnet50(network, epsilon), null, POOLED_MAPS);
  for (const [level, map] of [...maps, thinned(network, maps.at(-1)!)].entries())
    proposalHead(network, map, level);
  return network.graph(
    'trunk',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    [
      ...POOLED_MAPS.map((name) => network.output(name, PYRAMID_CHANNELS)),
      ...LEVELS.map((level) => network.output(`objectness${level}`, ANCHORS)),
      ...LEVELS.map((level) => network.output(`deltas${level}`, ANCHORS * 4)),
    ],
  );
}

/** The same weights on every level. */
function proposalHead(network: Network, map: string, level: number): void {
  const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
  const x = network.relu(network.convolve(map, ['rpn.head.conv.0.0', 'rpn.head.conv'], same));
  const last = { from: PYRAMID_CHANNELS, kernel: 1, hasBias: true };
  network.convolve(x, ['rpn.head.cls_logits'], { ...last, to: ANCHORS }, `objectness${level}`);
  network.convolve(x, ['rpn.head.bbox_pred'], { ...last, to: ANCHORS * 4 }, `deltas${level}`);
}
