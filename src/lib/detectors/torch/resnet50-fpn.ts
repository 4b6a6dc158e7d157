import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS, pyramid, thinned } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { PooledMap } from './pool-levels';
import { proposalHead } from './proposal-head';
import { resnet50 } from './resnet50';

/** Anchors at each place of each map: one size, three shapes. */
const ANCHORS = 3;

/** What the head pools from. The pyramid has one level more, only for proposals. */
export const RESNET_MAPS: readonly PooledMap[] = [
  { name: 'p2', stride: 4 },
  { name: 'p3', stride: 8 },
  { name: 'p4', stride: 16 },
  { name: 'p5', stride: 32 },
];

/**
 * The trunk of torchvision's detectors with ResNet-50 and a feature pyramid, up to the proposals' raw numbers. The second
 * version normalises the pyramid's maps and looks twice for proposals.
 *
 * In: `image` [1, 3, H, W], normalised, H and W multiples of 32.
 * Out: `p2`..`p5` [1, 256, H / stride, W / stride], and what `proposalHead` puts out of five levels.
 */
export function resnetTrunk(find: FindWeight, epsilon: number, version: 1 | 2): OnnxGraph {
  const network = new Network(find);
  const names = RESNET_MAPS.map(({ name }) => name);
  const maps = pyramid(network, resnet50(network, epsilon), version === 2 ? epsilon : null, names);
  const proposed = proposalHead(network, [...maps, thinned(network, maps.at(-1)!)], ANCHORS, version);
  return network.graph(
    'trunk',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    [...names.map((name) => network.output(name, PYRAMID_CHANNELS)), ...proposed],
  );
}
