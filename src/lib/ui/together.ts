/** Often enough to look alive. */
const EVERY_MS = 100;

let waiting: (() => void)[] = [];
let lastAt = Number.NEGATIVE_INFINITY;

/**
 * Shows what comes in quick succession together: every frame is drawn as a whole, so a hundred small pictures that
 * come one after another would cost a hundred frames, and what brings the next ones waits for each.
 */
export function together(show: () => void): void {
  waiting.push(show);
  if (waiting.length === 1) setTimeout(showAll, Math.max(0, lastAt + EVERY_MS - performance.now()));
}

function showAll(): void {
  const all = waiting;
  waiting = [];
  lastAt = performance.now();
  for (const show of all) show();
}
