type Step = () => void;

/** A write that takes longer than this is shown as under way, in milliseconds. */
const LATE_MS = 40;

/**
 * [Note: Write barrier]
 * Every committed gesture is on disk before the next one can be made. While a change is being written,
 * everything the person does (gestures, commands, choices) waits here and is played in its order when the
 * write is done: a tool or label chosen after a gesture never changes what that gesture means. If a write
 * fails, the change is rolled back, the edits that waited are dropped, and no edit is taken until `retry`.
 *
 * Screens draw a change once it is on disk, a few milliseconds later: drawing first would hold up the write's
 * answer, and with it the next gesture. A slow disk does not keep the screen waiting, see LATE_MS.
 */
export class WriteBarrier {
  readonly #notify: () => void;
  readonly #notifyStart: () => void;
  #writing: Promise<void> | null = null;
  #waiting: { readonly step: Step; readonly isChoice: boolean }[] = [];
  #failure: unknown = null;
  /** Timer that runs while a write is still brief, see LATE_MS. */
  #late: ReturnType<typeof setTimeout> | undefined;

  /**
   * `notify` is called when a write has ended and the waiting steps have run, and when a write takes long.
   * `notifyStart` is called when a write begins.
   */
  constructor(notify: () => void, notifyStart: () => void) {
    this.#notify = notify;
    this.#notifyStart = notifyStart;
  }

  get isWriting(): boolean {
    return this.#writing !== null;
  }

  /** True just after a write began: most writes end before anybody could see one. */
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

  /** Resolves when no step waits and everything is on disk. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Runs a step that may change regions, after the writes before it. It is dropped if a write fails. */
  edit(step: Step): void {
    this.#pass(step, false);
  }

  /**
   * Runs a step that only makes a choice (tool, label, selection). It keeps its place in the order and is never
   * dropped.
   */
  choose(step: Step): void {
    this.#pass(step, true);
  }

  /** Delays all steps until `write` settles; `rollBack` is called if it fails. */
  wait(write: Promise<void>, rollBack: () => void): void {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#late = undefined;
      this.#notify();
    }, LATE_MS);
    this.#writing = write.then(
      () => this.#open(),
      (error: unknown) => {
        rollBack();
        this.#failure = error;
        this.#open();
      },
    );
    this.#notifyStart();
  }

  #pass(step: Step, isChoice: boolean): void {
    if (this.isWriting) this.#waiting.push({ step, isChoice });
    else if (isChoice || this.#failure === null) step();
  }

  /** Runs the waiting steps until one of them begins another write. */
  #open(): void {
    this.#writing = null;
    clearTimeout(this.#late);
    this.#late = undefined;
    while (!this.isWriting) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#pass(next.step, next.isChoice);
    }
    this.#notify();
  }
}
