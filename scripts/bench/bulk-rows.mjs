/** @import { Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
import { untilFrame } from './measure.mjs';

/** @typedef {() => Promise<{ server: { url: string }, page: Page, end: () => Promise<void> }>} World */

const MANY = 100_000;
const BOXES = 3;
/** Ten times less than it took when each task was read and written by itself. */
const GOAL_MS = 36_000;

/**
 * Tasks without pictures, each submitted with a few boxes, straight into a database: the app's, or a bare one with the
 * same tables and indexes. The answer is the project's id.
 */
function seedSubmitted(/** @type {Page} */ page, /** @type {string} */ name, /** @type {number} */ count) {
  return page.evaluate(async ([database, tasks, boxes]) => {
    const open = indexedDB.open(String(database));
    open.onupgradeneeded = () => {
      const stores = {
        projects: 'id',
        tasks: 'id',
        annotations: ['taskId', 'profileId'],
        tallies: 'projectId',
      };
      for (const [store, keyPath] of Object.entries(stores))
        open.result.createObjectStore(store, { keyPath });
      open.result.createObjectStore('trash', { keyPath: ['actionId', 'sequence'] });
      const made = /** @type {IDBTransaction} */ (open.transaction);
      for (const index of [
        ['projectId', 'number'],
        ['projectId', 'progress', 'number'],
        ['sourceId', 'path'],
      ])
        made.objectStore('tasks').createIndex(`[${index.join('+')}]`, index);
      made.objectStore('annotations').createIndex('projectId', 'projectId');
    };
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const [projectId, labelId, at] = [crypto.randomUUID(), crypto.randomUUID(), Date.now()];
    for (let from = 1; from <= Number(tasks); from += 5000) {
      const transaction = db.transaction(['tasks', 'annotations'], 'readwrite', { durability: 'relaxed' });
      for (let number = from; number < from + 5000 && number <= Number(tasks); number += 1) {
        const taskId = crypto.randomUUID();
        transaction.objectStore('tasks').put({
          id: taskId,
          projectId,
          sourceId: projectId,
          number,
          path: `ward ${number % 7}/endoscopy-${number}.jpg`,
          size: { width: 1280, height: 1024 },
          problem: null,
          isMissing: true,
          page: 1,
          file: null,
          progress: 'submitted',
          regionCount: Number(boxes),
          labelIds: [labelId],
          labelCounts: [Number(boxes)],
          annotatedAt: at,
          annotator: 'name:aoi',
          reference: 'name:aoi',
          predictionCount: 0,
          predictionScore: null,
        });
        transaction.objectStore('annotations').put({
          taskId,
          profileId: 'name:aoi',
          projectId,
          choices: new Map(),
          regions: Array.from({ length: Number(boxes) }, (_, place) => ({
            kind: 'box',
            id: crypto.randomUUID(),
            labelId,
            x: 10 + place,
            y: 20,
            width: 100,
            height: 80,
            rotation: 0,
            origin: 'manual',
            score: null,
            note: '',
            isLocked: false,
          })),
          isSkipped: false,
          imageSize: { width: 1280, height: 1024 },
          annotator: 'name:aoi',
          revision: 1,
          createdAt: at,
          updatedAt: at,
        });
      }
      await new Promise((done) => (transaction.oncomplete = done));
    }
    const transaction = db.transaction(['projects', 'tallies'], 'readwrite');
    const label = { id: labelId, name: 'polyp', color: '#0072b2', hotkey: '1', classNumber: null };
    transaction
      .objectStore('projects')
      .put({ id: projectId, name: 'bench', description: '', labels: [label], createdAt: at, updatedAt: at });
    const progress = { unlabelled: 0, draft: 0, submitted: Number(tasks), skipped: 0 };
    transaction
      .objectStore('tallies')
      .put({ projectId, progress, boxes: { [labelId]: Number(tasks) * Number(boxes) } });
    await new Promise((done) => (transaction.oncomplete = done));
    db.close();
    return projectId;
  }, /** @type {const} */ ([name, count, BOXES]));
}

/**
 * The bare browser, in batches of a thousand by ascending key: reads annotations and tasks, keeps what was in one row
 * of the trash, deletes the annotations and writes the tasks; and the way back.
 */
