import type { EpochMs } from '$lib/domain/ids';

export interface Clock {
  now(): EpochMs;
}

/** Makes UUIDs. */
export type MakeId = () => string;

/** Locks between tabs and workers of this browser; a lock is gone with the tab that held it. */
export interface Locks {
  /** Takes the lock if nobody holds it; the answer lets it go again. Null: somebody else has it. */
  tryHold(name: string): Promise<(() => void) | null>;
}
