import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectOfFolder } from './folder-project.mjs';
import { ratioAtMost, seedProject, untilFrame } from './measure.mjs';

/** @import { BrowserContext, Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {{ server: { url: string }, context: BrowserContext, page: Page, end: () => Promise<void> }} Made */
/** @typedef {() => Promise<Made>} MakeWorld */

/** Smaller for a first look: `KAKOMI_BENCH_TASKS=5000 npm run bench -- --only storage/`. */
const FILES = Number(process.env['KAKOMI_BENCH_TASKS'] ?? 100_000);
const PER_FOLDER = 500;
/** A file on disk takes few more names than this. */
const NAMES_PER_FILE = 20_000;
const THUMBNAILS = Math.min(1000, FILES);
const SAMPLE = 'static/sample/pictures/mucosa-001.jpg';
const SYNC =
  "[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === 'Sync Storage').click()";
const TRAY = "document.querySelector('aside')?.textContent ?? ''";

/** A tree of so many pictures, whose files have few contents: what a sync costs is in the names. */
function tree(/** @type {number} */ count) {
  const root = path.join(mkdtempSync(path.join(tmpdir(), 'kakomi-bench-')), 'tree');
  const contents = readFileSync(SAMPLE);
  mkdirSync(root);
  let content = '';
  for (let at = 0; at < count; at += 1) {
    const folder = path.join(root, `ward ${Math.floor(at / PER_FOLDER) + 1}`);
    if (at % PER_FOLDER === 0) mkdirSync(folder);
    const file = path.join(folder, `endoscopy-${at + 1}.jpg`);
    if (at % NAMES_PER_FILE === 0) writeFileSync((content = file), contents);
    else linkSync(content, file);
  }
  return root;
}

/** The bare browser: a walk through the project's folder, which also asks each file for length and time or does not. */
const bareWalk = (/** @type {Page} */ page, /** @type {number} */ count, /** @type {boolean} */ asks) =>
  page.evaluate(async ([expected, isAsking]) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('handles').objectStore('handles').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    open.result.close();
    const start = performance.now();
    let found = 0;
    /** @type {Set<Promise<unknown>>} */
    const under = new Set();
    const folders = [asked.result[0].handle];
    for (let folder = folders.shift(); folder; folder = folders.shift())
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory') folders.push(entry);
        else {
          found += 1;
          if (!isAsking) continue;
          const answer = entry.getFile().then((/** @type {File} */ file) => file.size + file.lastModified);
          under.add(answer);
          void answer.finally(() => under.delete(answer));
          if (under.size >= 32) await Promise.race(under);
        }
      }
    await Promise.all(under);
    return found === expected ? performance.now() - start : Number.NaN;
  }, /** @type {const} */ ([count, asks]));

/** The bare browser: the rows that a sync has written, put into a table with the same indexes in one go. */
const bareWrite = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('tasks').objectStore('tasks').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    const { keyPath, indexNames } = open.result.transaction('tasks').objectStore('tasks');
    const indexes = [...indexNames].map(
      (name) => open.result.transaction('tasks').objectStore('tasks').index(name).keyPath,
    );
    open.result.close();
    const bare = indexedDB.open('bare', 1);
    bare.onupgradeneeded = () => {
      const table = bare.result.createObjectStore('rows', { keyPath });
      for (const index of indexes) table.createIndex(String(index), index);
    };
    await new Promise((done) => (bare.onsuccess = done));
    const start = performance.now();
    const transaction = bare.result.transaction('rows', 'readwrite', { durability: 'strict' });
    for (const row of asked.result) transaction.objectStore('rows').put(row);
    await new Promise((done) => (transaction.oncomplete = done));
    const took = performance.now() - start;
    bare.result.close();
    return took;
  });

/** @returns {Promise<Made & { endAll: () => Promise<void> }>} */
async function withTree(/** @type {MakeWorld} */ world) {
  const made = await world();
  made.page.setDefaultTimeout(600_000);
  const folder = tree(FILES);
  await projectOfFolder(made, folder, 'tree');
  const endAll = async () => {
    await made.end();
    rmSync(path.dirname(folder), { recursive: true, force: true });
  };
  return { ...made, endAll };
}

/** Milliseconds of a sync, from the click to the report. */
const synced = (/** @type {Page} */ page) => untilFrame(page, `/Sync[^]*Done: new/.test(${TRAY})`, SYNC);

