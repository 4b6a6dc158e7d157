import type { Network } from './network';
import type { FeatureMap } from './resnet50';

/** The number of channels of each map of the pyramid. */
export const PYRAMID_CHANNELS = 256;

/**
 * A feature pyramid network: for each layer, finest first, a map of 256 channels. The layer's output is added to
 * the upsampled coarser map, and a convolution smooths the sum. `epsilon` is that of the batch normalization after
 * each convolution; null if convolutions have a bias instead.
 */
export function pyramid(
  network: Network,
  layers: readonly FeatureMap[],
  epsilon: number | null,
  names: readonly string[] = [],
): readonly string[] {
  const step = (input: string, list: string, at: number, from: number, kernel: number, output?: string) => {
    // torchvision renamed these modules in 0.13.
    const modules = [`${list}.${at}.0`, `${list}.${at}`];
    const sizes = { from, to: PYRAMID_CHANNELS, kernel };
    if (epsilon === null) return network.convolve(input, modules, { ...sizes, hasBias: true }, output);
    const x = network.convolve(input, modules, { ...sizes, hasBias: false });
    return network.normalise(x, `${list}.${at}.1`, PYRAMID_CHANNELS, epsilon, output);
  };
  const inner = layers.map(({ map, channels }, at) =>
    step(map, 'backbone.fpn.inner_blocks', at, channels, 1),
  );
  for (let at = inner.length - 2; at >= 0; at -= 1) {
    const isCoarser = layers[at + 1]!.stride > layers[at]!.stride;
    const next = isCoarser ? twiceAsLarge(network, inner[at + 1]!) : inner[at + 1]!;
    inner[at] = network.node('Add', [inner[at]!, next]);
  }
  return inner.map((map, at) => step(map, 'backbone.fpn.layer_blocks', at, PYRAMID_CHANNELS, 3, names[at]));
}

const twiceAsLarge = (network: Network, map: string): string =>
  network.node('Resize', [map, '', network.constant('double', [1, 1, 2, 2])], {
    mode: { text: 'nearest' },
    coordinate_transformation_mode: { text: 'asymmetric' },
    nearest_mode: { text: 'floor' },
  });

/** The coarsest level of two-stage detectors is the level before it, subsampled. */
export const subsampled = (network: Network, map: string): string =>
  network.node('MaxPool', [map], { kernel_shape: { ints: [1, 1] }, strides: { ints: [2, 2] } });

/**
 * The two coarsest levels of one-stage detectors, each half as large as the level before: the first from `from`,
 * the second from the first.
 */
export function coarserLevels(
  network: Network,
  from: Pick<FeatureMap, 'map' | 'channels'>,
): readonly [string, string] {
  const half = { to: PYRAMID_CHANNELS, kernel: 3, stride: 2, hasBias: true };
  const p6 = network.convolve(from.map, ['backbone.fpn.extra_blocks.p6'], { ...half, from: from.channels });
  const p7 = network.convolve(network.relu(p6), ['backbone.fpn.extra_blocks.p7'], {
    ...half,
    from: PYRAMID_CHANNELS,
  });
  return [p6, p7];
}
