/** A set of callbacks that are notified of changes. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** Calls `listener` after every change. Returns an unsubscribe function. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  };

  readonly notify = (): void => {
    for (const listener of this.#all) listener();
  };
}
