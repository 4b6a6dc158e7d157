type Place = symbol;

interface Holder {
  readonly place: Place;
  readonly isDirty: () => boolean;
}

/** What was entered and is not kept yet. Whoever leaves is asked first. */
class Unsaved {
  readonly #holders = new Set<Holder>();
  /** What is being asked: leaving goes on with `leave`. */
  question = $state.raw<{ readonly leave: () => void } | null>(null);

  /** Watches over one place, such as a dialog; returns the function that ends it. */
  hold(place: Place, isDirty: () => boolean): () => void {
    const holder = { place, isDirty };
    this.#holders.add(holder);
    return () => this.#holders.delete(holder);
  }

  /** Whether anything would be lost in a place; without one, anywhere. */
  isDirty(place?: Place): boolean {
    return [...this.#holders].some(
      (holder) => (place === undefined || holder.place === place) && holder.isDirty(),
    );
  }

  /** Leaves a place at once if nothing would be lost, else asks. */
  leave(place: Place | undefined, leave: () => void): void {
    if (this.isDirty(place)) this.question = { leave };
    else leave();
  }

  /** The person's answer. */
  answer(isLeaving: boolean): void {
    const asked = this.question;
    this.question = null;
    if (isLeaving) asked?.leave();
  }
}

export const unsaved = new Unsaved();
