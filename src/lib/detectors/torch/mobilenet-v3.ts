import type { Convolution, Network } from './network';

/** One of MobileNetV3-Large's blocks. */
export interface MobileBlock {
  readonly from: number;
  readonly kernel: number;
  /** Channels between. */
  readonly expanded: number;
  readonly to: number;
  /** Whether channels are weighed by what the whole map holds. */
  readonly isWeighed: boolean;
  /** Hard swish instead of a plain rectifier. */
  readonly isSwish: boolean;
  readonly stride: 1 | 2;
}

const block = (
  from: number,
  kernel: number,
  expanded: number,
  to: number,
  isWeighed: boolean,
  isSwish: boolean,
  stride: 1 | 2,
): MobileBlock => ({ from, kernel, expanded, to, isWeighed, isSwish, stride });

/** The first convolution's channels. */
export const STEM = 16;
/** The number of the block that makes the coarsest map, and of the convolution behind all blocks. */
export const COARSEST = 13;
export const LAST = 16;

/** From 1 to 15, as torchvision counts them; `tail`: channels of the last three, of which torchvision halves some. */
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

/** A convolution, its normalisation and its activation, as torchvision groups them: `name`.0 and `name`.1. */
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

/** The block whose parts are named `<name>.0`, `<name>.1` and so on. */
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

/** The block's first part. */
export const expand = (network: Network, input: string, name: string, own: MobileBlock, epsilon: number) =>
  convolveNormalised(
    network,
    input,
    name,
    { from: own.from, to: own.expanded, kernel: 1 },
    epsilon,
    own.isSwish ? 'swish' : 'relu',
  );

/** The block behind its first part; `part`: the number of the next. */
export function reduce(
  network: Network,
  input: string,
  name: string,
  part: number,
  { kernel, expanded, to, isWeighed, isSwish, stride }: MobileBlock,
  epsilon: number,
): string {
  const apart = { from: expanded, to: expanded, kernel, stride, groups: expanded };
  let x = convolveNormalised(network, input, `${name}.${part}`, apart, epsilon, isSwish ? 'swish' : 'relu');
  if (isWeighed) x = weighed(network, x, `${name}.${part + 1}`, expanded);
  const last = `${name}.${part + (isWeighed ? 2 : 1)}`;
  return convolveNormalised(network, x, last, { from: expanded, to, kernel: 1 }, epsilon, null);
}

/** Each channel by how much the whole map needs it. */
function weighed(network: Network, x: string, name: string, channels: number): string {
  const squeezed = divisibleByEight(channels / 4);
  const mean = network.node('GlobalAveragePool', [x]);
  const one = { kernel: 1, hasBias: true };
  const inner = network.relu(
    network.convolve(mean, [`${name}.fc1`], { ...one, from: channels, to: squeezed }),
  );
  const outer = network.convolve(inner, [`${name}.fc2`], { ...one, from: squeezed, to: channels });
  return network.node('Mul', [hardSigmoid(network, outer), x]);
}

/** As torchvision rounds numbers of channels: never down by more than a tenth. */
function divisibleByEight(value: number): number {
  const whole = Math.trunc(value);
  const near = Math.max(8, Math.floor((whole + 4) / 8) * 8);
  return near < 0.9 * whole ? near + 8 : near;
}
