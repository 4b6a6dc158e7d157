import { AppError } from '$lib/domain/errors';
import type { Dimension, ModelSignature, TensorInfo, TensorType } from '../detector';
import { Malformed, Overrun, ProtobufReader, type Field } from './protobuf';

/** The values of `TensorProto.DataType` that inputs and outputs can have here. */
const TYPES: Readonly<Record<number, TensorType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
};

/** Subgraphs nested deeper than this are not read. */
const MAX_DEPTH = 16;
/** Longer metadata cannot be a list of names. */
const MAX_METADATA_BYTES = 1024 * 1024;
/** From this opset on, RoiAlign by default differs by half a pixel from torchvision's. */
const HALF_PIXEL_OPSET = 16;

/** The facts collected while walking the file. */
interface Draft {
  irVersion: number;
  producer: string;
  opset: number;
  graphs: number;
  isTraining: boolean;
  hasBareRoiAlign: boolean;
  readonly inputs: TensorInfo[];
  readonly outputs: TensorInfo[];
  readonly initializers: Set<string>;
  readonly metadata: Map<string, string>;
  readonly externalFiles: Set<string>;
  readonly operators: Set<string>;
}

/**
 * Reads the metadata of an `.onnx` file (`ModelProto` of onnx.proto3). Weights are skipped by their length, so a
 * file of any size takes a few reads. Nothing in it is run.
 */
export async function readSignature(file: Blob): Promise<ModelSignature> {
  const reader = new ProtobufReader(file);
  const draft: Draft = {
    irVersion: 0,
    producer: '',
    opset: 0,
    graphs: 0,
    isTraining: false,
    hasBareRoiAlign: false,
    inputs: [],
    outputs: [],
    initializers: new Set(),
    metadata: new Map(),
    externalFiles: new Set(),
    operators: new Set(),
  };
  try {
    await readModel(reader, draft);
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    if (cause instanceof Overrun && isBegun(draft)) throw truncated(cause);
    throw notAModel(isBegun(draft), cause);
  }
  if (draft.graphs === 0 && isBegun(draft)) throw truncated();
  if (draft.graphs === 0 || draft.irVersion === 0 || draft.outputs.length === 0) throw notAModel(false);
  // Files since IR version 3 must state their opset; PyTorch writes it after the graph.
  if (draft.opset === 0 && draft.irVersion >= 3) throw truncated();
  if (draft.isTraining) throw new AppError('model-unsupported', { reason: 'training-graph' });
  return {
    producer: draft.producer,
    opset: draft.opset,
    inputs: draft.inputs.filter(({ name }) => !draft.initializers.has(name)),
    outputs: draft.outputs,
    metadata: draft.metadata,
    externalFiles: [...draft.externalFiles],
    operators: draft.operators,
    traps: draft.hasBareRoiAlign && draft.opset >= HALF_PIXEL_OPSET ? ['roi-align-half-pixel'] : [],
  };
}

/** Whether the file has begun like a model: a later error then means that it is damaged. */
const isBegun = ({ irVersion, producer, graphs }: Draft): boolean =>
  graphs > 0 || (irVersion > 0 && producer !== '');

const truncated = (cause?: unknown): AppError =>
  new AppError('model-damaged', { reason: 'truncated' }, { cause });

const notAModel = (isDamaged: boolean, cause?: unknown): AppError =>
  new AppError(isDamaged ? 'model-damaged' : 'model-unsupported', { reason: 'not-a-model' }, { cause });

function readModel(reader: ProtobufReader, draft: Draft): Promise<void> {
  return reader.walk(0, reader.size, (field) => {
    if (field.number === 1) draft.irVersion = field.value;
    if (!field.hasLength) return undefined;
    switch (field.number) {
      case 2:
        return reader.text(field).then((text) => void (draft.producer = text));
      case 7:
        draft.graphs += 1;
        return readGraph(reader, field, draft, 0);
      case 8:
        return readOpset(reader, field, draft);
      case 14:
        return readMetadata(reader, field, draft);
      case 20:
        draft.isTraining = true;
        return undefined;
      default:
        return undefined;
    }
  });
}

/** Reads an `OperatorSetIdProto`; the domain `''` or `ai.onnx` is that of the standard operators. */
async function readOpset(reader: ProtobufReader, { from, to }: Field, draft: Draft) {
  let domain = '';
  let version = 0;
  await reader.walk(from, to, (field) => {
    if (field.number === 1) return reader.text(field).then((text) => void (domain = text));
    if (field.number === 2) version = field.value;
    return undefined;
  });
  if (domain === '' || domain === 'ai.onnx') draft.opset = version;
  else if (draft.opset === 0) draft.opset = 1;
}

