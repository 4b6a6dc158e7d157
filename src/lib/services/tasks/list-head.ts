import type { LabelId, ProjectId } from '$lib/domain/ids';
import { labelResolver } from '$lib/domain/label-resolution';
import { resolveTally, taskCount } from '$lib/domain/tally';
import type { TaskProgress } from '$lib/domain/task';
import type { Database } from '../ports/database';

export type TaskCounts = Readonly<Record<TaskProgress, number>>;

/** Facts for the head of a list; boxes by their current labels, if they are known. */
export interface ListHead {
  /** Null while they are being counted. */
  readonly counts: TaskCounts | null;
  readonly boxes: ReadonlyMap<LabelId, number>;
  readonly total: number;
  /** Whether every number from 1 to the last exists, so that a list in that order needs no index. */
  readonly isWithoutGaps: boolean;
}

/** Visible rows are read before tasks are counted by their index, which keeps the database busy. */
const COUNT_AFTER_MS = 300;

/**
 * Watches the head of a project's list. For a project without a tally (its rows came from elsewhere) it calls back at
 * once with the total alone; the counts by progress follow. Returns an unsubscribe function.
 */
export function watchListHead(
  database: Database,
  projectId: ProjectId,
  onValue: (head: ListHead) => void,
  onError: (error: unknown) => void,
): () => void {
  let head: ListHead | null = null;
  let counted: TaskCounts | null = null;
  let stopCounting: (() => void) | null = null;

  function notify(): void {
    if (head?.counts === null && counted !== null)
      onValue({ ...head, counts: counted, total: taskCount({ progress: counted }) });
    else if (head !== null) onValue(head);
  }

  function takeCounts(counts: TaskCounts): void {
    counted = counts;
    notify();
  }

  function startCounting(): () => void {
    const timer = setTimeout(() => {
      stopCounting = database.watch(() => database.tasks.counts(projectId), takeCounts, onError);
    }, COUNT_AFTER_MS);
    return () => clearTimeout(timer);
  }

  const stop = database.watch(
    () => readHead(database, projectId),
    (next) => {
      head = next;
      notify();
      if (head.counts === null) stopCounting ??= startCounting();
    },
    onError,
  );
  return () => {
    stop();
    stopCounting?.();
  };
}

async function readHead({ projects, tasks }: Database, projectId: ProjectId): Promise<ListHead> {
  const [project, tally, last] = await Promise.all([
    projects.get(projectId),
    tasks.tally(projectId),
    tasks.lastNumber(projectId),
  ]);
  const found = tally ? taskCount(tally) : await tasks.totalWithoutTally(projectId);
  const counts = tally?.progress ?? (found === null ? await tasks.counts(projectId) : null);
  const total = found ?? taskCount({ progress: counts! });
  const boxes = project && tally ? resolveTally(tally.boxes, labelResolver(project)) : new Map();
  return { counts, boxes, total, isWithoutGaps: total === last };
}
