import type { Task } from './task';

/** Regions held at once where whole tasks are read, whatever one picture has. */
const REGIONS_AT_ONCE = 50_000;

/** The first of these tasks, at least one, with about as many regions as may be held at once. */
export function portionOf(tasks: readonly Task[]): readonly Task[] {
  let regions = 0;
  const end = tasks.findIndex((task) => (regions += task.regionCount) > REGIONS_AT_ONCE);
  return end < 0 ? tasks : tasks.slice(0, Math.max(1, end));
}
