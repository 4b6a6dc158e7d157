import type { EpochMs } from '$lib/domain/ids';

export interface Clock {
  now(): EpochMs;
}

/** Makes UUIDs. */
export type MakeId = () => string;

/** Locks between tabs and workers of this browser; a lock is gone with the tab that held it. */
export interface Locks {
  /**
   * Takes the lock if nobody holds it; the answer lets it go again. Null: somebody else has it. `onLost` is
   * called if another tab takes it over meanwhile.
   */
  tryHold(name: string, onLost?: () => void): Promise<(() => void) | null>;
  /** Takes the lock as soon as nobody holds it. */
  hold(name: string): Promise<() => void>;
  /** Takes the lock from whoever holds it. */
  takeOver(name: string, onLost: () => void): Promise<() => void>;
}