function bareDeleteAndUndo(/** @type {Page} */ page) {
  return page.evaluate(async () => {
    const open = indexedDB.open('bare');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const asked = (/** @type {IDBRequest} */ request) =>
      new Promise((/** @type {(result: any) => void} */ done) => {
        request.onsuccess = () => done(request.result);
      });
    const ids = await asked(db.transaction('tasks').objectStore('tasks').getAllKeys());
    const batches = Math.ceil(ids.length / 1000);
    const change = async (/** @type {number} */ batch, /** @type {boolean} */ isUndo) => {
      const range = IDBKeyRange.bound(ids[batch * 1000], ids[Math.min(ids.length, (batch + 1) * 1000) - 1]);
      const transaction = db.transaction(['tasks', 'annotations', 'trash'], 'readwrite', {
        durability: 'strict',
      });
      const [tasks, annotations, trash] = ['tasks', 'annotations', 'trash'].map((name) =>
        transaction.objectStore(name),
      );
      if (!tasks || !annotations || !trash) return;
      const rows = await asked(tasks.getAll(range));
      const key = ['a', batch];
      if (isUndo) {
        for (const row of (await asked(trash.get(key))).rows) annotations.put(row);
        trash.delete(key);
        for (const row of rows) tasks.put({ ...row, progress: 'submitted', regionCount: 3 });
      } else {
        const own = IDBKeyRange.bound([range.lower], [range.upper, []]);
        trash.put({ actionId: 'a', sequence: batch, rows: await asked(annotations.getAll(own)) });
        annotations.delete(own);
        for (const row of rows) tasks.put({ ...row, progress: 'unlabelled', regionCount: 0 });
      }
      await new Promise((done) => (transaction.oncomplete = done));
    };
    const times = [];
    for (const isUndo of [false, true]) {
      const start = performance.now();
      for (let batch = 0; batch < batches; batch += 1) await change(batch, isUndo);
      times.push(performance.now() - start);
    }
    db.close();
    return { deleting: times[0] ?? Number.NaN, undoing: times[1] ?? Number.NaN };
  });
}

/** Deletes the annotations of all tasks by the menu, and takes it back by the bar. */
async function deleteAndUndo(/** @type {World} */ world) {
  const { server, page, end } = await world();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Create Project' }).waitFor();
  await seedSubmitted(page, 'bare', MANY);
  const limit = await bareDeleteAndUndo(page);
  await page.evaluate(() => indexedDB.deleteDatabase('bare'));
  const projectId = await seedSubmitted(page, 'kakomi', MANY);
  await page.goto(`${server.url}projects/${projectId}`);
  await page.getByRole('row').nth(5).waitFor();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Actions' }).click();
  const item = page.getByRole('menuitem', { name: /^Delete Annotations/ });
  await item.waitFor();
  const click =
    "[...document.querySelectorAll('[role=menuitem]')].find((item) => item.textContent.startsWith('Delete Annotations')).click()";
  const isDone = (/** @type {string} */ submitted) =>
    `document.body.textContent.includes('tasks, ${submitted} submitted') && [...document.querySelectorAll('button')].some((button) => button.textContent.trim() === 'Undo Delete Annotations' && !button.disabled)`;
  const deleting = await untilFrame(page, isDone('0'), click);
  const undo =
    "[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Undo Delete Annotations').click()";
  const undoing = await untilFrame(
    page,
    `document.body.textContent.includes('tasks, ${MANY.toLocaleString('en')} submitted') && ![...document.querySelectorAll('button')].some((button) => button.textContent.trim() === 'Undo Delete Annotations')`,
    undo,
  );
  await end();
  return { deleting, undoing, limit };
}

/** @type {(world: World) => readonly Row[]} */
export const bulkRows = (world) => [
  {
    name: 'bulk/delete annotations of 100,000 tasks',
    unit: 'ms',
    goal: `<= ${GOAL_MS} ms`,
    isMet: (value) => value <= GOAL_MS,
    async sample() {
      const { deleting, limit } = await deleteAndUndo(world);
      return { value: deleting, limit: limit.deleting };
    },
  },
  {
    name: 'bulk/undo of deleting annotations of 100,000 tasks',
    unit: 'ms',
    goal: `<= ${GOAL_MS} ms`,
    isMet: (value) => value <= GOAL_MS,
    async sample() {
      const { undoing, limit } = await deleteAndUndo(world);
      return { value: undoing, limit: limit.undoing };
    },
  },
];
