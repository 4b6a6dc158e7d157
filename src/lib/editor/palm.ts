/** What a finger may do now. */
export type FingerUse = 'all' | 'view' | 'nothing';

/** After a pen was last seen over the screen, for so many milliseconds a hand may still rest there. */
const RESTING_MS = 1000;
/** For so long after it the pen is taken for the tool in hand: fingers move the view, they do not draw. */
const IN_HAND_MS = 10_000;

/** Tells a palm from a finger by the pen: who draws with a pen rests the hand on the screen. Times in milliseconds. */
export class PalmGuard {
  #seenAt = -Infinity;

  /** The pen was near or on the screen. */
  penSeen(atMs: number): void {
    this.#seenAt = atMs;
  }

  fingerUse(atMs: number): FingerUse {
    const since = atMs - this.#seenAt;
    return since < RESTING_MS ? 'nothing' : since < IN_HAND_MS ? 'view' : 'all';
  }
}
