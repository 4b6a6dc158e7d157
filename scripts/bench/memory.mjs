import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** @import { BrowserContext, Page } from 'playwright' */
/** @typedef {(method: string) => Promise<readonly Record<string, number>[]>} AskIsolates */

const MB = 1024 * 1024;
const LOOK_EVERY_MS = 200;
/** A worker that ended meanwhile never answers; one that is busy answers late. */
const ANSWERS_WITHIN_MS = 2000;

/** What each process of the browser on this profile holds, as the system counts what is shared between them, in MB. */
function processes(/** @type {string} */ profile) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
        return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
      } catch {
        return [];
      }
    });
  const family = new Set(all.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  for (let size = -1; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all
    .filter(({ pid }) => family.has(pid))
    .flatMap(({ pid, command }) => {
      try {
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        const megabytes = Number(/^Pss:\s*(\d+)/m.exec(rollup)?.[1]) / 1024;
        return [{ megabytes, isRenderer: command.includes('--type=renderer') }];
      } catch {
        return [];
      }
    });
}

const sum = (/** @type {readonly number[]} */ values) => values.reduce((total, value) => total + value, 0);

/** Of the largest page process, in MB; NaN where the system does not say. */
export const pageMemory = (/** @type {string} */ profile) =>
  read(() =>
    Math.max(...processes(profile).flatMap(({ isRenderer, megabytes }) => (isRenderer ? [megabytes] : []))),
  );

/** Of all processes, in MB; NaN where the system does not say. */
export const browserMemory = (/** @type {string} */ profile) =>
  read(() => sum(processes(profile).map(({ megabytes }) => megabytes)));

function read(/** @type {() => number} */ measure) {
  try {
    return measure();
  } catch {
    return Number.NaN;
  }
}

/**
 * Asks a page and each of its workers, which have heaps of their own, by the debugging protocol.
 *
 * @returns {Promise<AskIsolates>}
 */
export async function isolatesOf(/** @type {BrowserContext} */ context, /** @type {Page} */ page) {
  const cdp = await context.newCDPSession(page);
  const workers = /** @type {Set<string>} */ (new Set());
  const waiting = /** @type {Map<number, (answer: Record<string, number>) => void>} */ (new Map());
  let asked = 0;
  cdp.on('Target.attachedToTarget', ({ sessionId }) => workers.add(sessionId));
  cdp.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId));
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result ?? {});
    waiting.delete(id);
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const ofWorker = (/** @type {string} */ sessionId, /** @type {string} */ method) => {
    const id = (asked += 1);
    const answer = new Promise((/** @type {(answer: Record<string, number>) => void} */ done) =>
      waiting.set(id, done),
    );
    const message = JSON.stringify({ id, method });
    cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => waiting.get(id)?.({}));
    return Promise.race([answer, wait(ANSWERS_WITHIN_MS, {})]);
  };
  return async (method) =>
    Promise.all([
      /** @type {Promise<Record<string, number>>} */ (
        cdp.send(/** @type {'Runtime.getHeapUsage'} */ (method))
      ),
      ...[...workers].map((sessionId) => ofWorker(sessionId, method)),
    ]);
}

/**
 * Has a page give up what it does not hold: garbage, its workers' too, and what the browser keeps of pictures that
 * were drawn once for as long as there is memory.
 */
export async function releaseOf(/** @type {BrowserContext} */ context, /** @type {Page} */ page) {
  const ask = await isolatesOf(context, page);
  const cdp = await context.newCDPSession(page);
  return async () => {
    await ask('HeapProfiler.collectGarbage');
    await cdp.send('Memory.simulatePressureNotification', { level: 'critical' });
  };
}

/** Megabytes of JavaScript in a page after a collection; its workers are not counted. */
export async function heapOf(/** @type {Page} */ page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.enable');
  for (let turn = 0; turn < 3; turn += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  await cdp.detach();
  return usedSize / MB;
}

/**
 * Megabytes of JavaScript in a page and its workers, buffers and the garbage of from now on included: the most until
 * it is ended.
 */
export async function peakHeap(/** @type {BrowserContext} */ context, /** @type {Page} */ page) {
  const ask = await isolatesOf(context, page);
  for (let turn = 0; turn < 3; turn += 1) await ask('HeapProfiler.collectGarbage');
  return peakOf(async () => {
    const told = await ask('Runtime.getHeapUsage');
    return sum(told.map(({ usedSize = 0, backingStorageSize = 0 }) => usedSize + backingStorageSize)) / MB;
  });
}

/** Looks again and again; what it gives back ends that and tells the most. */
export function peakOf(/** @type {() => number | Promise<number>} */ measure) {
  let peak = -Infinity;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await measure());
      await wait(LOOK_EVERY_MS);
    }
  })();
  return async () => {
    isOver = true;
    await looking;
    return peak;
  };
}
