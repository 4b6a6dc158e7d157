import type { Dimension } from '../detector';

type ElementType = 'float32' | 'int64';

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/**
 * The values are in the graph itself, or are float32 in `length` bytes at `offset` of the external data `location`.
 */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values:
    | Float32Array
    | BigInt64Array
    | { readonly location: string; readonly offset: number; readonly length: number };
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
}

const IR_VERSION = 8;
const OPSET = 17;
const ELEMENT_TYPE: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7 };
const EXTERNAL = 1;

/** Encodes a graph as an `.onnx` file. Field numbers are those of onnx.proto3. */
export const writeOnnx = (graph: OnnxGraph): Uint8Array =>
  message(
    number(1, IR_VERSION),
    text(2, 'kakomi'),
    part(
      7,
      ...graph.nodes.map((node) => part(1, ...nodeFields(node))),
      text(2, graph.name),
      ...graph.initializers.map((initializer) => part(5, ...initializerFields(initializer))),
      ...graph.inputs.map((value) => part(11, ...valueFields(value))),
      ...graph.outputs.map((value) => part(12, ...valueFields(value))),
    ),
    part(8, text(1, ''), number(2, OPSET)),
  );

const nodeFields = ({ op, inputs, outputs, attributes }: OnnxNode) => [
  ...inputs.map((name) => text(1, name)),
  ...outputs.map((name) => text(2, name)),
  text(3, outputs[0] ?? op),
  text(4, op),
  ...Object.entries(attributes).map(([name, attribute]) =>
    part(5, text(1, name), ...attributeFields(attribute)),
  ),
];

function attributeFields(attribute: OnnxAttribute) {
  if ('int' in attribute) return [number(3, attribute.int), number(20, 2)];
  if ('ints' in attribute) return [...attribute.ints.map((one) => number(8, one)), number(20, 7)];
  if ('float' in attribute) return [float(2, attribute.float), number(20, 1)];
  return [text(4, attribute.text), number(20, 3)];
}

const valueFields = ({ name, type, shape }: OnnxValue) => [
  text(1, name),
  part(
    2,
    part(
      1,
      number(1, ELEMENT_TYPE[type]),
      part(
        2,
        ...shape.map((length) => part(1, typeof length === 'number' ? number(1, length) : text(2, length))),
      ),
    ),
  ),
];

const initializerFields = ({ name, shape, values }: OnnxInitializer) => [
  ...shape.map((length) => number(1, length)),
  number(2, ELEMENT_TYPE[values instanceof BigInt64Array ? 'int64' : 'float32']),
  text(8, name),
  ...(values instanceof Float32Array || values instanceof BigInt64Array
    ? [bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))]
    : [
        part(13, text(1, 'location'), text(2, values.location)),
        part(13, text(1, 'offset'), text(2, String(values.offset))),
        part(13, text(1, 'length'), text(2, String(values.length))),
        number(14, EXTERNAL),
      ]),
];

const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;

/** Encodes an integer from 0 to 2^53: seven bits per byte, the lowest first. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...out, rest]);
}

const tag = (field: number, wire: number) => varint(field * 8 + wire);
const number = (field: number, value: number) => message(tag(field, VARINT), varint(value));
const bytes = (field: number, value: Uint8Array) => message(tag(field, LENGTH), varint(value.length), value);
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));
const part = (field: number, ...fields: readonly Uint8Array[]) => bytes(field, message(...fields));

function float(field: number, value: number): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(4));
  fixed.setFloat32(0, value, true);
  return message(tag(field, FIXED32), new Uint8Array(fixed.buffer));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((length, field) => length + field.length, 0));
  let at = 0;
  for (const field of fields) {
    whole.set(field, at);
    at += field.length;
  }
  return whole;
}
