import { PickleCursor } from './pickle-cursor';
import { GlobalName, Inert, Storage, type PickleValue } from './pickle-value';
import { checkName, rebuilt, storageOf } from './rebuild';
import { refusal } from './refusal';

/** Far more than the largest checkpoint needs, and far less than would block the page. */
const MAX_OPERATIONS = 1_000_000;
const MAX_STACK = 1_000_000;
/** The greatest depth of open lists, tuples and dictionaries. */
const MAX_NESTING = 1_000;
const HIGHEST_PROTOCOL = 5;

export interface Unpickled {
  readonly value: PickleValue;
  /** The offset of the pickle's end; another pickle may follow. */
  readonly end: number;
  /** Every class and function that the pickle names. */
  readonly globals: readonly GlobalName[];
  /** All storages by key, whether they belong to a model's weights or not. */
  readonly storages: ReadonlyMap<string, Storage>;
}

/**
 * Reads a pickle of protocols 2 to 5, as far as torch files use them. It runs nothing: see [Note: Allow-list].
 * Throws `unsafe-pickle` for operations that no honest program writes, `truncated` for nonsense, and PickleEnds if
 * the bytes end before the pickle does.
 */
export function unpickle(bytes: Uint8Array, from = 0): Unpickled {
  const machine = new Machine(new PickleCursor(bytes, from));
  const value = machine.run();
  return { value, end: machine.cursor.at, globals: machine.globals, storages: machine.storages };
}

class Machine {
  #stack: PickleValue[] = [];
  /** The stacks of the enclosing lists, tuples and dictionaries that are still open. */
  readonly #open: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly globals: GlobalName[] = [];
  readonly storages = new Map<string, Storage>();

  constructor(readonly cursor: PickleCursor) {}

