/** Time between two batches in milliseconds: short enough that a list that fills looks alive. */
const EVERY_MS = 100;

let waiting: (() => void)[] = [];
let lastAt = Number.NEGATIVE_INFINITY;

/**
 * Batches updates of the screen that arrive in quick succession. The browser draws every frame as a whole, so a hundred
 * thumbnails that arrive one after another would cost a hundred frames, and decoding the next ones would wait for each.
 */
export function batchUpdates(show: () => void): void {
  waiting.push(show);
  if (waiting.length === 1) setTimeout(showAll, Math.max(0, lastAt + EVERY_MS - performance.now()));
}

function showAll(): void {
  const all = waiting;
  waiting = [];
  lastAt = performance.now();
  for (const show of all) show();
}
