/** A timer that stands still while somebody holds it, for what should not leave while it is read. */
export class Countdown {
  #leftMs: number;
  /** When it last began to run, by `performance.now()`. */
  #startedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of holders: the pointer over it and the focus inside it count one each. */
  #holds = 0;
  readonly #onEnd: () => void;

  constructor(ms: number, onEnd: () => void) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.#run();
  }

  hold(): void {
    this.#holds += 1;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= performance.now() - this.#startedAt;
  }

  /** Lets the time go on once nothing holds it any more. */
  release(): void {
    this.#holds = Math.max(0, this.#holds - 1);
    if (this.#holds === 0 && this.#timer === undefined) this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#onEnd, Math.max(0, this.#leftMs));
  }
}
