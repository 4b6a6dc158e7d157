import type { WorkKey } from './annotation';
import type { ProfileId, ProjectId, RegionId } from './ids';
import { NOBODY } from './profile';

/** A person's note on a task, and the time that they spent on it. */
export interface TaskWork extends WorkKey {
  readonly projectId: ProjectId;
  readonly note: string;
  /** Milliseconds of work, pauses left out. */
  readonly spentMs: number;
  /** The regions in the order that a person gave their list; newer ones are not in it. */
  readonly orderByHand: readonly RegionId[];
}

/** What one person noted of a task; where they have no row of their own yet, what nobody's row says. */
export const workOf = (rows: readonly TaskWork[], profileId: ProfileId): TaskWork | null =>
  rows.find((row) => row.profileId === profileId) ?? rows.find((row) => row.profileId === NOBODY) ?? null;

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
