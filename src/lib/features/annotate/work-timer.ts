import type { Task } from '$lib/domain/task';
import { STOPPED, stop, tick, type Stopwatch } from '$lib/domain/work';

/** A killed browser loses no more than this of the time, in milliseconds. */
const KEEP_EVERY_MS = 15_000;

type Worked = Pick<Task, 'id' | 'projectId'>;

/** Measures the work on one task after the other; `keep` is given the time as it goes by. */
export class WorkTimer {
  readonly #nowMs: () => number;
  readonly #keep: (task: Worked, ms: number) => void;
  #task: Worked | null = null;
  #watch: Stopwatch = STOPPED;

  /** `nowMs`: a clock that never goes back. */
  constructor(nowMs: () => number, keep: (task: Worked, ms: number) => void) {
    this.#nowMs = nowMs;
    this.#keep = keep;
  }

  begin(task: Worked): void {
    this.end();
    this.#task = task;
    this.sign();
  }

  /** A hand on mouse, pen, finger or key. */
  sign(): void {
    if (!this.#task) return;
    this.#watch = tick(this.#watch, this.#nowMs());
    if (this.#watch.spentMs >= KEEP_EVERY_MS) this.#store();
  }

  /** The page is hidden or another window has the keyboard. */
  pause(): void {
    if (this.#task && this.#watch.lastMs !== null) this.#watch = stop(this.#watch, this.#nowMs());
    this.#store();
  }

  end(): void {
    this.pause();
    this.#task = null;
    this.#watch = STOPPED;
  }

  #store(): void {
    const ms = Math.round(this.#watch.spentMs);
    if (this.#task && ms > 0) this.#keep(this.#task, ms);
    this.#watch = { ...this.#watch, spentMs: 0 };
  }
}
