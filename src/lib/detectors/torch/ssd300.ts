import { USUAL } from '../convention';
import type { OnnxGraph } from '../onnx/write';
import type { Architecture } from './architecture';
import { classCount } from './class-count';
import { shapesOf, type DefaultLevel } from './default-boxes';
import { Network, type Convolution, type FindWeight } from './network';
import { oneStage } from './one-stage';
import { ssdBoxes } from './ssd-boxes';
import { ssdGraph } from './ssd-graph';

const CLASS_LOGITS = 'head.classification_head.module_list.0.weight';
const SIZE = { width: 300, height: 300 };
const SCALES = [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05];
const RATIOS = [[2], [2, 3], [2, 3], [2, 3], [2], [2]];
const STEPS = [8, 16, 32, 64, 100, 300];
const LEVELS: readonly DefaultLevel[] = RATIOS.map((ratios, at) => ({
  scale: SCALES[at]!,
  nextScale: SCALES[at + 1]!,
  ratios,
  step: STEPS[at]!,
}));
/** At most this many boxes of a class are kept before suppression. */
const MAX_PER_CLASS = 400;

/** torchvision's SSD with VGG-16, which resizes every picture to 300 x 300. */
export const ssd300: Architecture = {
  id: 'ssd300-vgg16',
  name: () => 'SSD300 VGG-16',
  matches: ({ tensors }) => tensors.has('backbone.scale_weight') && tensors.has('backbone.extra.0.1.weight'),
  runs: oneStage({
    settings: {
      ...USUAL,
      convention: 'ssd300-vgg16',
      mean: [0.48235, 0.45882, 0.40784],
      // These values undo the scaling to 0..1.
      std: [1 / 255, 1 / 255, 1 / 255],
      fit: 'stretch',
      padding: 0,
      scoreThreshold: 0.01,
      iouThreshold: 0.45,
      maxDetections: 200,
    },
    frozenEpsilon: 1e-5,
    fixed: SIZE,
    classes: (state) => classCount(state, CLASS_LOGITS, shapesOf(LEVELS[0]!)),
    graph,
    boxes: (outputs, classes, image, settings) =>
      ssdBoxes(outputs, classes, LEVELS, MAX_PER_CLASS, image, settings),
  }),
};

/**
 * The parts of VGG-16: convolutions, by their index in torchvision's list and their channels, and poolings between
 * them.
 */
const FINE: readonly (readonly [number, number, number] | 'half' | 'half-up')[] = [
  [0, 3, 64],
  [2, 64, 64],
  'half',
  [5, 64, 128],
  [7, 128, 128],
  'half',
  [10, 128, 256],
  [12, 256, 256],
  [14, 256, 256],
  'half-up',
  [17, 256, 512],
  [19, 512, 512],
  [21, 512, 512],
];
/** The layers after VGG-16: two convolutions each, of which the second makes the map smaller. */
const SMALLER: readonly (readonly [from: number, between: number, to: number, Partial<Convolution>])[] = [
  [1024, 256, 512, { stride: 2 }],
  [512, 128, 256, { stride: 2 }],
  [256, 128, 256, { padding: 0 }],
  [256, 128, 256, { padding: 0 }],
];

function graph(find: FindWeight, classes: number): OnnxGraph {
  const network = new Network(find);
  const step = (x: string, name: string, from: number, to: number, kernel: number, more = {}) =>
    network.relu(network.convolve(x, [name], { from, to, kernel, hasBias: true, ...more }));

  let x = 'image';
  for (const part of FINE) {
    if (typeof part === 'string') x = maxPool(network, x, part === 'half-up');
    else x = step(x, `backbone.features.${part[0]}`, part[1], part[2], 3);
  }
  const even = network.node('LpNormalization', [x], { axis: { int: 1 }, p: { int: 2 } });
  const scale = network.weight('backbone.scale_weight', [512], [512, 1, 1]);
  const maps = [{ map: network.node('Mul', [even, scale]), channels: 512 }];

  x = maxPool(network, x, false);
  for (const at of [1, 3, 5]) x = step(x, `backbone.extra.0.${at}`, 512, 512, 3);
  x = network.node('MaxPool', [x], {
    kernel_shape: { ints: [3, 3] },
    strides: { ints: [1, 1] },
    pads: { ints: [1, 1, 1, 1] },
  });
  x = step(x, 'backbone.extra.0.7.1', 512, 1024, 3, { dilation: 6 });
  x = step(x, 'backbone.extra.0.7.3', 1024, 1024, 1);
  maps.push({ map: x, channels: 1024 });
  for (const [at, [from, between, to, smaller]] of SMALLER.entries()) {
    x = step(x, `backbone.extra.${at + 1}.0`, from, between, 1);
    x = step(x, `backbone.extra.${at + 1}.2`, between, to, 3, smaller);
    maps.push({ map: x, channels: to });
  }

  return ssdGraph(network, maps, LEVELS, classes, SIZE, ({ map, channels }, name, to, output) => {
    network.convolve(map, [name], { from: channels, to, kernel: 3, hasBias: true }, output);
  });
}

/** Max pooling by two; with `isUp`, an odd last row or column makes a cell of its own. */
const maxPool = (network: Network, map: string, isUp: boolean): string =>
  network.node('MaxPool', [map], {
    kernel_shape: { ints: [2, 2] },
    strides: { ints: [2, 2] },
    ceil_mode: { int: isUp ? 1 : 0 },
  });
