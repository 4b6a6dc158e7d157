import { rmSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { ratioAtMost, seedProject, untilFrame } from './measure.mjs';

/** @import { BrowserContext, Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {() => Promise<{ server: { url: string }, context: BrowserContext, page: Page, end: () => Promise<void> }>} MakeWorld */

/** Smaller for a first look: `KAKOMI_BENCH_TASKS=5000 npm run bench -- --only formats/`. */
const TASKS = Number(process.env['KAKOMI_BENCH_TASKS'] ?? 100_000);
const BOXES = 10;
const PICTURES = Math.min(5000, TASKS);
const DONE = "document.querySelector('aside')?.textContent.includes('Done')";
const PRESS = "document.querySelector('[role=dialog] .primary').click()";
const SIZE = `${(TASKS * BOXES).toLocaleString('en')} boxes in ${TASKS.toLocaleString('en')} tasks`;

/** Milliseconds of reading every row of some tables, and of JSON's own work on them. */
const bareRead = (/** @type {Page} */ page) =>
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
 * Milliseconds of parsing a text like ours, and of putting as many annotations into a bare table, and the tasks'
 * rows in place of the old ones into another with the app's indexes.
 */
const bareWrite = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
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
      from = performance.now();
      const transaction = open.result.transaction(['rows', 'tasks'], 'readwrite', { durability: 'strict' });
      for (const row of rows) transaction.objectStore('rows').put(row);
      for (const task of some)
        transaction.objectStore('tasks').put({ ...task, progress: 'submitted', labelCounts: [boxes] });
      await new Promise((done) => (transaction.oncomplete = done));
      write += performance.now() - from;
    }
    open.result.close();
    return { parse, write };
  }, /** @type {const} */ ([projectId, BOXES]));

/** @returns {readonly Row[]} */
export const formatRows = (/** @type {MakeWorld} */ world) => [
  {
    name: `formats/COCO of ${SIZE}`,
    unit: 'ms',
    goal: '<= 3 x (bare read + stringify)',
    isMet: ratioAtMost(3),
    async sample() {
      const { page, end } = await seeded(world);
      const { read, stringify } = await bareRead(page);
      const value = await exportCoco(page);
      await end();
      return { value, limit: read + stringify };
    },
  },
  {
    name: `formats/import of that COCO, preview and all`,
    unit: 'ms',
    goal: '<= 4 x (bare parse + bulk write)',
    isMet: ratioAtMost(4),
    async sample() {
      const { server, page, end } = await seeded(world);
      const downloading = page.waitForEvent('download', { timeout: 600_000 });
      await exportCoco(page);
      const file = path.join(tmpdir(), `kakomi-bench-${Math.random()}.zip`);
      await (await downloading).saveAs(file);
      const emptyId = await seedProject(page, TASKS, 0);
      await clearAnnotations(page, emptyId);
      const { parse, write } = await bareWrite(page, emptyId);
      await page.goto(`${server.url}projects/${emptyId}`);
      await page.getByRole('button', { name: 'Import' }).click();
      const start = Date.now();
      await page.locator('[role=dialog] input[type=file]').first().setInputFiles(file);
      await page.waitForSelector('[role=dialog] .primary:not([disabled])', { timeout: 600_000 });
      const preview = Date.now() - start;
      const value = preview + (await untilFrame(page, DONE, PRESS));
      rmSync(file);
      await end();
      return { value, limit: parse + write };
    },
  },
  {
    name: `formats/backup of ${SIZE}`,
    unit: 'ms',
    goal: '<= 3 x (bare read + stringify)',
    isMet: ratioAtMost(3),
    async sample() {
      const { server, page, end } = await seeded(world);
      const { read, rowsStringify } = await bareRead(page);
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Back Up', exact: true }).click();
      await page.waitForSelector('[role=dialog] .primary');
      const value = await untilFrame(page, DONE, PRESS);
      await end();
      return { value, limit: read + rowsStringify };
    },
  },
  {
    name: `formats/COCO with Images, ${PICTURES.toLocaleString('en')} JPEGs of 400 KB, to a file`,
    unit: 'ms',
    goal: '<= a bare copy / 0.7',
    isMet: ratioAtMost(1 / 0.7),
    async sample() {
      const { page, end } = await seeded(world, PICTURES, 1);
      await page.evaluate(async (count) => {
        const root = await navigator.storage.getDirectory();
        const sources = await root.getDirectoryHandle('sources');
        for await (const [, folder] of sources.entries()) {
          for (let number = 1; number <= count; number += 1) {
            const file = await /** @type {FileSystemDirectoryHandle} */ (folder).getFileHandle(
              `${number}.jpg`,
              { create: true },
            );
            const out = await file.createWritable();
            await out.write(new Uint8Array(400_000).fill(number % 256));
            await out.close();
          }
        }
      }, PICTURES);
      const limit = await page.evaluate(async (count) => {
        const root = await navigator.storage.getDirectory();
        const out = await (await root.getFileHandle('bare', { create: true })).createWritable();
        const sources = await root.getDirectoryHandle('sources');
        const start = performance.now();
        for await (const [, folder] of sources.entries()) {
          for (let number = 1; number <= count; number += 1) {
            const file = await (
              await /** @type {FileSystemDirectoryHandle} */ (folder).getFileHandle(`${number}.jpg`)
            ).getFile();
            await file.stream().pipeTo(out, { preventClose: true });
          }
        }
        await out.close();
        const took = performance.now() - start;
        await root.removeEntry('bare');
        return took;
      }, PICTURES);
      await page.evaluate(() => {
        Reflect.set(window, 'showSaveFilePicker', async () =>
          (await navigator.storage.getDirectory()).getFileHandle('out.zip', { create: true }),
        );
      });
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('radio', { name: 'COCO with Images', exact: true }).check();
      const value = await untilFrame(page, DONE, PRESS);
      await end();
      return { value, limit };
    },
  },
];

async function seeded(/** @type {MakeWorld} */ world, tasks = TASKS, boxes = BOXES) {
  const made = await world();
  const { server, page } = made;
  page.setDefaultTimeout(600_000);
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto(server.url);
  await page.waitForTimeout(800);
  const projectId = await seedProject(page, tasks, boxes);
  await page.goto(`${server.url}projects/${projectId}`);
  await page.getByRole('button', { name: 'Export' }).waitFor();
  return made;
}

/** Pressed when the check before it is there, as a person sees it. */
export async function exportCoco(/** @type {Page} */ page) {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: 'COCO', exact: true }).check();
  await page.getByRole('region', { name: 'Check before export' }).getByText(/boxes/).waitFor();
  return untilFrame(page, DONE, PRESS);
}

/** Leaves the tasks as nobody has touched them. */
const clearAnnotations = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
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
