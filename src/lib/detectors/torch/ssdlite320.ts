import { USUAL } from '../convention';
import type { OnnxGraph } from '../onnx/write';
import type { Architecture } from './architecture';
import { classCount } from './class-count';
import { shapesOf, type DefaultLevel } from './default-boxes';
import {
  COARSEST,
  convolveNormalised,
  expand,
  mobileBlock,
  mobileBlocks,
  reduce,
  STEM,
} from './mobilenet-v3';
import { Network, type FindWeight } from './network';
import { oneStage } from './one-stage';
import { ssdBoxes } from './ssd-boxes';
import { ssdGraph } from './ssd-graph';
import type { StateDict } from './state-dict';

const CLASS_LOGITS = 'head.classification_head.module_list.0.1.weight';
const TAIL = 'backbone.features.1.3.0.weight';
const SIZE = { width: 320, height: 320 };
const [SMALLEST, LARGEST] = [0.2, 0.95];
const COUNT = 6;
const scale = (level: number) =>
  level === COUNT ? 1 : SMALLEST + ((LARGEST - SMALLEST) * level) / (COUNT - 1);
const LEVELS: readonly DefaultLevel[] = Array.from({ length: COUNT }, (_, at) => ({
  scale: scale(at),
  nextScale: scale(at + 1),
  ratios: [2, 3],
  step: null,
}));
/** At most this many boxes of a class are kept before suppression. */
const MAX_PER_CLASS = 300;
/** torchvision's epsilon of its batch normalization, which is never frozen. */
const EPSILON = 1e-3;

/** torchvision's SSDlite with MobileNetV3-Large, which resizes every picture to 320 x 320. */
export const ssdLite320: Architecture = {
  id: 'ssdlite320-mobilenet-v3-large',
  name: () => 'SSDlite320 MobileNetV3-Large',
  matches: ({ tensors }) => tensors.has('backbone.extra.0.0.0.weight') && tensors.has(CLASS_LOGITS),
  runs: oneStage({
    settings: {
      ...USUAL,
      convention: 'ssdlite320-mobilenet-v3-large',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      fit: 'stretch',
      padding: 0,
      scoreThreshold: 0.001,
      iouThreshold: 0.55,
      maxDetections: 300,
    },
    frozenEpsilon: EPSILON,
    epsilon: EPSILON,
    fixed: SIZE,
    classes: (state) => classCount(state, CLASS_LOGITS, shapesOf(LEVELS[0]!)),
    graph,
    boxes: (outputs, classes, image, settings) =>
      ssdBoxes(outputs, classes, LEVELS, MAX_PER_CLASS, image, settings),
  }),
};

/** The numbers of channels of the four maps after MobileNet's. */
const SMALLER = [512, 256, 256, 128];

function graph(find: FindWeight, classes: number, epsilon: number, { tensors }: StateDict): OnnxGraph {
  const network = new Network(find);
  // The backbone has half as many channels, unless its own pretrained weights were used.
  const tail = tensors.get(TAIL)?.shape[0] === 160 * 6 ? 160 : 80;
  const blocks = mobileBlocks(tail);
  const coarsest = blocks[COARSEST - 1]!;

  const stem = { from: 3, to: STEM, kernel: 3, stride: 2 };
  let x = convolveNormalised(network, 'image', 'backbone.features.0.0', stem, epsilon, 'swish');
  for (const [at, own] of blocks.slice(0, COARSEST - 1).entries())
    x = mobileBlock(network, x, `backbone.features.0.${at + 1}.block`, own, epsilon);
  x = expand(network, x, `backbone.features.0.${COARSEST}`, coarsest, epsilon);
  const maps = [{ map: x, channels: coarsest.expanded }];

  x = reduce(network, x, 'backbone.features.1.0', 1, coarsest, epsilon);
  for (const [at, own] of blocks.slice(COARSEST).entries())
    x = mobileBlock(network, x, `backbone.features.1.${at + 1}.block`, own, epsilon);
  const last = { from: tail, to: tail * 6, kernel: 1 };
  x = convolveNormalised(network, x, 'backbone.features.1.3', last, epsilon, 'swish');
  maps.push({ map: x, channels: tail * 6 });

  for (const [at, to] of SMALLER.entries()) {
    const name = `backbone.extra.${at}`;
    const [from, between] = [maps.at(-1)!.channels, to / 2];
    const apart = { from: between, to: between, kernel: 3, stride: 2, groups: between };
    x = convolveNormalised(network, x, `${name}.0`, { from, to: between, kernel: 1 }, epsilon, 'relu6');
    x = convolveNormalised(network, x, `${name}.1`, apart, epsilon, 'relu6');
    x = convolveNormalised(network, x, `${name}.2`, { from: between, to, kernel: 1 }, epsilon, 'relu6');
    maps.push({ map: x, channels: to });
  }

  return ssdGraph(network, maps, LEVELS, classes, SIZE, ({ map, channels }, name, to, output) => {
    const apart = { from: channels, to: channels, kernel: 3, groups: channels };
    const own = convolveNormalised(network, map, `${name}.0`, apart, epsilon, 'relu6');
    network.convolve(own, [`${name}.1`], { from: channels, to, kernel: 1, hasBias: true }, output);
  });
}
