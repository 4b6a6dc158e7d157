import type { ProjectId, RegionId, TaskId } from './ids';

/** What stands beside a task's annotation: a word to oneself, and the time that went into it. */
export interface TaskWork {
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  readonly note: string;
  /** Milliseconds of work, pauses left out. */
  readonly spentMs: number;
  /** The regions in the order that a person gave their list; newer ones are not in it. */
  readonly orderByHand: readonly RegionId[];
}

/** Longer than this without a hand on mouse, pen or key is a pause, and a pause counts nothing. */
export const PAUSE_MS = 60_000;

/** Time under measurement: all of it until now, and the last sign of work; null while nobody works. */
export interface Stopwatch {
  readonly spentMs: number;
  readonly lastMs: number | null;
}

export const STOPPED: Stopwatch = { spentMs: 0, lastMs: null };

/**
 * A sign of work at a moment, in milliseconds of a clock that never goes back. The time since the last sign
 * counts, unless it was a pause.
 */
export function tick({ spentMs, lastMs }: Stopwatch, atMs: number): Stopwatch {
  const sinceMs = lastMs === null ? 0 : atMs - lastMs;
  return { spentMs: spentMs + (sinceMs <= PAUSE_MS ? Math.max(0, sinceMs) : 0), lastMs: atMs };
}

/** The page was left or hidden: what follows does not count until the next sign of work. */
export const stop = (watch: Stopwatch, atMs: number): Stopwatch => ({ ...tick(watch, atMs), lastMs: null });