async function readMetadata(reader: ProtobufReader, { from, to }: Field, draft: Draft) {
  let key = '';
  let value = '';
  await reader.walk(from, to, (field) => {
    if (field.to - field.from > MAX_METADATA_BYTES) return undefined;
    if (field.number === 1) return reader.text(field).then((text) => void (key = text));
    if (field.number === 2) return reader.text(field, MAX_METADATA_BYTES).then((text) => void (value = text));
    return undefined;
  });
  if (key !== '') draft.metadata.set(key, value);
}

/** Reads a `GraphProto`. For a subgraph inside a node, only its nodes count, not its inputs and outputs. */
function readGraph(
  reader: ProtobufReader,
  { from, to }: Field,
  draft: Draft,
  depth: number,
): Promise<void> | undefined {
  if (depth > MAX_DEPTH) return undefined;
  return reader.walk(from, to, (field) => {
    if (!field.hasLength) return undefined;
    if (field.number === 1) return readNode(reader, field, draft, depth);
    if (field.number === 5) return readTensor(reader, field, draft, depth === 0);
    if (depth > 0) return undefined;
    if (field.number === 11) return readValue(reader, field).then((info) => void draft.inputs.push(info));
    if (field.number === 12) return readValue(reader, field).then((info) => void draft.outputs.push(info));
    return undefined;
  });
}

/** Reads a `NodeProto`: its operator, and the tensors and graphs in its attributes. */
async function readNode(reader: ProtobufReader, { from, to }: Field, draft: Draft, depth: number) {
  let operator = '';
  const attributes = new Set<string>();
  await reader.walk(from, to, (field) => {
    if (field.number === 4) return reader.text(field).then((text) => void (operator = text));
    if (field.number === 5 && field.hasLength)
      return readAttribute(reader, field, draft, depth).then((name) => void attributes.add(name));
    return undefined;
  });
  draft.operators.add(operator);
  if (operator === 'RoiAlign' && !attributes.has('coordinate_transformation_mode'))
    draft.hasBareRoiAlign = true;
}

async function readAttribute(reader: ProtobufReader, { from, to }: Field, draft: Draft, depth: number) {
  let name = '';
  await reader.walk(from, to, (field) => {
    if (!field.hasLength) return undefined;
    if (field.number === 1) return reader.text(field).then((text) => void (name = text));
    if (field.number === 5) return readTensor(reader, field, draft, false);
    if (field.number === 6 || field.number === 11) return readGraph(reader, field, draft, depth + 1);
    return undefined;
  });
  return name;
}

/** Reads a `TensorProto`: its name, and its external file if it has one. */
async function readTensor(reader: ProtobufReader, { from, to }: Field, draft: Draft, isInitializer: boolean) {
  await reader.walk(from, to, (field) => {
    if (!field.hasLength) return undefined;
    if (field.number === 8 && isInitializer)
      return reader.text(field).then((text) => void draft.initializers.add(text));
    if (field.number === 13) return readExternal(reader, field, draft);
    return undefined;
  });
}

async function readExternal(reader: ProtobufReader, { from, to }: Field, draft: Draft) {
  let key = '';
  let value = '';
  await reader.walk(from, to, (field) => {
    if (field.number === 1) return reader.text(field).then((text) => void (key = text));
    if (field.number === 2) return reader.text(field).then((text) => void (value = text));
    return undefined;
  });
  if (key === 'location') draft.externalFiles.add(value);
}

/** Reads a `ValueInfoProto`. */
async function readValue(reader: ProtobufReader, { from, to }: Field): Promise<TensorInfo> {
  let info: TensorInfo = { name: '', type: 'other', shape: null };
  const readTensorType = (tensor: Field) =>
    reader.walk(tensor.from, tensor.to, (field) => {
      if (field.number === 1) info = { ...info, type: TYPES[field.value] ?? 'other' };
      if (field.number === 2 && field.hasLength)
        return readShape(reader, field).then((shape) => void (info = { ...info, shape }));
      return undefined;
    });
  await reader.walk(from, to, (field) => {
    if (field.number === 1) return reader.text(field).then((name) => void (info = { ...info, name }));
    if (field.number === 2 && field.hasLength)
      return reader.walk(field.from, field.to, (type) =>
        type.number === 1 && type.hasLength ? readTensorType(type) : undefined,
      );
    return undefined;
  });
  return info;
}

async function readShape(reader: ProtobufReader, { from, to }: Field): Promise<readonly Dimension[]> {
  const shape: Dimension[] = [];
  await reader.walk(from, to, (field) =>
    field.number === 1 && field.hasLength
      ? readDimension(reader, field).then((dimension) => void shape.push(dimension))
      : undefined,
  );
  return shape;
}

/** A dimension that is absent, zero or negative is known only at run time. */
async function readDimension(reader: ProtobufReader, { from, to }: Field): Promise<Dimension> {
  let dimension: Dimension = '?';
  await reader.walk(from, to, (field) => {
    if (field.number === 1 && field.value > 0 && field.value <= 0x7fffffff) dimension = field.value;
    if (field.number === 2) return reader.text(field).then((name) => void (dimension = name || '?'));
    return undefined;
  });
  return dimension;
}
