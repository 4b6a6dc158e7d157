import type { BrowserContext, Page } from '@playwright/test';
import { setTimeout as wait } from 'node:timers/promises';
import { isolatesOf } from '../../scripts/bench/memory.mjs';

const EVERY_MS = 5;

/** From now on the browser collects the garbage of a page and its workers without pause. The answer ends that. */
export async function collectGarbage(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const ask = await isolatesOf(context, page);
  const enough = new AbortController();
  const collecting = (async () => {
    while (!enough.signal.aborted) {
      await ask('HeapProfiler.collectGarbage');
      await wait(EVERY_MS);
    }
  })();
  return async () => {
    enough.abort();
    await collecting;
  };
}
