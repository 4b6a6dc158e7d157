import type { LabelId, ProjectId } from './ids';
import type { ResolveLabel } from './label-resolution';
import type { Task, TaskProgress } from './task';

/** The counts of a project, stored beside its tasks and updated with them, so that a page need not count. */
export interface Tally {
  readonly projectId: ProjectId;
  readonly progress: Readonly<Record<TaskProgress, number>>;
  /** Boxes by label; labels without boxes are omitted. */
  readonly boxes: Readonly<Record<LabelId, number>>;
  /** Only in a tally that is still being made: it counts the tasks up to this number. Absent if it counts all. */
  readonly countedTo?: number;
}

type Counted = Pick<Task, 'progress' | 'labelIds' | 'labelCounts'>;

export const emptyTally = (projectId: ProjectId): Tally => ({
  projectId,
  progress: { unlabelled: 0, draft: 0, submitted: 0, skipped: 0 },
  boxes: {},
});

/** The tally after tasks were removed (`before`) and added (`after`); a changed task is in both. */
export function changeTally(tally: Tally, before: readonly Counted[], after: readonly Counted[]): Tally {
  const progress = { ...tally.progress };
  const boxes = new Map(Object.entries(tally.boxes) as [LabelId, number][]);
  const add = (task: Counted, sign: 1 | -1) => {
    progress[task.progress] += sign;
    for (const [at, id] of task.labelIds.entries()) {
      const count = (boxes.get(id) ?? 0) + sign * (task.labelCounts[at] ?? 0);
      if (count === 0) boxes.delete(id);
      else boxes.set(id, count);
    }
  };
  for (const task of before) add(task, -1);
  for (const task of after) add(task, 1);
  return { ...tally, progress, boxes: Object.fromEntries(boxes) };
}

export function isSameTally(a: Tally, b: Tally): boolean {
  const labels = Object.keys({ ...a.boxes, ...b.boxes }) as LabelId[];
  return (
    Object.entries(a.progress).every(([key, count]) => b.progress[key as TaskProgress] === count) &&
    labels.every((id) => a.boxes[id] === b.boxes[id])
  );
}

/** Boxes by the labels that their ids mean now. */
export function resolveTally(boxes: Tally['boxes'], resolve: ResolveLabel): ReadonlyMap<LabelId, number> {
  const counts = new Map<LabelId, number>();
  for (const [id, count] of Object.entries(boxes) as [LabelId, number][]) {
    const label = resolve(id);
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + count);
  }
  return counts;
}

export const taskCount = ({ progress }: Pick<Tally, 'progress'>): number =>
  progress.unlabelled + progress.draft + progress.submitted + progress.skipped;
