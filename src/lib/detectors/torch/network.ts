import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from '../onnx/write';

/** The bytes of a tensor of this shape, known by one of these names: torchvision renamed some. */
export type FindWeight = (
  names: readonly string[],
  shape: readonly number[],
) => { readonly name: string; readonly values: OnnxInitializer['values'] };

export interface Convolution {
  readonly from: number;
  readonly to: number;
  /** Side of the square kernel in pixels; the padding keeps the size. */
  readonly kernel: number;
  readonly stride?: number;
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
    const { from, to, kernel, stride = 1, hasBias } = convolution;
    const padding = (kernel - 1) / 2;
    const weights = [this.#weight(modules, 'weight', [to, from, kernel, kernel])];
    if (hasBias) weights.push(this.#weight(modules, 'bias', [to]));
    return this.node(
      'Conv',
      [input, ...weights],
      {
        kernel_shape: { ints: [kernel, kernel] },
        strides: { ints: [stride, stride] },
        pads: { ints: [padding, padding, padding, padding] },
      },
      output,
    );
  }

  /** Frozen or not is the same here: nothing is trained. */
  normalise(input: string, module: string, channels: number, epsilon: number): string {
    const weights = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      this.#weight([module], part, [channels]),
    );
    return this.node('BatchNormalization', [input, ...weights], { epsilon: { float: epsilon } });
  }

  connect(input: string, module: string, from: number, to: number, output?: string): string {
    const weights = [this.#weight([module], 'weight', [to, from]), this.#weight([module], 'bias', [to])];
    return this.node('Gemm', [input, ...weights], { transB: { int: 1 } }, output);
  }

  relu(input: string): string {
    return this.node('Relu', [input]);
  }

  constant(name: string, values: readonly number[]): string {
    this.#initializers.set(name, { name, shape: [values.length], values: Float32Array.from(values) });
    return name;
  }

  graph(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraph {
    return { name, inputs, outputs, nodes: this.#nodes, initializers: [...this.#initializers.values()] };
  }

  #weight(modules: readonly string[], part: string, shape: readonly number[]): string {
    const { name, values } = this.find(
      modules.map((module) => `${module}.${part}`),
      shape,
    );
    this.#initializers.set(name, { name, shape, values });
    return name;
  }
}
