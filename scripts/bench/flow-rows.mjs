import { percentile, seedProject } from './measure.mjs';
import { pageMemory, releaseOf } from './memory.mjs';

/** @import { BrowserContext, Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {() => Promise<{ server: { url: string }, context: BrowserContext, page: Page, profile: string, end: () => Promise<void> }>} MakeWorld */
/** @typedef {(page: Page, url: string) => Promise<void>} OpenSample */

/** Fewer for a first look: `KAKOMI_BENCH_PICTURES=300 npm run bench -- --only flow/memory`. */
const PICTURES = Number(process.env['KAKOMI_BENCH_PICTURES'] ?? 1000);
const WARM = 100;
const FRAME_MS = 1000 / 60;

/**
 * Milliseconds from the key to the end of the frame that shows picture `number`: its canvas says how the picture
 * lies in the same turn in which it is drawn, and a task posted then runs after that frame was painted.
 */
const nextPicture = (/** @type {Page} */ page, /** @type {number} */ number) =>
  page.evaluate(
    (wanted) =>
      new Promise((/** @type {(ms: number) => void} */ done) => {
        const isShown = () =>
          document.querySelector('h1')?.textContent.startsWith(`#${wanted} `) &&
          document.querySelector('[data-testid=canvas][data-image-scale]');
        const observer = new MutationObserver(() => {
          if (!isShown()) return;
          observer.disconnect();
          const painted = new MessageChannel();
          painted.port1.onmessage = () => done(performance.now() - start);
          painted.port2.postMessage(null);
        });
        observer.observe(document.body, {
          childList: true,
          characterData: true,
          subtree: true,
          attributeFilter: ['data-image-scale'],
        });
        const start = performance.now();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', bubbles: true }));
      }),
    number,
  );

/** Copies of a sample picture for every task of a seeded project, in the browser's own storage. */
export const addPictures = (
  /** @type {Page} */ page,
  /** @type {string} */ projectId,
  /** @type {number} */ count,
) =>
  page.evaluate(async ([id, pictures]) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('sources');
    const folder = await root.getDirectoryHandle(/** @type {string} */ (id));
    const blobs = await Promise.all(
      Array.from({ length: 24 }, async (_, at) =>
        (await fetch(`/sample/pictures/mucosa-${String(at + 1).padStart(3, '0')}.jpg`)).blob(),
      ),
    );
    for (let number = 1; number <= /** @type {number} */ (pictures); number += 1) {
      const file = await folder.getFileHandle(`${number}.jpg`, { create: true });
      const writable = await file.createWritable();
      await writable.write(/** @type {Blob} */ (blobs[number % blobs.length]));
      await writable.close();
    }
  }, /** @type {const} */ ([projectId, count]));

/** @returns {readonly Row[]} */
export const flowRows = (/** @type {MakeWorld} */ makeWorld, /** @type {OpenSample} */ openSample) => [
  {
    name: 'flow/Next Task key to the frame with the picture, p95',
    unit: 'ms',
    goal: '<= 2 frames',
    isMet: (value) => value <= 2 * FRAME_MS,
    async sample() {
      const { server, page, end } = await makeWorld();
      await openSample(page, server.url);
      const times = [];
      for (let number = 2; number <= 24; number += 1) {
        times.push(await nextPicture(page, number));
        await page.waitForTimeout(400);
      }
      await end();
      return { value: percentile(times, 0.95), limit: 2 * FRAME_MS };
    },
  },
  {
    name: `flow/memory after ${PICTURES.toLocaleString('en')} pictures visited`,
    unit: 'MB',
    goal: `<= 1.1 x after ${WARM}`,
    isMet: (value, limit) => limit !== null && value / limit <= 1.1,
    async sample() {
      const { server, page, context, profile, end } = await makeWorld();
      await page.goto(server.url);
      await page.waitForTimeout(800);
      const projectId = await seedProject(page, PICTURES, 5);
      await addPictures(page, projectId, PICTURES);
      await page.goto(`${server.url}projects/${projectId}`);
      await page.getByRole('row').nth(1).click();
      await page.waitForSelector('[data-image-scale]');
      const release = await releaseOf(context, page);
      const settle = async () => {
        await page.waitForTimeout(1500);
        await release();
        await page.waitForTimeout(1000);
        return pageMemory(profile);
      };
      let limit = 0;
      for (let number = 2; number <= PICTURES; number += 1) {
        await page.locator('[aria-label="Next Task"]:not(:disabled)').waitFor();
        await nextPicture(page, number);
        if (number === WARM) limit = await settle();
      }
      const value = await settle();
      await end();
      return { value, limit };
    },
  },
];
