/** A timer that pauses while it is held, for example while a person reads the notice that it would close. */
export class Countdown {
  #leftMs: number;
  /** Time of the last start, by `performance.now()`. */
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

  /** Resumes the timer once nothing holds it. */
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
