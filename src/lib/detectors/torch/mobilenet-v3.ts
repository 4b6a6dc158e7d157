import type { Convolution, Network } from './network';

/** One of MobileNetV3-Large's inverted residual blocks. */
export interface MobileBlock {
  readonly from: number;
  readonly kernel: number;
  /** The number of channels inside the block. */
  readonly expanded: number;
  readonly to: number;
  /** Whether the block has a squeeze-and-excitation layer. */
  readonly hasSqueezeExcitation: boolean;
  /** Whether the activation is hard swish; else it is ReLU. */
  readonly isSwish: boolean;
  readonly stride: 1 | 2;
}

const block = (
  from: number,
  kernel: number,
  expanded: number,
  to: number,
  hasSqueezeExcitation: boolean,
  isSwish: boolean,
  stride: 1 | 2,
): MobileBlock => ({ from, kernel, expanded, to, hasSqueezeExcitation, isSwish, stride });

/** The number of channels of the first convolution. */
export const STEM = 16;
/** The index of the block that makes the coarsest map, and of the convolution after all blocks. */
export const COARSEST = 13;
export const LAST = 16;

/**
 * The blocks 1 to 15, as torchvision counts them; `tail` is the number of channels of the last three, which some
 * detectors halve.
 */
export const mobileBlocks = (tail: 160 | 80): readonly MobileBlock[] => [
  block(16, 3, 16, 16, false, false, 1),
  block(16, 3, 64, 24, false, false, 2),
  block(24, 3, 72, 24, false, false, 1),
  block(24, 5, 72, 40, true, false, 2),
  block(40, 5, 120, 40, true, false, 1),
  block(40, 5, 120, 40, true, false, 1),
  block(40, 3, 240, 80, false, true, 2),
  block(80, 3, 200, 80, false, true, 1),
  block(80, 3, 184, 80, false, true, 1),
  block(80, 3, 184, 80, false, true, 1),
  block(80, 3, 480, 112, true, true, 1),
  block(112, 3, 672, 112, true, true, 1),
  block(112, 5, 672, tail, true, true, 2),
  block(tail, 5, tail * 6, tail, true, true, 1),
  block(tail, 5, tail * 6, tail, true, true, 1),
];

type Activation = 'swish' | 'relu' | 'relu6' | null;

/** A convolution with its normalization and activation, which torchvision names `name`.0 and `name`.1. */
export function convolveNormalised(
  network: Network,
  input: string,
  name: string,
  convolution: Omit<Convolution, 'hasBias'>,
  epsilon: number,
  activation: Activation,
): string {
  const x = network.convolve(input, [`${name}.0`], { ...convolution, hasBias: false });
  return activate(network, network.normalise(x, `${name}.1`, convolution.to, epsilon), activation);
}

function activate(network: Network, x: string, activation: Activation): string {
  if (activation === null) return x;
  if (activation === 'relu') return network.relu(x);
  if (activation === 'relu6')
    return network.node('Clip', [x, network.constant('zero', [0]), network.constant('six', [6])]);
  return network.node('Mul', [x, hardSigmoid(network, x)]);
}

const hardSigmoid = (network: Network, x: string): string =>
  network.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });

/** A block whose parts are named `<name>.0`, `<name>.1` and so on. */
export function mobileBlock(
  network: Network,
  input: string,
  name: string,
  own: MobileBlock,
  epsilon: number,
): string {
  const isExpanded = own.expanded !== own.from;
  const x = isExpanded ? expand(network, input, `${name}.0`, own, epsilon) : input;
  const y = reduce(network, x, name, isExpanded ? 1 : 0, own, epsilon);
  return own.stride === 1 && own.from === own.to ? network.node('Add', [y, input]) : y;
}

/** The first part of a block: the expansion. */
export const expand = (network: Network, input: string, name: string, own: MobileBlock, epsilon: number) =>
  convolveNormalised(
    network,
    input,
    name,
    { from: own.from, to: own.expanded, kernel: 1 },
    epsilon,
    own.isSwish ? 'swish' : 'relu',
  );

/** The rest of a block; `part` is the index of its next part. */
export function reduce(
  network: Network,
  input: string,
  name: string,
  part: number,
  { kernel, expanded, to, hasSqueezeExcitation, isSwish, stride }: MobileBlock,
  epsilon: number,
): string {
  const apart = { from: expanded, to: expanded, kernel, stride, groups: expanded };
  let x = convolveNormalised(network, input, `${name}.${part}`, apart, epsilon, isSwish ? 'swish' : 'relu');
  if (hasSqueezeExcitation) x = squeezeExcite(network, x, `${name}.${part + 1}`, expanded);
  const last = `${name}.${part + (hasSqueezeExcitation ? 2 : 1)}`;
  return convolveNormalised(network, x, last, { from: expanded, to, kernel: 1 }, epsilon, null);
}

/** Squeeze and excitation: scales each channel by a factor that depends on the whole map. */
function squeezeExcite(network: Network, x: string, name: string, channels: number): string {
  const squeezed = divisibleByEight(channels / 4);
  const mean = network.node('GlobalAveragePool', [x]);
  const one = { kernel: 1, hasBias: true };
  const inner = network.relu(
    network.convolve(mean, [`${name}.fc1`], { ...one, from: channels, to: squeezed }),
  );
  const outer = network.convolve(inner, [`${name}.fc2`], { ...one, from: squeezed, to: channels });
  return network.node('Mul', [hardSigmoid(network, outer), x]);
}

/** Rounds a number of channels like torchvision: never down by more than a tenth. */
function divisibleByEight(value: number): number {
  const whole = Math.trunc(value);
  const near = Math.max(8, Math.floor((whole + 4) / 8) * 8);
  return near < 0.9 * whole ? near + 8 : near;
}