/** @type {(world: MakeWorld) => readonly Row[]} */
export const storageRows = (world) => [
  {
    name: `storage/sync of ${FILES.toLocaleString('en')} files`,
    unit: 'ms',
    goal: '<= (bare walk + bare write) / 0.6',
    isMet: ratioAtMost(1 / 0.6),
    async sample() {
      const { page, endAll } = await withTree(world);
      const walk = await bareWalk(page, FILES, false);
      const value = await synced(page);
      await page.getByRole('button', { name: /^Cancel/ }).click();
      const limit = walk + (await bareWrite(page));
      await endAll();
      return { value, limit };
    },
  },
  {
    name: 'storage/second sync of the same, nothing changed',
    unit: 'ms',
    goal: '<= 1.3 x a walk that asks each file',
    isMet: ratioAtMost(1.3),
    async sample() {
      const { page, endAll } = await withTree(world);
      await synced(page);
      // Sizes and contents are looked into behind the list; only then a second sync has something to compare.
      await page.waitForTimeout(1000);
      await untilFrame(page, `!/Reading sizes|Done/.test(${TRAY})`);
      const limit = await bareWalk(page, FILES, true);
      const value = await synced(page);
      await endAll();
      return { value, limit };
    },
  },
  {
    name: `storage/thumbnails of ${THUMBNAILS.toLocaleString('en')} JPEGs`,
    unit: 'ms',
    goal: '<= bare createImageBitmap with resize / 0.7',
    isMet: ratioAtMost(1 / 0.7),
    async sample() {
      const { server, page, context, end } = await world();
      page.setDefaultTimeout(600_000);
      // A page so large that every picture is in view, drawn so small that drawing it costs little.
      const cdp = await context.newCDPSession(page);
      const size = { width: 9600, height: 9600, deviceScaleFactor: 0.1, mobile: false };
      await cdp.send('Emulation.setDeviceMetricsOverride', size);
      await page.goto(server.url);
      await page.waitForTimeout(800);
      // As after the files were looked into: nothing but pictures is new.
      const projectId = await seedProject(page, THUMBNAILS, 0, { width: 640, height: 512 });
      // No page of the app, whose policy forbids workers that are made of text.
      await page.goto(`${server.url}manifest.webmanifest`);
      await fillPictures(page, projectId);
      const limit = await bareThumbnails(page, projectId);
      await page.evaluate(() => localStorage.setItem('kakomi-list-view', 'grid'));
      await page.goto(`${server.url}projects/${projectId}/settings`);
      await page.getByRole('link', { name: 'bench' }).waitFor();
      const value = await untilFrame(
        page,
        `[...document.querySelectorAll('[role=grid] img')].filter((img) => img.naturalWidth > 0).length === ${THUMBNAILS}`,
        "[...document.querySelectorAll('a')].find((link) => link.textContent.trim() === 'bench').click()",
      );
      await end();
      return { value, limit };
    },
  },
];

/** Every task of the project gets a file in the browser's own storage. */
const fillPictures = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
  page.evaluate(async ([id, count]) => {
    const sources = await (await navigator.storage.getDirectory()).getDirectoryHandle('sources');
    const folder = await sources.getDirectoryHandle(String(id));
    const pictures = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const name = `mucosa-${String(at + 1).padStart(3, '0')}.jpg`;
        return (await fetch(`/sample/pictures/${name}`)).blob();
      }),
    );
    for (let number = 1; number <= Number(count); number += 1) {
      const file = await folder.getFileHandle(`${number}.jpg`, { create: true });
      const out = await file.createWritable();
      await out.write(/** @type {Blob} */ (pictures[number % pictures.length]));
      await out.close();
    }
  }, /** @type {const} */ ([projectId, THUMBNAILS]));

/** The bare browser: every file opened, decoded and resized, in as many workers as the app has. */
const bareThumbnails = (/** @type {Page} */ page, /** @type {string} */ projectId) =>
  page.evaluate(async (id) => {
    const code = `onmessage = async ({ data }) => {
      const image = await createImageBitmap(await data.getFile(), { resizeWidth: 192, resizeQuality: 'medium' });
      image.close();
      postMessage(null);
    };`;
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const sources = await (await navigator.storage.getDirectory()).getDirectoryHandle('sources');
    const files = (await sources.getDirectoryHandle(id)).values();
    const count = Math.max(1, Math.min(4, navigator.hardwareConcurrency));
    const start = performance.now();
    await Promise.all(
      Array.from({ length: count }, async () => {
        const worker = new Worker(url);
        for (let next = await files.next(); !next.done; next = await files.next()) {
          const answered = new Promise((then) => (worker.onmessage = then));
          worker.postMessage(next.value);
          await answered;
        }
        worker.terminate();
      }),
    );
    return performance.now() - start;
  }, projectId);