  run(): PickleValue {
    if (this.cursor.uint8() !== 0x80) throw refusal('truncated');
    if (this.cursor.uint8() > HIGHEST_PROTOCOL) throw refusal('unsafe-pickle');
    for (let count = 0; count < MAX_OPERATIONS; count += 1) {
      const code = this.cursor.uint8();
      if (code === STOP) return this.#pop();
      const operation = OPERATIONS.get(code);
      if (operation === undefined) throw refusal('unsafe-pickle');
      const value = operation(this, this.cursor);
      if (value !== undefined) this.push(value);
    }
    throw refusal('unsafe-pickle');
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) throw refusal('unsafe-pickle');
    this.#stack.push(value);
  }

  /** Pops the last `count` values, the deepest first. */
  take(count: number): PickleValue[] {
    if (this.#stack.length < count) throw refusal('truncated');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  pair(): [PickleValue, PickleValue] {
    const [first, second] = this.take(2);
    return [first!, second!];
  }

  top(): PickleValue {
    if (this.#stack.length === 0) throw refusal('truncated');
    return this.#stack.at(-1)!;
  }

  mark(): undefined {
    if (this.#open.length >= MAX_NESTING) throw refusal('unsafe-pickle');
    this.#open.push(this.#stack);
    this.#stack = [];
  }

  /** Pops the values since the last mark. */
  marked(): PickleValue[] {
    const items = this.#stack;
    const below = this.#open.pop();
    if (below === undefined) throw refusal('truncated');
    this.#stack = below;
    return items;
  }

  remember(at = this.#memo.size): undefined {
    this.#memo.set(at, this.top());
  }

  recall(at: number): PickleValue {
    const value = this.#memo.get(at);
    if (value === undefined) throw refusal('truncated');
    return value;
  }

  global(module: PickleValue, name: PickleValue): GlobalName {
    if (typeof module !== 'string' || typeof name !== 'string') throw refusal('truncated');
    const global = checkName(new GlobalName(module, name));
    this.globals.push(global);
    return global;
  }

  storage(id: PickleValue): PickleValue {
    const storage = storageOf(id);
    if (storage instanceof Storage) this.storages.set(storage.key, storage);
    return storage;
  }

  #pop(): PickleValue {
    return this.take(1)[0]!;
  }
}

/** Puts values into the list, set or dictionary on top of the stack; for anything else they are dropped. */
function fill(machine: Machine, items: readonly PickleValue[]): undefined {
  const target = machine.top();
  if (Array.isArray(target)) for (const item of items) target.push(item);
  else if (target instanceof Set) for (const item of items) target.add(item);
}

function setItems(machine: Machine, items: readonly PickleValue[]): undefined {
  const target = machine.top();
  const entries = target instanceof Inert ? target.entries : target;
  if (!(entries instanceof Map) || items.length % 2 !== 0) throw refusal('truncated');
  for (let at = 0; at < items.length; at += 2) entries.set(items[at]!, items[at + 1]!);
}

function dictionary(items: readonly PickleValue[]): PickleValue {
  const entries = new Map<PickleValue, PickleValue>();
  for (let at = 0; at + 1 < items.length; at += 2) entries.set(items[at]!, items[at + 1]!);
  return entries;
}

/**
 * `__setstate__`: the state of inert objects is kept; the attributes that torch adds to dictionaries (`_metadata`)
 * are not needed.
 */
function build(machine: Machine): undefined {
  const [state] = machine.take(1);
  const target = machine.top();
  if (target instanceof Inert) target.state = state!;
}

type Operation = (machine: Machine, cursor: PickleCursor) => PickleValue | undefined;

const STOP = 0x2e;
const letter = (character: string) => character.charCodeAt(0);

/** The operations by code; torch files contain no others. A returned value is pushed onto the stack. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [letter('N'), () => null],
  [0x88, () => true],
  [0x89, () => false],
  [letter('K'), (_, cursor) => cursor.uint8()],
  [letter('M'), (_, cursor) => cursor.uint16()],
  [letter('J'), (_, cursor) => cursor.int32()],
  [0x8a, (_, cursor) => cursor.integer(cursor.uint8())],
  [0x8b, (_, cursor) => cursor.integer(cursor.uint32())],
  [letter('G'), (_, cursor) => cursor.float64()],
  [letter('X'), (_, cursor) => cursor.text(cursor.uint32())],
  [0x8c, (_, cursor) => cursor.text(cursor.uint8())],
  [0x8d, (_, cursor) => cursor.text(cursor.uint64())],
  [letter('U'), (_, cursor) => cursor.text(cursor.uint8())],
  [letter('T'), (_, cursor) => cursor.text(cursor.uint32())],
  [letter('C'), (_, cursor) => cursor.raw(cursor.uint8())],
  [letter('B'), (_, cursor) => cursor.raw(cursor.uint32())],
  [0x8e, (_, cursor) => cursor.raw(cursor.uint64())],
  [letter('('), (machine) => machine.mark()],
  [letter(')'), () => []],
  [letter(']'), () => []],
  [letter('}'), () => new Map()],
  [0x8f, () => new Set()],
  [0x85, (machine) => machine.take(1)],
  [0x86, (machine) => machine.take(2)],
  [0x87, (machine) => machine.take(3)],
  [letter('t'), (machine) => machine.marked()],
  [letter('l'), (machine) => machine.marked()],
  [letter('d'), (machine) => dictionary(machine.marked())],
  [0x91, (machine) => new Set(machine.marked())],
  [letter('a'), (machine) => fill(machine, machine.take(1))],
  [letter('e'), (machine) => fill(machine, machine.marked())],
  [0x90, (machine) => fill(machine, machine.marked())],
  [letter('s'), (machine) => setItems(machine, machine.take(2))],
  [letter('u'), (machine) => setItems(machine, machine.marked())],
  [letter('0'), (machine) => void machine.take(1)],
  [letter('1'), (machine) => void machine.marked()],
  [letter('2'), (machine) => machine.top()],
  [letter('q'), (machine, cursor) => machine.remember(cursor.uint8())],
  [letter('r'), (machine, cursor) => machine.remember(cursor.uint32())],
  [0x94, (machine) => machine.remember()],
  [letter('h'), (machine, cursor) => machine.recall(cursor.uint8())],
  [letter('j'), (machine, cursor) => machine.recall(cursor.uint32())],
  [0x95, (_, cursor) => void cursor.uint64()],
  [letter('c'), (machine, cursor) => machine.global(cursor.line(), cursor.line())],
  [0x93, (machine) => machine.global(...machine.pair())],
  [letter('R'), (machine) => rebuilt(...machine.pair())],
  [0x81, (machine) => rebuilt(...machine.pair())],
  [0x92, (machine) => rebuilt(machine.take(3)[0]!, null)],
  [letter('b'), build],
  [letter('Q'), (machine) => machine.storage(machine.take(1)[0]!)],
]);
