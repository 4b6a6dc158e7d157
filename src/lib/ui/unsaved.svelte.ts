type Place = symbol;

interface Holder {
  readonly place: Place;
  readonly isDirty: () => boolean;
}

/** Tracks data that was entered but not saved. The user is asked before leaving it. */
class Unsaved {
  readonly #holders = new Set<Holder>();
  /** The question being asked; `leave` goes on leaving. */
  question = $state.raw<{ readonly leave: () => void } | null>(null);

  /** Registers a place, such as a dialog. Returns a function that unregisters it. */
  register(place: Place, isDirty: () => boolean): () => void {
    const holder = { place, isDirty };
    this.#holders.add(holder);
    return () => this.#holders.delete(holder);
  }

  /** True if leaving the place would lose data. Without a place, it checks all. */
  isDirty(place?: Place): boolean {
    return [...this.#holders].some(
      (holder) => (place === undefined || holder.place === place) && holder.isDirty(),
    );
  }

  /** Leaves at once if nothing would be lost; otherwise asks. */
  leave(place: Place | undefined, leave: () => void): void {
    if (this.isDirty(place)) this.question = { leave };
    else leave();
  }

  /** Answers the question. */
  answer(isLeaving: boolean): void {
    const asked = this.question;
    this.question = null;
    if (isLeaving) asked?.leave();
  }
}

export const unsaved = new Unsaved();
