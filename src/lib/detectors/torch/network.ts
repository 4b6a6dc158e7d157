import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from '../onnx/write';

/**
 * Finds the tensor of this shape by one of these names, because torchvision renamed some, and returns where its
 * bytes are.
 */
export type FindWeight = (
  names: readonly string[],
  shape: readonly number[],
) => { readonly name: string; readonly values: OnnxInitializer['values'] };

export interface Convolution {
  readonly from: number;
  readonly to: number;
  /** The side of the square kernel, in pixels. */
  readonly kernel: number;
  readonly stride?: number;
  /** The distance between the kernel's places; 1 if absent. */
  readonly dilation?: number;
  /** The number of groups of channels; 1 if absent. */
  readonly groups?: number;
  /** Padding at each side, in pixels; if absent, the padding that keeps the size. */
  readonly padding?: number;
  readonly hasBias: boolean;
}

/** Builds a graph: each call adds nodes after `input` and returns the name of their output. */
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

  /** `modules` are possible names of the convolution, of which the file has one. */
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

  /** Batch normalization; frozen or not makes no difference, since nothing is trained. */
  normalise(input: string, module: string, channels: number, epsilon: number, output?: string): string {
    const weights = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      this.#weight([module], part, [channels]),
    );
    return this.node('BatchNormalization', [input, ...weights], { epsilon: { float: epsilon } }, output);
  }

  /** Group normalization over `groups` of neighbouring channels, then a weight and a bias per channel. */
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

  /** A tensor that is not the weight or bias of a layer; `as` is the shape that the graph sees. */
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

  /** An int64 tensor, the type of shapes. */
  whole(name: string, values: readonly number[]): string {
    this.#initializers.set(name, {
      name,
      shape: [values.length],
      values: BigInt64Array.from(values, BigInt),
    });
    return name;
  }

  /** Declares an output map, whose size follows the image's. */
  output(name: string, channels: number): OnnxValue {
    return { name, type: 'float32', shape: [1, channels, `${name}_height`, `${name}_width`] };
  }

  graph(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraph {
    return { name, inputs, outputs, nodes: this.#nodes, initializers: [...this.#initializers.values()] };
  }

  /** `as` is the shape that the graph sees, with as many elements. */
  #weight(modules: readonly string[], part: string, shape: readonly number[], as = shape): string {
    const { name, values } = this.find(
      modules.map((module) => `${module}.${part}`),
      shape,
    );
    this.#initializers.set(name, { name, shape: as, values });
    return name;
  }
}
