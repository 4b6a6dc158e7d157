/** @import { Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
import { watched } from './data-manager-rows.mjs';
import { seedProject, untilFrame } from './measure.mjs';

/** @typedef {() => Promise<{ server: { url: string }, page: Page, end: () => Promise<void> }>} World */

const TASKS = 5000;
const BOXES = 20;
const SHOWN = "document.querySelector('main table')";
/** The numbers are taken off the page first, and then are there again. */
const ANEW = `(window.wasGone ||= !${SHOWN}) && ${SHOWN}`;
const PRESS =
  "window.wasGone = false; [...document.querySelectorAll('main button')].find((button) => button.textContent.trim() === 'Evaluate Again').click()";

/** As many predicted boxes as there are submitted ones, each a little off, as an imported file's. */
const seedPredictions = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
  page.evaluate(async (id) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('annotations').objectStore('annotations').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    const transaction = open.result.transaction('predictions', 'readwrite', { durability: 'relaxed' });
    for (const { taskId, regions } of asked.result) {
      transaction.objectStore('predictions').put({
        id: crypto.randomUUID(),
        taskId,
        projectId: id,
        modelId: 'import:bench',
        modelVersion: 1,
        createdAt: Date.now(),
        regions: regions.map(
          (
            /** @type {{ x: number, y: number, width: number, height: number, labelId: string }} */ box,
            /** @type {number} */ at,
          ) => ({
            x: box.x + (at % 5),
            y: box.y + (at % 3),
            width: box.width,
            height: box.height,
            labelId: box.labelId,
            classNumber: 0,
            className: 'polyp',
            score: ((at * 7919) % 1000) / 1000,
          }),
        ),
      });
    }
    await new Promise((done) => (transaction.oncomplete = done));
    open.result.close();
  }, projectId);

/** The bare browser: every row that the comparison needs, read and nothing more. */
const bareRead = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const start = performance.now();
    let count = 0;
    for (const name of ['tasks', 'annotations', 'predictions']) {
      const asked = open.result.transaction(name).objectStore(name).getAll();
      await new Promise((done) => (asked.onsuccess = done));
      count += asked.result.length;
    }
    const time = performance.now() - start;
    open.result.close();
    return count > 0 ? time : Number.NaN;
  });

async function judged(/** @type {World} */ world) {
  const { server, page, end } = await world();
  page.setDefaultTimeout(600_000);
  await page.goto(server.url);
  await page.waitForTimeout(800);
  const projectId = await seedProject(page, TASKS, BOXES);
  await seedPredictions(page, projectId);
  await page.goto(
    `${server.url}projects/${projectId}/models/${encodeURIComponent('import:bench')}?version=1`,
  );
  await untilFrame(page, SHOWN);
  await page.waitForTimeout(1000);
  const limit = await bareRead(page);
  const seen = await watched(page, ANEW, PRESS);
  await end();
  return { ...seen, limit };
}

/** @type {(world: World) => readonly Row[]} */
export const evaluationRows = (world) => [
  {
    name: 'models/average precision of 100,000 boxes',
    unit: 'ms',
    goal: '<= 2 x reading them',
    isMet: (value, limit) => limit !== null && value / limit <= 2,
    async sample() {
      const { time, limit } = await judged(world);
      return { value: time, limit };
    },
  },
  {
    name: 'models/longest frame during average precision of 100,000 boxes',
    unit: 'ms',
    goal: '<= 50 ms',
    isMet: (value) => value <= 50,
    sample: async () => ({ value: (await judged(world)).worst, limit: null }),
  },
];
