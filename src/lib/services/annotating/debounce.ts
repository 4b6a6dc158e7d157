/** Debounces `run`: the leading call runs immediately, and one trailing call after `ms` milliseconds without calls. */
export function debounceLeadingTrailing(run: () => void, ms: number): () => void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  let isOwed = false;
  return () => {
    if (resting === undefined) run();
    else isOwed = true;
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = undefined;
      if (isOwed) run();
      isOwed = false;
    }, ms);
  };
}
