import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS, pyramid, subsampled } from './feature-pyramid';
import { COARSEST, convolveNormalised, LAST, mobileBlock, mobileBlocks, STEM } from './mobilenet-v3';
import { Network, type FindWeight } from './network';
import type { PooledMap } from './pool-levels';
import { proposalHead } from './proposal-head';

const TAIL = 160;
const STRIDE = 32;
/** The sides of each level's anchors in pixels; every place has all of them, each in three shapes. */
export const MOBILE_SIDES = Array.from({ length: 3 }, () => [32, 64, 128, 256, 512] as const);
const ANCHORS = 15;

/** Both maps of the pyramid have a stride of 32: torchvision pools all boxes from the first. */
export const MOBILE_MAPS: readonly PooledMap[] = [{ name: 'p5', stride: STRIDE }];

/**
 * The trunk of torchvision's Faster R-CNN with MobileNetV3-Large, up to the raw proposals.
 *
 * Input: `image` [1, 3, H, W], normalized, H and W multiples of 32. Outputs: `p5` [1, 256, H / 32, W / 32], and the
 * outputs of `proposalHead` for three levels.
 */
export function mobileTrunk(find: FindWeight, epsilon: number): OnnxGraph {
  const network = new Network(find);
  const blocks = mobileBlocks(TAIL);
  const stem = { from: 3, to: STEM, kernel: 3, stride: 2 };
  let x = convolveNormalised(network, 'image', 'backbone.body.0', stem, epsilon, 'swish');
  const layers = [];
  for (const [at, own] of blocks.entries()) {
    x = mobileBlock(network, x, `backbone.body.${at + 1}.block`, own, epsilon);
    if (at + 1 === COARSEST) layers.push({ map: x, channels: TAIL, stride: STRIDE });
  }
  const last = { from: TAIL, to: TAIL * 6, kernel: 1 };
  x = convolveNormalised(network, x, `backbone.body.${LAST}`, last, epsilon, 'swish');
  layers.push({ map: x, channels: TAIL * 6, stride: STRIDE });

  const names = MOBILE_MAPS.map(({ name }) => name);
  const maps = pyramid(network, layers, null, names);
  const proposed = proposalHead(network, [...maps, subsampled(network, maps.at(-1)!)], ANCHORS, 1);
  return network.graph(
    'trunk',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    [...names.map((name) => network.output(name, PYRAMID_CHANNELS)), ...proposed],
  );
}
