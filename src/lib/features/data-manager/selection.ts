/** The selected task numbers, and where a Shift selection starts. */
export interface Selection {
  readonly numbers: ReadonlySet<number>;
  /** Index in the list, from 0, at which a Shift selection starts. */
  readonly anchor: number;
}

export const NOTHING_SELECTED: Selection = { numbers: new Set(), anchor: 0 };

/** Adds or removes one task. */
export function toggled(selection: Selection, list: Int32Array, at: number): Selection {
  const numbers = new Set(selection.numbers);
  const number = list[at];
  if (number !== undefined && !numbers.delete(number)) numbers.add(number);
  return { numbers, anchor: at };
}

/** Adds everything from the anchor to an index. The anchor stays. */
export function extended(selection: Selection, list: Int32Array, at: number): Selection {
  const [from, to] = [Math.min(selection.anchor, at), Math.max(selection.anchor, at)];
  return {
    numbers: new Set([...selection.numbers, ...list.subarray(from, to + 1)]),
    anchor: selection.anchor,
  };
}

export const everything = (list: Int32Array): Selection => ({ numbers: new Set(list), anchor: 0 });

/** The selected numbers that are in the list, in the list's order. */
export const inOrder = (selection: Selection, list: Int32Array): Int32Array =>
  list.filter((number) => selection.numbers.has(number));
