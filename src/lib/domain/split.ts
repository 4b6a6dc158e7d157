import { SPLITS, type Split } from './dataset';
import type { LabelId, TaskId } from './ids';

/** Relative sizes of the parts; their sum does not matter. */
export type SplitRatio = Readonly<Record<Split, number>>;

/** The facts that decide which part a task is assigned to. */
export interface SplitTask {
  readonly id: TaskId;
  /** Empty for a picture without boxes. */
  readonly labelIds: readonly LabelId[];
  /** The part it was assigned before, which it keeps. */
  readonly split: Split | null;
}

/**
 * Assigns every task to a part; the result depends only on the tasks and the seed. The split is stratified: tasks are
 * grouped by their rarest label, empty pictures separately, and each group is distributed by the ratio, so that every
 * part has its share of each label.
 */
export function assignSplits(
  tasks: readonly SplitTask[],
  ratio: SplitRatio,
  seed: number,
): ReadonlyMap<TaskId, Split> {
  const total = SPLITS.reduce((sum, split) => sum + Math.max(0, ratio[split]), 0);
  const shares = SPLITS.map((split) =>
    total === 0 ? Number(split === 'train') : Math.max(0, ratio[split]) / total,
  );
  const random = seededRandom(seed);
  const parts = new Map<TaskId, Split>();
  const rest = [0, 0, 0];
  for (const group of groupsOf(tasks)) {
    const counts = [0, 0, 0];
    const open: SplitTask[] = [];
    for (const task of group) {
      if (task.split === null) open.push(task);
      else {
        parts.set(task.id, task.split);
        counts[SPLITS.indexOf(task.split)]! += 1;
      }
    }
    shuffle(open, random);
    // The rounding error of one group is compensated in the next groups.
    const wanted = shares.map((share, at) => share * group.length - counts[at]! + rest[at]!);
    for (const task of open) {
      const at = wanted.indexOf(Math.max(...wanted.filter((_, part) => shares[part]! > 0)));
      wanted[at]! -= 1;
      parts.set(task.id, SPLITS[at]!);
    }
    for (let at = 0; at < rest.length; at += 1) rest[at] = wanted[at]!;
  }
  return parts;
}

/** Groups tasks by rarest label, rarest group first, independent of the order of the tasks. */
function groupsOf(tasks: readonly SplitTask[]): readonly (readonly SplitTask[])[] {
  const wearing = new Map<LabelId, number>();
  for (const { labelIds } of tasks) for (const id of labelIds) wearing.set(id, (wearing.get(id) ?? 0) + 1);
  const groups = new Map<string, SplitTask[]>();
  for (const task of tasks) {
    const rarest =
      [...task.labelIds].sort((a, b) => wearing.get(a)! - wearing.get(b)! || (a < b ? -1 : 1))[0] ?? '';
    const group = groups.get(rarest);
    if (group === undefined) groups.set(rarest, [task]);
    else group.push(task);
  }
  return [...groups]
    .sort(([nameA, a], [nameB, b]) => a.length - b.length || (nameA < nameB ? -1 : 1))
    .map(([, group]) => group.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

function shuffle(list: SplitTask[], random: () => number): void {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
}

/** A pseudorandom generator of numbers in 0..1 that depends on the seed alone. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}
