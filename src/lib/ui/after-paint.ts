/** A page that nobody sees is not painted: then so many milliseconds are enough. */
const LATEST_MS = 1000;

/** Settles when what was changed just now is on the screen: for work that would only keep the person waiting for it. */
export function afterPaint(): Promise<void> {
  return new Promise((done) => {
    const latest = setTimeout(done, LATEST_MS);
    requestAnimationFrame(() => {
      clearTimeout(latest);
      // A task that is posted now runs after this frame.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(null);
    });
  });
}

/** Starts something then; the answer stops it, whether or not it has begun. */
export function oncePainted(start: () => () => void): () => void {
  let stop: (() => void) | null = null;
  let isOver = false;
  void afterPaint().then(() => {
    if (!isOver) stop = start();
  });
  return () => {
    isOver = true;
    stop?.();
  };
}
