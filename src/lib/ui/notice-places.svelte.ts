interface Place {
  readonly isInDialog: boolean;
}

/** The places that can show notices. Only one does at a time: the newest dialog, or else the page. */
class NoticePlaces {
  #places = $state.raw<readonly Place[]>([]);

  /** Adds a place and returns the function that takes it away again. */
  add(place: Place): () => void {
    this.#places = [...this.#places, place];
    return () => (this.#places = this.#places.filter((other) => other !== place));
  }

  isShown(place: Place): boolean {
    const shown = this.#places.findLast(({ isInDialog }) => isInDialog) ?? this.#places.at(-1);
    return shown === place;
  }
}

export const noticePlaces = new NoticePlaces();
