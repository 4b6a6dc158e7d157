/** Hidden pages are not painted, so the wait ends after this many milliseconds. */
const LATEST_MS = 1000;

/** Resolves when the present changes are painted. Use it for work that would delay the paint. */
export function afterPaint(): Promise<void> {
  return new Promise((done) => {
    const latest = setTimeout(done, LATEST_MS);
    requestAnimationFrame(() => {
      clearTimeout(latest);
      // A posted message is handled after this frame.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(null);
    });
  });
}

/** Calls `start` after the next paint. Returns a function that stops what was started, or prevents the start. */
export function runAfterPaint(start: () => () => void): () => void {
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
