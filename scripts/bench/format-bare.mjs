/** @import { Page } from 'playwright' */

/** Milliseconds of reading every row of some tables, and of JSON's own work on them. */
export const bareRead = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const start = performance.now();
    const all = [];
    for (const name of ['tasks', 'annotations']) {
      const asked = open.result.transaction(name).objectStore(name).getAll();
      await new Promise((done) => (asked.onsuccess = done));
      all.push(asked.result);
    }
    const read = performance.now() - start;
    const [, annotations] =
      /** @type {{ regions: { x: number, y: number, width: number, height: number }[] }[][]} */ (all);
    const result = (annotations ?? []).map(({ regions }, image) =>
      regions.map(({ x, y, width, height }, id) => ({
        id,
        image_id: image,
        category_id: 1,
        bbox: [x, y, width, height],
        area: width * height,
        segmentation: [],
        iscrowd: 0,
      })),
    );
    const before = performance.now();
    let length = 0;
    for (let at = 0; at < result.length; at += 1000)
      length += JSON.stringify(result.slice(at, at + 1000)).length;
    const stringify = performance.now() - before;
    const rowsBefore = performance.now();
    for (const rows of all)
      for (let at = 0; at < rows.length; at += 1000)
        length += JSON.stringify(rows.slice(at, at + 1000)).length;
    const rowsStringify = performance.now() - rowsBefore;
    open.result.close();
    return length > 0 ? { read, stringify, rowsStringify } : { read: 0, stringify: 0, rowsStringify: 0 };
  });

/**
 * Milliseconds of parsing a text like ours, and the rows themselves as text, and of putting as many annotations, of
 * `regions` boxes each, into a bare table, and the tasks' rows in place of the old ones into another with the app's
 * indexes.
 */
export const bareWrite = (
  /** @type {Page} */ page,
  /** @type {string} */ projectId,
  /** @type {number} */ regions,
) =>
  page.evaluate(async ([id, boxes]) => {
    const app = indexedDB.open('kakomi');
    await new Promise((done) => (app.onsuccess = done));
    const known = app.result.transaction('tasks').objectStore('tasks');
    const indexes = [...known.indexNames].map((name) => /** @type {string[]} */ (known.index(name).keyPath));
    const asked = known.index('[projectId+number]').getAll(IDBKeyRange.bound([id], [id, []]));
    await new Promise((done) => (asked.onsuccess = done));
    app.result.close();
    const tasks = /** @type {Record<string, unknown>[]} */ (asked.result);
    const region = (/** @type {number} */ i) => ({
      kind: 'box',
      id: crypto.randomUUID(),
      labelId: 'label',
      origin: 'manual',
      rotation: 0,
      score: null,
      note: '',
      isLocked: false,
      x: i * 37.5,
      y: i * 5.25,
      width: 20.5,
      height: 18.25,
    });
    let parse = 0;
    let rowsParse = 0;
    let write = 0;
    const open = indexedDB.open('bare-write', 1);
    open.onupgradeneeded = () => {
      open.result.createObjectStore('rows', { keyPath: 'taskId' }).createIndex('p', 'projectId');
      const store = open.result.createObjectStore('tasks', { keyPath: 'id' });
      for (const index of indexes) store.createIndex(index.join(), index);
    };
    await new Promise((done) => (open.onsuccess = done));
    for (let start = 0; start < tasks.length; start += 500) {
      const transaction = open.result.transaction('tasks', 'readwrite');
      for (const task of tasks.slice(start, start + 500)) transaction.objectStore('tasks').put(task);
      await new Promise((done) => (transaction.oncomplete = done));
    }
    for (let start = 0; start < tasks.length; start += 500) {
      const some = tasks.slice(start, start + 500);
      const rows = some.map((task) => ({
        taskId: task['id'],
        projectId: id,
        regions: Array.from({ length: /** @type {number} */ (boxes) }, (_, i) => region(i)),
        isSkipped: false,
        imageSize: { width: 640, height: 512 },
        annotator: '',
        revision: 1,
        createdAt: 1,
        updatedAt: 1,
      }));
      const text = JSON.stringify(
        rows.flatMap(({ regions }) =>
          regions.map(({ x, y, width, height }, id) => ({
            id,
            image_id: 1,
            category_id: 1,
            bbox: [x, y, width, height],
            area: width * height,
            segmentation: [],
            iscrowd: 0,
          })),
        ),
      );
      let from = performance.now();
      JSON.parse(text);
      parse += performance.now() - from;
      const own = JSON.stringify([rows, some]);
      from = performance.now();
      JSON.parse(own);
      rowsParse += performance.now() - from;
      from = performance.now();
      const transaction = open.result.transaction(['rows', 'tasks'], 'readwrite', { durability: 'strict' });
      for (const row of rows) transaction.objectStore('rows').put(row);
      for (const task of some)
        transaction.objectStore('tasks').put({ ...task, progress: 'submitted', labelCounts: [boxes] });
      await new Promise((done) => (transaction.oncomplete = done));
      write += performance.now() - from;
    }
    open.result.close();
    return { parse, rowsParse, write };
  }, /** @type {const} */ ([projectId, regions]));

/** The id of the only project. */
export const firstProject = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('projects').objectStore('projects').getAllKeys();
    await new Promise((done) => (asked.onsuccess = done));
    open.result.close();
    return /** @type {string} */ (asked.result[0]);
  });

/** Leaves the tasks as nobody has touched them. */
export const clearAnnotations = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
  page.evaluate(async (id) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const transaction = open.result.transaction(['annotations'], 'readwrite');
    const cursor = transaction.objectStore('annotations').index('projectId').openCursor(IDBKeyRange.only(id));
    cursor.onsuccess = () => {
      cursor.result?.delete();
      cursor.result?.continue();
    };
    await new Promise((done) => (transaction.oncomplete = done));
    open.result.close();
  }, projectId);
