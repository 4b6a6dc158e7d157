import { addPictures } from './flow-rows.mjs';
import { atMost, seedProject, untilFrame } from './measure.mjs';

/** @import { Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {() => Promise<{ server: { url: string }, page: Page, end: () => Promise<void> }>} MakeWorld */
/** @typedef {'at-once' | 'one-by-one'} Drawn How the boxes came into the draft: it began with them, or a row of the journal made each. */

const BOXES = 20_000;
/** Ten times less than it took: 19 s from the press on Submit to the next picture. */
const GOAL_MS = 1900;
/** Ten times less than it took to open such a draft, and to take its Submit back: 66 s and 38 s. */
const [OPEN_GOAL_MS, TAKE_BACK_GOAL_MS] = [6600, 3800];

/** What was submitted is unsent work again: on the first picture in the given way, on the others as one row. */
const unsend = (/** @type {Page} */ page, /** @type {Drawn} */ drawn) =>
  page.evaluate(async (how) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const answer = (/** @type {IDBRequest} */ request) =>
      new Promise((/** @type {(result: any) => void} */ done) => {
        request.onsuccess = () => done(request.result);
      });
    const names = ['tasks', 'annotations', 'drafts', 'draftEntries'];
    const transaction = open.result.transaction(names, 'readwrite');
    const [tasks, annotations, drafts, entries] = names.map((name) => transaction.objectStore(name));
    if (!tasks || !annotations || !drafts || !entries) return;
    for (const task of await answer(tasks.getAll())) {
      const key = [task.id, task.reference];
      const { taskId, profileId, projectId, imageSize, regions, choices } = await answer(
        annotations.get(key),
      );
      annotations.delete(key);
      tasks.put({ ...task, progress: 'draft', annotatedAt: null, annotator: null, reference: null });
      const isOneByOne = how === 'one-by-one' && task.number === 1;
      const draft = { taskId, profileId, projectId, choices, basedOn: 0, imageSize, savedAt: Date.now() };
      drafts.put({ ...draft, regions: isOneByOne ? [] : regions });
      if (isOneByOne)
        for (const [at, region] of regions.entries())
          entries.put({
            taskId,
            profileId,
            sequence: at + 1,
            step: 'do',
            change: {
              regions: { before: new Map(), after: new Map([[region.id, region]]) },
              choices: { before: new Map(), after: new Map() },
            },
          });
    }
    await new Promise((done) => (transaction.oncomplete = done));
    open.result.close();
  }, drawn);

const shows = (/** @type {number} */ number) =>
  `document.querySelector('h1')?.textContent.startsWith('#${number} ') && document.querySelector('[data-testid=canvas][data-image-scale]')`;
const click = (/** @type {string} */ text) =>
  `[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === '${text}' && !button.closest('.history')).click()`;

/** Milliseconds to open such a picture, from Submit to the next one, which has as many boxes, and to take it back. */
async function measured(/** @type {MakeWorld} */ makeWorld, /** @type {Drawn} */ drawn) {
  const { server, page, end } = await makeWorld();
  await page.goto(server.url);
  await page.waitForTimeout(800);
  const projectId = await seedProject(page, 3, BOXES);
  await addPictures(page, projectId, 3);
  await unsend(page, drawn);
  await page.goto(`${server.url}projects/${projectId}`);
  await page.getByRole('row').nth(1).waitFor();
  await page.waitForTimeout(500);
  const row =
    "document.querySelectorAll('[role=grid] [role=row]')[1].querySelector('a, [role=gridcell]').click()";
  const opening = await untilFrame(page, shows(1), row);
  await page.waitForTimeout(4000);
  const submitting = await untilFrame(page, shows(2), click('Submit'));
  await page.waitForTimeout(4000);
  const takingBack = await untilFrame(page, shows(1), click('Undo'));
  await end();
  return { opening, submitting, takingBack };
}

/** @returns {readonly Row[]} */
export const submitRows = (/** @type {MakeWorld} */ makeWorld) => [
  ...[
    { name: 'submit/20,000 boxes: to the next picture, which has as many', drawn: 'at-once' },
    { name: 'submit/20,000 boxes drawn one by one: to the next picture', drawn: 'one-by-one' },
  ].map(({ name, drawn }) => ({
    name,
    unit: 'ms',
    goal: `<= ${GOAL_MS} ms (19 s before)`,
    isMet: atMost(GOAL_MS),
    async sample() {
      const { submitting } = await measured(makeWorld, /** @type {Drawn} */ (drawn));
      return { value: submitting, limit: null };
    },
  })),
  {
    name: 'submit/20,000 boxes drawn one by one: opened',
    unit: 'ms',
    goal: `<= ${OPEN_GOAL_MS} ms (66 s before)`,
    isMet: atMost(OPEN_GOAL_MS),
    async sample() {
      const { opening } = await measured(makeWorld, 'one-by-one');
      return { value: opening, limit: null };
    },
  },
  {
    name: 'submit/20,000 boxes drawn one by one: taken back',
    unit: 'ms',
    goal: `<= ${TAKE_BACK_GOAL_MS} ms (38 s before)`,
    isMet: atMost(TAKE_BACK_GOAL_MS),
    async sample() {
      const { takingBack } = await measured(makeWorld, 'one-by-one');
      return { value: takingBack, limit: null };
    },
  },
];
