import { Inert, TensorView, type PickleValue } from './pickle-value';

export type TensorViews = ReadonlyMap<string, TensorView>;

/** Under which keys training scripts put a model's weights into a checkpoint, the likeliest first. */
const WRAPPERS = ['model_state_dict', 'state_dict', 'model', 'net', 'ema'] as const;
/** What wrapping a module for several devices, averaging or compilation puts before each name. */
const PREFIXES = ['module.', 'model.', '_orig_mod.'] as const;
/** Of an averaged model, beside its weights. */
const NO_WEIGHTS = new Set(['n_averaged']);
/** Wrappers in wrappers, and modules in modules: deeper is no model. */
const MAX_DEPTH = 64;

/** The tensors of the model in what a file holds, by their plain names; empty where there is none. */
export function findWeights(root: PickleValue): TensorViews {
  return withoutPrefixes(weightsIn(root, 0));
}

/** Whether a file without a model holds what an optimizer goes on from. */
export function isOptimizer(root: PickleValue): boolean {
  const entries = entriesOf(root);
  if (entries.has('param_groups')) return true;
  return [...entries.keys()].some((key) => typeof key === 'string' && key.startsWith('optim'));
}

function weightsIn(value: PickleValue, depth: number): TensorViews {
  if (depth > MAX_DEPTH) return new Map();
  if (value instanceof Inert && value.state instanceof Map && value.state.has('_modules'))
    return moduleWeights(value, '', depth, new Set());
  const entries = entriesOf(value);
  for (const key of WRAPPERS) {
    const inner = entries.get(key);
    const found = inner === undefined ? new Map<string, TensorView>() : weightsIn(inner, depth + 1);
    if (found.size > 0) return found;
  }
  const tensors = new Map<string, TensorView>();
  for (const [name, tensor] of entries)
    if (typeof name === 'string' && tensor instanceof TensorView) tensors.set(name, tensor);
  return tensors;
}

/** A whole module saved as an object: its own parameters and buffers, then those of the modules in it. */
function moduleWeights(module: Inert, prefix: string, depth: number, above: ReadonlySet<Inert>): TensorViews {
  const tensors = new Map<string, TensorView>();
  const state = module.state instanceof Map ? module.state : new Map<PickleValue, PickleValue>();
  if (depth > MAX_DEPTH || above.has(module)) return tensors;
  for (const part of ['_parameters', '_buffers'])
    for (const [name, tensor] of entriesOf(state.get(part)))
      if (typeof name === 'string' && tensor instanceof TensorView) tensors.set(prefix + name, tensor);
  for (const [name, inner] of entriesOf(state.get('_modules'))) {
    if (typeof name !== 'string' || !(inner instanceof Inert)) continue;
    const within = moduleWeights(inner, `${prefix}${name}.`, depth + 1, new Set(above).add(module));
    for (const [path, tensor] of within) tensors.set(path, tensor);
  }
  return tensors;
}

const entriesOf = (value: PickleValue | undefined): ReadonlyMap<PickleValue, PickleValue> =>
  value instanceof Map ? value : value instanceof Inert ? value.entries : new Map<PickleValue, PickleValue>();

function withoutPrefixes(tensors: TensorViews): TensorViews {
  const named = [...tensors].filter(([name]) => !NO_WEIGHTS.has(name));
  const prefix = PREFIXES.find((one) => named.length > 0 && named.every(([name]) => name.startsWith(one)));
  return prefix === undefined
    ? tensors
    : withoutPrefixes(new Map(named.map(([name, tensor]) => [name.slice(prefix.length), tensor])));
}
