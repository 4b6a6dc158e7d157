import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from '../onnx/write';

/** The bytes of a tensor of this shape, known by one of these names: torchvision renamed some. */
export type FindWeight = (
  names: readonly string[],
  shape: readonly number[],
) => { readonly name: string; readonly values: OnnxInitializer['values'] };

export interface Convolution {
  readonly from: number;
  readonly to: number;
  /** Side of the square kernel in pixels. */
  readonly kernel: number;
  readonly stride?: number;
  /** How far apart the kernel's places are; 1 left out. */
  readonly dilation?: number;
  /** Into so many parts, each seen by itself; 1 left out. */
  readonly groups?: number;
  /** At each side, in pixels; left out, what keeps the size. */
  readonly padding?: number;
  readonly hasBias: boolean;
}

/** A graph under construction: each call adds nodes behind `input` and gives the name of what they put out. */
export class Network {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxInitializer>();

  constructor(readonly find: FindWeight) {}

  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `${op.toLowerCase()}_${this.#nodes.length}`,
  ): string {
    this.#nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** `modules`: the convolution's names, of which the file has one. */
  convolve(input: string, modules: readonly string[], convolution: Convolution, output?: string): string {
    const { from, to, kernel, stride = 1, dilation = 1, groups = 1, hasBias } = convolution;
    const padding = convolution.padding ?? ((kernel - 1) / 2) * dilation;
    const weights = [this.#weight(modules, 'weight', [to, from / groups, kernel, kernel])];
    if (hasBias) weights.push(this.#weight(modules, 'bias', [to]));
    return this.node(
      'Conv',
      [input, ...weights],
      {
        kernel_shape: { ints: [kernel, kernel] },
        strides: { ints: [stride, stride] },
        pads: { ints: [padding, padding, padding, padding] },
        dilations: { ints: [dilation, dilation] },
        group: { int: groups },
      },
      output,
    );
  }

  /** Frozen or not is the same here: nothing is trained. */
  normalise(input: string, module: string, channels: number, epsilon: number, output?: string): string {
    const weights = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      this.#weight([module], part, [channels]),
    );
    return this.node('BatchNormalization', [input, ...weights], { epsilon: { float: epsilon } }, output);
  }

  /** In `groups` of neighbouring channels: each over all its places, then each channel by its own weight and bias. */
  normaliseGroups(input: string, module: string, channels: number, groups: number, epsilon: number): string {
    const flat = this.node('Reshape', [input, this.whole(`groups_${groups}`, [0, groups, -1])]);
    const same = [
      this.constant(`ones_${groups}`, Array<number>(groups).fill(1)),
      this.constant(`zeros_${groups}`, Array<number>(groups).fill(0)),
    ];
    const even = this.node('InstanceNormalization', [flat, ...same], { epsilon: { float: epsilon } });
    const back = this.node('Reshape', [even, this.node('Shape', [input])]);
    const [weight, bias] = ['weight', 'bias'].map((part) =>
      this.#weight([module], part, [channels], [channels, 1, 1]),
    );
    return this.node('Add', [this.node('Mul', [back, weight!]), bias!]);
  }

  connect(input: string, module: string, from: number, to: number, output?: string): string {
    const weights = [this.#weight([module], 'weight', [to, from]), this.#weight([module], 'bias', [to])];
    return this.node('Gemm', [input, ...weights], { transB: { int: 1 } }, output);
  }

  /** A tensor that is no layer's weight or bias; `as`: the shape that the graph sees. */
  weight(name: string, shape: readonly number[], as: readonly number[]): string {
    const { name: found, values } = this.find([name], shape);
    this.#initializers.set(found, { name: found, shape: as, values });
    return found;
  }

  relu(input: string): string {
    return this.node('Relu', [input]);
  }

  constant(name: string, values: readonly number[]): string {
    this.#initializers.set(name, { name, shape: [values.length], values: Float32Array.from(values) });
    return name;
  }

  /** int64, as shapes are written. */
  whole(name: string, values: readonly number[]): string {
    this.#initializers.set(name, {
      name,
      shape: [values.length],
      values: BigInt64Array.from(values, BigInt),
    });
    return name;
  }

  /** A map of the graph that is put out, whose size follows the image's. */
  output(name: string, channels: number): OnnxValue {
    return { name, type: 'float32', shape: [1, channels, `${name}_height`, `${name}_width`] };
  }

  graph(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraph {
    return { name, inputs, outputs, nodes: this.#nodes, initializers: [...this.#initializers.values()] };
  }

  /** `as`: the shape that the graph sees, of as many elements. */
  #weight(modules: readonly string[], part: string, shape: readonly number[], as = shape): string {
    const { name, values } = this.find(
      modules.map((module) => `${module}.${part}`),
      shape,
    );
    this.#initializers.set(name, { name, shape: as, values });
    return name;
  }
}
