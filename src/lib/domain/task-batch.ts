import type { Task } from './task';

/** Upper bound of regions in memory while whole tasks are read. */
const REGIONS_AT_ONCE = 50_000;

/** The first tasks of a list that fit into one batch by their number of regions; at least one task. */
export function batchOf(tasks: readonly Task[]): readonly Task[] {
  let regions = 0;
  const end = tasks.findIndex((task) => (regions += task.regionCount) > REGIONS_AT_ONCE);
  return end < 0 ? tasks : tasks.slice(0, Math.max(1, end));
}
