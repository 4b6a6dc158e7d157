import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS, pyramid, subsampled } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { PooledMap } from './pool-levels';
import { proposalHead } from './proposal-head';
import { resnet50 } from './resnet50';

/** Each place of each map has this many anchors: one size, three shapes. */
const ANCHORS = 3;

/** The maps that the head pools from. The pyramid has one more level, which only proposals use. */
export const RESNET_MAPS: readonly PooledMap[] = [
  { name: 'p2', stride: 4 },
  { name: 'p3', stride: 8 },
  { name: 'p4', stride: 16 },
  { name: 'p5', stride: 32 },
];

/**
 * The trunk of torchvision's detectors with ResNet-50 and a feature pyramid, up to the raw proposals. The second
 * version normalizes the pyramid's maps and has two convolutions before the proposals.
 *
 * Input: `image` [1, 3, H, W], normalized, H and W multiples of 32. Outputs: `p2`..`p5` [1, 256, H / stride, W /
 * stride], and the outputs of `proposalHead` for five levels.
 */
export function resnetTrunk(find: FindWeight, epsilon: number, version: 1 | 2): OnnxGraph {
  const network = new Network(find);
  const names = RESNET_MAPS.map(({ name }) => name);
  const maps = pyramid(network, resnet50(network, epsilon), version === 2 ? epsilon : null, names);
  const proposed = proposalHead(network, [...maps, subsampled(network, maps.at(-1)!)], ANCHORS, version);
  return network.graph(
    'trunk',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    [...names.map((name) => network.output(name, PYRAMID_CHANNELS)), ...proposed],
  );
}
