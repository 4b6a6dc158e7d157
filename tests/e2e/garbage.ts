import type { Page } from '@playwright/test';
import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 5;

/** From now on the browser collects the garbage of the page's workers without pause. The answer ends that. */
export async function collectGarbage(page: Page): Promise<() => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  const workers = new Set<string>();
  cdp.on('Target.attachedToTarget', ({ sessionId }) => workers.add(sessionId));
  cdp.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId));
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const enough = new AbortController();
  const collecting = (async () => {
    for (let id = 1; !enough.signal.aborted; id += 1) {
      const message = JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' });
      // A worker may have ended just now.
      for (const sessionId of workers)
        await cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => undefined);
      await wait(EVERY_MS);
    }
  })();
  return async () => {
    enough.abort();
    await collecting;
    await cdp.detach();
  };
}
