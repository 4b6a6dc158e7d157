import { GlobalName, Inert, Storage, TensorView, type PickleValue } from './pickle-value';
import { refusal } from './refusal';
import type { DType } from './state-dict';

const STORAGES: ReadonlyMap<string, DType> = new Map([
  ['FloatStorage', 'float32'],
  ['DoubleStorage', 'float64'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
]);

/** Modules of Python that no weights file needs. Nothing is called here, but other programs would call them. */
const HOSTILE_MODULES = new Set([
  ...['os', 'posix', 'nt', 'subprocess', 'sys', 'shutil', 'socket', 'pty', 'runpy', 'importlib', 'ctypes'],
  ...['webbrowser', 'pdb', 'bdb', 'timeit', 'pip', 'marshal'],
]);
const HOSTILE_FUNCTIONS = new Set([
  'eval',
  'exec',
  'execfile',
  'compile',
  'open',
  '__import__',
  'input',
  'breakpoint',
]);

/** Throws if a name can only be in a file to do harm. */
export function checkName(global: GlobalName): GlobalName {
  const root = global.module.split('.')[0]!;
  const isPython = root === 'builtins' || root === '__builtin__';
  if (HOSTILE_MODULES.has(root) || (isPython && HOSTILE_FUNCTIONS.has(global.name)))
    throw refusal('unsafe-pickle', { name: global.path });
  return global;
}

type Rebuild = (args: readonly PickleValue[]) => PickleValue;

/** The only names with a meaning here, each with what stands for its result. See [Note: Allow-list]. */
const REBUILD: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ['collections.OrderedDict', ([pairs]) => new Map(entriesOf(pairs))],
  ['torch.Size', ([lengths]) => (Array.isArray(lengths) ? lengths : [])],
  ['builtins.set', ([items]) => new Set(Array.isArray(items) ? items : [])],
  ['__builtin__.set', ([items]) => new Set(Array.isArray(items) ? items : [])],
  ['torch._utils._rebuild_tensor', (args) => tensorView(args)],
  ['torch._utils._rebuild_tensor_v2', (args) => tensorView(args)],
  ['torch._utils._rebuild_parameter', ([tensor]) => tensor ?? null],
  ['torch._utils._rebuild_parameter_with_state', ([tensor]) => tensor ?? null],
]);

/**
 * [Note: Allow-list]
 * The value for a call that the file asks for. Nothing is called: for a few names of torch, a description of the
 * result is returned; for every other name, an inert object.
 */
export function rebuilt(of: PickleValue, args: PickleValue): PickleValue {
  const rebuild = of instanceof GlobalName ? REBUILD.get(of.path) : undefined;
  return rebuild !== undefined && Array.isArray(args) ? rebuild(args) : new Inert(of);
}

/**
 * The value of a persistent id: ('storage', class, key, device, count), and in old files a sixth part, (key, from,
 * count) of a view. Storages of element types that no detector has (complex, quantized) become inert.
 */
export function storageOf(id: PickleValue): PickleValue {
  if (!Array.isArray(id) || id[0] !== 'storage') throw refusal('truncated');
  const [, kind, key, , count, view] = id;
  const dtype = kind instanceof GlobalName && kind.module === 'torch' ? STORAGES.get(kind.name) : undefined;
  if (dtype === undefined || typeof key !== 'string' || typeof count !== 'number')
    return new Inert(kind ?? null);
  if (!Array.isArray(view)) return new Storage(key, dtype, count, 0);
  const [, from, length] = view;
  if (typeof from !== 'number' || typeof length !== 'number') throw refusal('truncated');
  return new Storage(key, dtype, length, from);
}

function tensorView([storage, offset, shape, stride]: readonly PickleValue[]): PickleValue {
  if (!(storage instanceof Storage)) return new Inert(null);
  if (typeof offset !== 'number' || !areNumbers(shape) || !areNumbers(stride)) throw refusal('truncated');
  return new TensorView(storage, offset, shape, stride);
}

const areNumbers = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');

const entriesOf = (pairs: PickleValue | undefined) =>
  Array.isArray(pairs)
    ? pairs
        .filter((pair): pair is PickleValue[] => Array.isArray(pair) && pair.length === 2)
        .map(([key, value]) => [key!, value!] as const)
    : [];
