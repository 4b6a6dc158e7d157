import type { EpochMs } from '$lib/domain/ids';

export interface Clock {
  now(): EpochMs;
}

/** Generates UUIDs. */
export type MakeId = () => string;

/** Locks between tabs and workers of this browser; a lock is released when its tab closes. */
export interface Locks {
  /**
   * Takes the lock if it is free and returns a function that releases it; returns null if somebody else holds it. Calls
   * `onLost` if another tab takes it over.
   */
  tryHold(name: string, onLost?: () => void): Promise<(() => void) | null>;
  /** Waits until the lock is free and takes it. */
  hold(name: string): Promise<() => void>;
  /** Takes the lock from its holder. */
  takeOver(name: string, onLost: () => void): Promise<() => void>;
}
