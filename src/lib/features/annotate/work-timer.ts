import type { Task } from '$lib/domain/task';
import { STOPPED, stop, tick, type Stopwatch } from '$lib/domain/work';

/** Interval at which the time is saved, in milliseconds: a killed browser loses no more than this. */
const SAVE_EVERY_MS = 15_000;

type Worked = Pick<Task, 'id' | 'projectId'>;

/** Measures the time worked on each task, and passes it to `save`. */
export class WorkTimer {
  readonly #nowMs: () => number;
  readonly #save: (task: Worked, ms: number) => void;
  #task: Worked | null = null;
  #watch: Stopwatch = STOPPED;

  /** `nowMs` is a monotonic clock in milliseconds. */
  constructor(nowMs: () => number, save: (task: Worked, ms: number) => void) {
    this.#nowMs = nowMs;
    this.#save = save;
  }

  begin(task: Worked): void {
    this.end();
    this.#task = task;
    this.recordActivity();
  }

  /** Records activity of mouse, pen, touch or keyboard. */
  recordActivity(): void {
    if (!this.#task) return;
    this.#watch = tick(this.#watch, this.#nowMs());
    if (this.#watch.spentMs >= SAVE_EVERY_MS) this.#flush();
  }

  /** Called when the page is hidden or its window loses the focus. */
  pause(): void {
    if (this.#task && this.#watch.lastMs !== null) this.#watch = stop(this.#watch, this.#nowMs());
    this.#flush();
  }

  end(): void {
    this.pause();
    this.#task = null;
    this.#watch = STOPPED;
  }

  #flush(): void {
    const ms = Math.round(this.#watch.spentMs);
    if (this.#task && ms > 0) this.#save(this.#task, ms);
    this.#watch = { ...this.#watch, spentMs: 0 };
  }
}
