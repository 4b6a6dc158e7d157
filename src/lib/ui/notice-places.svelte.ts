interface Place {
  readonly isInDialog: boolean;
}

/** Where notices can stand. They stand in one place at a time: in the newest dialog, else on the page. */
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
