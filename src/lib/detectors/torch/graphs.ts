import type { Graph, TensorInfo } from '../detector';
import { writeOnnx, type OnnxGraph } from '../onnx/write';
import type { FindWeight } from './network';
import type { StateDict } from './state-dict';
import { CONVERTED, findTensor, IN_FILE, loadWeights, readFloats } from './weights';

/**
 * The epsilon of ResNet-50's batch normalization if it is not frozen, or frozen without torchvision's own weights.
 */
export const USUAL_EPSILON = 1e-5;

/** Frozen batch normalization has no `num_batches_tracked`. */
export const isFrozen = ({ tensors }: StateDict): boolean =>
  ![...tensors.keys()].some((name) => name.endsWith('.num_batches_tracked'));

/** The outputs of every torchvision detector. */
export const FOUND: readonly TensorInfo[] = [
  { name: 'boxes', type: 'float32', shape: ['n', 4] },
  { name: 'labels', type: 'int64', shape: ['n'] },
  { name: 'scores', type: 'float32', shape: ['n'] },
];

/** Builds an architecture's graphs by name; weights are looked up as they are needed. */
export type DrawGraphs = (find: FindWeight, epsilon: number) => Readonly<Record<string, OnnxGraph>>;

/** The file's names for all weights that the graphs use. Throws if a weight is missing or has another shape. */
export function requiredNames(state: StateDict, draw: DrawGraphs): readonly string[] {
  const names = new Set<string>();
  draw((wanted, shape) => {
    const { name, tensor } = findTensor(state, wanted, shape);
    names.add(name);
    return { name, values: { location: IN_FILE, offset: tensor.byteOffset, length: tensor.byteLength } };
  }, USUAL_EPSILON);
  return [...names];
}

/** Builds the graphs over the file's own bytes, and the converted copies of weights that need it. */
export async function loadGraphs(
  state: StateDict,
  file: Blob,
  draw: DrawGraphs,
  batchNormEpsilon: number,
): Promise<readonly Graph[]> {
  const names = requiredNames(state, draw);
  const { find, converted } = await loadWeights(state, file, names);
  const epsilon = await safeEpsilon(state, file, names, batchNormEpsilon);
  const external = [
    { location: IN_FILE, bytes: 'file' as const },
    ...(converted.length > 0 ? [{ location: CONVERTED, bytes: converted }] : []),
  ];
  return Object.entries(draw(find, epsilon)).map(([id, graph]) => ({
    id,
    bytes: writeOnnx(graph),
    external,
  }));
}

/**
 * Replaces an epsilon of zero if a channel has no variance, which would divide by zero; torchvision's weights have
 * none such.
 */
async function safeEpsilon(state: StateDict, file: Blob, names: readonly string[], epsilon: number) {
  if (epsilon > 0) return epsilon;
  const variances = names.filter((name) => name.endsWith('.running_var'));
  const values = await Promise.all(variances.map((name) => readFloats(file, state.tensors.get(name)!)));
  return values.some((some) => some.includes(0)) ? USUAL_EPSILON : epsilon;
}
