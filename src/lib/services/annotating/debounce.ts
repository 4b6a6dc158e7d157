/** A call that runs at once; of those that follow within `ms` of each other, one more run when they have ended. */
export function atOnceAndAtRest(run: () => void, ms: number): () => void {
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
