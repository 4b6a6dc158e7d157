import type { WorkKey } from './annotation';
import type { ProfileId, ProjectId, RegionId } from './ids';
import { NOBODY } from './profile';

/** A person's note on a task, and the time that they spent on it. */
export interface TaskWork extends WorkKey {
  readonly projectId: ProjectId;
  readonly note: string;
  /** Milliseconds of work, without pauses. */
  readonly spentMs: number;
  /** The regions in the order that a person gave their list; newer regions are not in it. */
  readonly orderByHand: readonly RegionId[];
}

/** The notes of one person on a task; if they have no row yet, the row of `NOBODY`. */
export const workOf = (rows: readonly TaskWork[], profileId: ProfileId): TaskWork | null =>
  rows.find((row) => row.profileId === profileId) ?? rows.find((row) => row.profileId === NOBODY) ?? null;

/** In milliseconds: a longer time without pointer or keyboard input is a pause, which does not count. */
export const PAUSE_MS = 60_000;

/** Time under measurement: the total until now, and the time of the last input; null if nobody is working. */
export interface Stopwatch {
  readonly spentMs: number;
  readonly lastMs: number | null;
}

export const STOPPED: Stopwatch = { spentMs: 0, lastMs: null };

/**
 * Counts an input at a moment, in milliseconds of a monotonic clock. The time since the last input counts, unless it
 * was a pause.
 */
export function tick({ spentMs, lastMs }: Stopwatch, atMs: number): Stopwatch {
  const sinceMs = lastMs === null ? 0 : atMs - lastMs;
  return { spentMs: spentMs + (sinceMs <= PAUSE_MS ? Math.max(0, sinceMs) : 0), lastMs: atMs };
}

/** Stops the watch when the page is left or hidden: time does not count until the next input. */
export const stop = (watch: Stopwatch, atMs: number): Stopwatch => ({ ...tick(watch, atMs), lastMs: null });
