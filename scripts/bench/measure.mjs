/** @import { Page } from 'playwright' */

/**
 * @typedef {{ value: number, limit: number | null }} Sample `limit`: what the bare browser took for the same in this run.
 * @typedef {{ name: string, unit: string, goal: string, isMet: (value: number, limit: number | null) => boolean, sample: () => Promise<Sample> }} Row
 */

export const RUNS = 5;

export const median = (/** @type {readonly number[]} */ values) =>
  /** @type {number} */ ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]);
export const percentile = (/** @type {readonly number[]} */ values, /** @type {number} */ part) =>
  /** @type {number} */ (
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]
  );

/** Whether a row meets its goal: by its value, or beside the bare limit. */
export const atMost = (/** @type {number} */ goal) => (/** @type {number} */ value) => value <= goal;
export const ratioAtMost =
  (/** @type {number} */ goal) => (/** @type {number} */ value, /** @type {number | null} */ limit) =>
    limit !== null && value / limit <= goal;
export const ratioAtLeast =
  (/** @type {number} */ goal) => (/** @type {number} */ value, /** @type {number | null} */ limit) =>
    limit !== null && value / limit >= goal;

/** A fixed amount of work, in milliseconds: what the machine's noise does to it, it does to the row beside it. */
export function spin() {
  const start = performance.now();
  let sum = 0;
  for (let step = 0; step < 30_000_000; step += 1) sum = (sum + step * 7) % 1_000_003;
  return sum < 0 ? 0 : performance.now() - start;
}

/** Milliseconds in the page from now until a condition holds in a painted frame. */
export function untilFrame(
  /** @type {Page} */ page,
  /** @type {string} */ condition,
  /** @type {string} */ first = '',
) {
  return page.evaluate(
    ([test, action]) =>
      new Promise((/** @type {(ms: number) => void} */ done) => {
        const holds = /** @type {() => boolean} */ (new Function(`return Boolean(${test})`));
        const start = performance.now();
        if (action) new Function(/** @type {string} */ (action))();
        const look = () => {
          if (holds()) requestAnimationFrame(() => done(performance.now() - start));
          else requestAnimationFrame(look);
        };
        look();
      }),
    [condition, first],
  );
}

/** Milliseconds of one strict put in a bare database, again and again. */
export const barePuts = (/** @type {Page} */ page, /** @type {number} */ runs) =>
  page.evaluate(async (count) => {
    const open = indexedDB.open('bare', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('rows', { autoIncrement: true });
    await new Promise((done) => (open.onsuccess = done));
    const times = [];
    for (let run = 0; run < count; run += 1) {
      const start = performance.now();
      const transaction = open.result.transaction('rows', 'readwrite', { durability: 'strict' });
      transaction.objectStore('rows').put({ id: crypto.randomUUID(), x: run, y: 2, width: 3, height: 4 });
      await new Promise((done) => (transaction.oncomplete = done));
      times.push(performance.now() - start);
    }
    open.result.close();
    return times;
  }, runs);

/** Tells the page by an event when a gesture is on the disk: the transaction of its journal is complete. */
export const hearDurable = (/** @type {Page} */ page) =>
  page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (tables, mode, options) {
      const made = transaction.call(this, tables, mode, options);
      if (mode === 'readwrite' && [tables].flat().includes('draftEntries'))
        made.addEventListener('complete', () => window.dispatchEvent(new Event('bench-durable')));
      return made;
    };
  });

/** Until the app has made its tables, which on a busy machine takes a while. */
export const untilTables = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const areThere = async () => {
      const open = indexedDB.open('kakomi');
      await new Promise((done) => (open.onsuccess = done));
      const found = open.result.objectStoreNames.contains('annotations');
      open.result.close();
      return found;
    };
    while (!(await areThere())) await new Promise((done) => setTimeout(done, 50));
  });

/** Writes a project straight into the database: `tasks` pictures with `boxes` each, submitted. The answer is its id. */
export async function seedProject(
  /** @type {Page} */ page,
  /** @type {number} */ tasks,
  /** @type {number} */ boxes,
  /** @type {{ width: number, height: number } | null} */ size = null,
) {
  await untilTables(page);
  return page.evaluate(async ([taskCount, boxCount, size]) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const picture = await (await fetch('/sample/pictures/mucosa-001.jpg')).blob();
    const [projectId, labelId, at] = [crypto.randomUUID(), crypto.randomUUID(), Date.now()];
    const label = { id: labelId, name: 'polyp', color: '#0072b2', hotkey: '1', classNumber: null };
    // One picture in the browser's own storage, so that the first task can be opened.
    const root = await (
      await navigator.storage.getDirectory()
    ).getDirectoryHandle('sources', { create: true });
    const file = await (
      await root.getDirectoryHandle(projectId, { create: true })
    ).getFileHandle('1.jpg', { create: true });
    await picture.stream().pipeTo(await file.createWritable());
    const transaction = db.transaction(['projects', 'sources', 'tasks', 'annotations'], 'readwrite');
    transaction.objectStore('sources').put({
      id: projectId,
      projectId,
      kind: 'copied',
      title: 'bench',
      folderName: 'bench',
      filter: '',
      createdAt: at,
      lastSync: null,
    });
    transaction.objectStore('projects').put({
      id: projectId,
      name: 'bench',
      description: '',
      labels: [label],
      createdAt: at,
      updatedAt: at,
    });
    for (let number = 1; number <= /** @type {number} */ (taskCount); number += 1) {
      const taskId = crypto.randomUUID();
      const regions = Array.from({ length: /** @type {number} */ (boxCount) }, (_, i) => ({
        kind: 'box',
        id: crypto.randomUUID(),
        labelId,
        origin: 'manual',
        rotation: 0,
        score: null,
        note: '',
        isLocked: false,
        x: (i * 37) % 600,
        y: (i * 53) % 470,
        width: 20.5 + (i % 9),
        height: 18.25 + (i % 7),
      }));
      transaction.objectStore('tasks').put({
        id: taskId,
        projectId,
        sourceId: projectId,
        number,
        path: `${number}.jpg`,
        size,
        problem: null,
        isMissing: false,
        page: 1,
        file: null,
        progress: 'submitted',
        regionCount: boxCount,
        labelIds: [labelId],
        labelCounts: [boxCount],
        annotatedAt: at,
        annotator: 'name:',
        reference: 'name:',
        predictionCount: 0,
        predictionScore: null,
      });
      transaction.objectStore('annotations').put({
        taskId,
        profileId: 'name:',
        projectId,
        regions,
        choices: new Map(),
        isSkipped: false,
        imageSize: { width: 640, height: 512 },
        annotator: 'name:',
        revision: 1,
        createdAt: at,
        updatedAt: at,
      });
    }
    await new Promise((/** @type {(value: void) => void} */ done) => {
      transaction.oncomplete = () => done();
    });
    db.close();
    return projectId;
  }, /** @type {const} */ ([tasks, boxes, size]));
}
