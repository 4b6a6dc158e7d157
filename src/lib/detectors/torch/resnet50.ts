import type { Network } from './network';

/**
 * The number of blocks and of inner channels of ResNet-50's four layers; each layer's output has four times as many
 * channels.
 */
const LAYERS = [
  { blocks: 3, channels: 64 },
  { blocks: 4, channels: 128 },
  { blocks: 6, channels: 256 },
  { blocks: 3, channels: 512 },
] as const;
const EXPANSION = 4;
const STEM_CHANNELS = 64;

/** A feature map of the network, and its number of channels. */
export interface FeatureMap {
  readonly map: string;
  readonly channels: number;
  /** Pixels of the network's image per cell. */
  readonly stride: number;
}

/** The outputs of the four layers, finest first. */
export function resnet50(network: Network, epsilon: number): readonly FeatureMap[] {
  const stem = { from: 3, to: STEM_CHANNELS, kernel: 7, stride: 2, hasBias: false };
  let x = network.convolve('image', ['backbone.body.conv1'], stem);
  x = network.relu(network.normalise(x, 'backbone.body.bn1', STEM_CHANNELS, epsilon));
  x = network.node('MaxPool', [x], {
    kernel_shape: { ints: [3, 3] },
    strides: { ints: [2, 2] },
    pads: { ints: [1, 1, 1, 1] },
  });
  let from: number = STEM_CHANNELS;
  return LAYERS.map(({ blocks, channels }, layer) => {
    for (let block = 0; block < blocks; block += 1) {
      const stride = block === 0 && layer > 0 ? 2 : 1;
      x = bottleneck(network, x, `backbone.body.layer${layer + 1}.${block}`, {
        from,
        channels,
        stride,
        epsilon,
      });
      from = channels * EXPANSION;
    }
    return { map: x, channels: from, stride: 4 * 2 ** layer };
  });
}

interface Bottleneck {
  readonly from: number;
  /** The number of channels between the first and the last convolution. */
  readonly channels: number;
  readonly stride: number;
  readonly epsilon: number;
}

/** A bottleneck block of torchvision's variant 1.5: the 3 x 3 convolution has the stride. */
function bottleneck(
  network: Network,
  input: string,
  name: string,
  { from, channels, stride, epsilon }: Bottleneck,
) {
  const to = channels * EXPANSION;
  const step = (
    x: string,
    module: string,
    bn: string,
    kernel: number,
    sizes: readonly [number, number],
    by = 1,
  ) =>
    network.normalise(
      network.convolve(x, [`${name}.${module}`], {
        from: sizes[0],
        to: sizes[1],
        kernel,
        stride: by,
        hasBias: false,
      }),
      `${name}.${bn}`,
      sizes[1],
      epsilon,
    );
  let x = network.relu(step(input, 'conv1', 'bn1', 1, [from, channels]));
  x = network.relu(step(x, 'conv2', 'bn2', 3, [channels, channels], stride));
  x = step(x, 'conv3', 'bn3', 1, [channels, to]);
  const around =
    from === to && stride === 1 ? input : step(input, 'downsample.0', 'downsample.1', 1, [from, to], stride);
  return network.relu(network.node('Add', [x, around]));
}
