/** What a finger may do at the moment: everything, move the view, or nothing. */
export type FingerUse = 'all' | 'view' | 'nothing';

/** For this long after the pen was last seen, touches count as the resting hand, in milliseconds. */
const RESTING_MS = 1000;
/** For this long after the pen was last seen, fingers move the view but do not draw, in milliseconds. */
const IN_HAND_MS = 10_000;

/** Palm rejection: a person who draws with a pen rests the hand on the screen. All times are in milliseconds. */
export class PalmGuard {
  #seenAt = -Infinity;

  /** Records that the pen was near or on the screen. */
  penSeen(atMs: number): void {
    this.#seenAt = atMs;
  }

  fingerUse(atMs: number): FingerUse {
    const since = atMs - this.#seenAt;
    return since < RESTING_MS ? 'nothing' : since < IN_HAND_MS ? 'view' : 'all';
  }
}
