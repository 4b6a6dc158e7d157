import { Inert, TensorView, type PickleValue } from './pickle-value';

export type TensorViews = ReadonlyMap<string, TensorView>;

/** The keys under which training scripts store a model's weights in a checkpoint, the most common first. */
const WRAPPERS = [
  ...['model_state_dict', 'state_dict', 'model', 'net', 'network', 'module', 'weights', 'params'],
  ...['ema', 'model_ema', 'ema_model', 'state_dict_ema', 'ema_state_dict', 'model_ema_state_dict', 'shadow'],
];
/** Keys that never hold a model's weights, though they may hold tensors. */
const NO_MODEL =
  /^(optim|.*_?scheduler|lr_sched|callbacks|loops|hyper_param|hparams|scaler|grad_scaler|rng|amp)/i;
/** Prefixes that wrapping a module adds to the names: for several devices, averaging or compilation. */
const PREFIXES = ['module.', 'model.', '_orig_mod.'] as const;
/** The names of a detector's tensors, after whatever prefix the training code gives the detector. */
const NETWORK = /^((?:[^.]+\.)*?)(?:backbone|rpn|roi_heads|head)\./;
/** Names of copies of the network that are kept beside the trained one. */
const COPY = /(^|[._])(ema|teacher|averaged|swa|shadow)([._]|$)/i;
/** A detector has at least this many tensors. */
const MIN_TENSORS = 20;
/** A counter that an averaged model has beside its weights. */
const NO_WEIGHTS = new Set(['n_averaged']);
/** Wrappers and modules nested deeper than this hold no model. */
const MAX_DEPTH = 64;

/** Finds the model's tensors in a file's contents, by their names without prefixes; empty if there are none. */
export function findWeights(root: PickleValue): TensorViews {
  return ofOneNetwork(withoutPrefixes(weightsIn(root, 0, new Set())));
}

/** Whether a file without a model holds the state of an optimizer. */
export function isOptimizer(root: PickleValue): boolean {
  const entries = entriesOf(root);
  if (entries.has('param_groups')) return true;
  return [...entries.keys()].some((key) => typeof key === 'string' && key.startsWith('optim'));
}

/** The keys under which checkpoints and their parts hold the class names, in the model's order. */
const NAME_KEYS = ['names', 'class_names', 'classes', 'CLASSES', 'labels', 'categories'] as const;
const META_KEYS = ['hyper_parameters', 'hparams', 'meta', 'dataset_meta', 'config', 'args'] as const;

/** The class names that a checkpoint holds beside its weights; null if there are none. */
export function findClassNames(root: PickleValue): readonly string[] | null {
  const entries = entriesOf(root);
  for (const part of [entries, ...META_KEYS.map((key) => entriesOf(entries.get(key)))])
    for (const key of NAME_KEYS) {
      const names = part.get(key);
      if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string'))
        return names;
    }
  return null;
}

/** `seen` holds the values that were searched already: a file may contain a part in itself, or many times. */
function weightsIn(value: PickleValue, depth: number, seen: Set<PickleValue>): TensorViews {
  if (depth > MAX_DEPTH || seen.has(value)) return new Map();
  if (typeof value === 'object') seen.add(value);
  if (value instanceof Inert && value.state instanceof Map && value.state.has('_modules'))
    return moduleWeights(value, '', depth, new Set());
  const entries = entriesOf(value);
  if (entries.has('param_groups')) return new Map();
  for (const key of WRAPPERS) {
    const inner = entries.get(key);
    const found = inner === undefined ? new Map<string, TensorView>() : weightsIn(inner, depth + 1, seen);
    if (found.size > 0) return found;
  }
  const tensors = new Map<string, TensorView>();
  for (const [name, tensor] of entries)
    if (typeof name === 'string' && tensor instanceof TensorView) tensors.set(name, tensor);
  return tensors.size > 0 ? tensors : largestIn(entries, depth, seen);
}

/** For wrappers with an unknown key: the part with the most tensors. */
function largestIn(
  entries: ReadonlyMap<PickleValue, PickleValue>,
  depth: number,
  seen: Set<PickleValue>,
): TensorViews {
  let largest: TensorViews = new Map();
  for (const [key, inner] of entries) {
    if (typeof key !== 'string' || NO_MODEL.test(key)) continue;
    const found = weightsIn(inner, depth + 1, seen);
    if (found.size > largest.size) largest = found;
  }
  return largest;
}

/**
 * The tensors of a module that was pickled as an object: its own parameters and buffers, then those of its
 * submodules.
 */
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

/**
 * Training code may keep the detector as a part of an object of its own, beside a loss and metrics. Returns the
 * tensors of that part, without its prefix. Of several networks, the trained one counts, not a copy.
 */
function ofOneNetwork(tensors: TensorViews): TensorViews {
  const counts = new Map<string, number>();
  for (const name of tensors.keys()) {
    const prefix = NETWORK.exec(name)?.[1];
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const networks = [...counts].filter(([, count]) => count >= MIN_TENSORS).map(([prefix]) => prefix);
  const prefix = networks.find((one) => !COPY.test(one)) ?? networks[0];
  if (prefix === undefined || prefix === '') return tensors;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
