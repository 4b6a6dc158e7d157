type Step = () => void;

/** A write that takes longer is shown as under way, in milliseconds. */
const LATE_MS = 40;

/**
 * [Note: Gate]
 * Every committed gesture is on disk before the next one can be made. While a change is being written,
 * everything the person does (gestures, commands, choices) waits here and is played in its order when the
 * write is done: a tool or label chosen after a gesture never changes what that gesture means. If a write
 * fails, the change is taken back, the work that waited is dropped, and no work is taken until `retry`.
 *
 * Screens draw a change once it is on disk, a few milliseconds later: drawing first would hold up the write's
 * answer, and with it the next gesture. A slow disk does not keep the screen waiting, see LATE_MS.
 */
export class Gate {
  readonly #tell: () => void;
  readonly #tellBegin: () => void;
  #writing: Promise<void> | null = null;
  #waiting: { readonly step: Step; readonly isChoice: boolean }[] = [];
  #failure: unknown = null;
  /** Runs while a write has just begun. */
  #late: ReturnType<typeof setTimeout> | undefined;

  /**
   * `tell` is called when a write has ended, after what waited was played, and when one takes long; `tellBegin`
   * when one begins.
   */
  constructor(tell: () => void, tellBegin: () => void) {
    this.#tell = tell;
    this.#tellBegin = tellBegin;
  }

  get isShut(): boolean {
    return this.#writing !== null;
  }

  /** A write has begun, and will most likely have ended before anybody could see that. */
  get isBrief(): boolean {
    return this.#late !== undefined;
  }

  /** Why the last write failed; null while all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  retry(): void {
    this.#failure = null;
  }

  /** Settles when nothing waits and everything is on disk. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** What may change regions: dropped after a failed write. */
  work(step: Step): void {
    this.#pass(step, false);
  }

  /** What only says how to go on (tool, label, selection): has its place in the order, and is never lost. */
  choice(step: Step): void {
    this.#pass(step, true);
  }

  /** Shuts the gate until `write` settles; `takeBack` is called if it fails. */
  shut(write: Promise<void>, takeBack: () => void): void {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#late = undefined;
      this.#tell();
    }, LATE_MS);
    this.#writing = write.then(
      () => this.#open(),
      (error: unknown) => {
        takeBack();
        this.#failure = error;
        this.#open();
      },
    );
    this.#tellBegin();
  }

  #pass(step: Step, isChoice: boolean): void {
    if (this.isShut) this.#waiting.push({ step, isChoice });
    else if (isChoice || this.#failure === null) step();
  }

  /** Plays what waited, until a step shuts the gate again. */
  #open(): void {
    this.#writing = null;
    clearTimeout(this.#late);
    this.#late = undefined;
    while (!this.isShut) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#pass(next.step, next.isChoice);
    }
    this.#tell();
  }
}
