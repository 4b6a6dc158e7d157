import type { OnnxGraph, OnnxValue } from '../onnx/write';
import { Network, type FindWeight } from './network';

/** Blocks and inner channels of ResNet-50's four layers; each gives four times as many channels out. */
const LAYERS = [
  { blocks: 3, channels: 64 },
  { blocks: 4, channels: 128 },
  { blocks: 6, channels: 256 },
  { blocks: 3, channels: 512 },
] as const;
const EXPANSION = 4;
const STEM_CHANNELS = 64;
/** Of every map of the feature pyramid. */
export const PYRAMID_CHANNELS = 256;
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
  const maps = pyramid(network, resnet(network, epsilon));
  // The coarsest level only thins out the one before.
  const coarsest = network.node('MaxPool', [maps.at(-1)!], {
    kernel_shape: { ints: [1, 1] },
    strides: { ints: [2, 2] },
  });
  for (const [level, map] of [...maps, coarsest].entries()) proposalHead(network, map, level);
  return network.graph(
    'trunk',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    [
      ...POOLED_MAPS.map((name) => output(name, PYRAMID_CHANNELS)),
      ...LEVELS.map((level) => output(`objectness${level}`, ANCHORS)),
      ...LEVELS.map((level) => output(`deltas${level}`, ANCHORS * 4)),
    ],
  );
}

const output = (name: string, channels: number): OnnxValue => ({
  name,
  type: 'float32',
  shape: [1, channels, `${name}_height`, `${name}_width`],
});

/** The outputs of the four layers, finest first. */
function resnet(network: Network, epsilon: number): readonly string[] {
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
    return x;
  });
}

interface Bottleneck {
  readonly from: number;
  /** Between its first and its last convolution. */
  readonly channels: number;
  readonly stride: number;
  readonly epsilon: number;
}

/** torchvision's variant 1.5: the 3 x 3 convolution has the stride. */
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

/** `p2`..`p5`: each layer's output and the coarser map twice as large, added, then smoothed. */
function pyramid(network: Network, layers: readonly string[]): readonly string[] {
  const inner = layers.map((layer, at) =>
    network.convolve(layer, blockNames('backbone.fpn.inner_blocks', at), {
      from: LAYERS[at]!.channels * EXPANSION,
      to: PYRAMID_CHANNELS,
      kernel: 1,
      hasBias: true,
    }),
  );
  const double = network.constant('double', [1, 1, 2, 2]);
  for (let at = inner.length - 2; at >= 0; at -= 1) {
    const coarser = network.node('Resize', [inner[at + 1]!, '', double], {
      mode: { text: 'nearest' },
      coordinate_transformation_mode: { text: 'asymmetric' },
      nearest_mode: { text: 'floor' },
    });
    inner[at] = network.node('Add', [inner[at]!, coarser]);
  }
  const smooth = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
  return inner.map((map, at) =>
    network.convolve(map, blockNames('backbone.fpn.layer_blocks', at), smooth, POOLED_MAPS[at]),
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

/** Since torchvision 0.13, and before. */
const blockNames = (list: string, at: number) => [`${list}.${at}.0`, `${list}.${at}`];
