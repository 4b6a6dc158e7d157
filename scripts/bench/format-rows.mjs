import { rmSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { bareRead, bareWrite, clearAnnotations, firstProject } from './format-bare.mjs';
import { atMost, ratioAtMost, seedProject, untilFrame } from './measure.mjs';
import { browserMemory, peakHeap, peakOf } from './memory.mjs';

/** @import { BrowserContext, Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {() => Promise<{ server: { url: string }, context: BrowserContext, page: Page, profile: string, end: () => Promise<void> }>} MakeWorld */
/** @typedef {{ value: number, limit: number, megabytes: number }} Run `megabytes`: the most meanwhile. */

/** Smaller for a first look: `KAKOMI_BENCH_TASKS=5000 npm run bench -- --only formats/`. */
const TASKS = Number(process.env['KAKOMI_BENCH_TASKS'] ?? 100_000);
const BOXES = 10;
const PICTURES = Math.min(5000, TASKS);
const DONE = "document.querySelector('aside')?.textContent.includes('Done')";
const PRESS = "document.querySelector('[role=dialog] .primary').click()";
const SIZE = `${(TASKS * BOXES).toLocaleString('en')} boxes in ${TASKS.toLocaleString('en')} tasks`;

/** COCO of everything, without pictures. */
async function cocoOut(/** @type {MakeWorld} */ world) {
  const { context, page, end } = await seeded(world);
  const { read, stringify } = await bareRead(page);
  const peak = await peakHeap(context, page);
  const value = await exportCoco(page);
  const megabytes = await peak();
  await end();
  return { value, limit: read + stringify, megabytes };
}

/** That COCO into a project of the same pictures that nobody has touched, preview and all. */
async function cocoIn(/** @type {MakeWorld} */ world) {
  const { server, context, page, end } = await seeded(world);
  const downloading = page.waitForEvent('download', { timeout: 600_000 });
  await exportCoco(page);
  const file = path.join(tmpdir(), `kakomi-bench-${Math.random()}.zip`);
  await (await downloading).saveAs(file);
  const emptyId = await seedProject(page, TASKS, 0);
  await clearAnnotations(page, emptyId);
  const { parse, write } = await bareWrite(page, emptyId, BOXES);
  await page.goto(`${server.url}projects/${emptyId}`);
  await page.getByRole('button', { name: 'Import' }).click();
  const peak = await peakHeap(context, page);
  const start = Date.now();
  await page.locator('[role=dialog] input[type=file]').first().setInputFiles(file);
  await page.waitForSelector('[role=dialog] .primary:not([disabled])', { timeout: 600_000 });
  const preview = Date.now() - start;
  const value = preview + (await untilFrame(page, DONE, PRESS));
  const megabytes = await peak();
  rmSync(file);
  await end();
  return { value, limit: parse + write, megabytes };
}

/** A backup of everything; then the same on a computer that has nothing, preview and all. */
async function backUpAndRestore(/** @type {MakeWorld} */ world) {
  const here = await seeded(world);
  const { read, rowsStringify } = await bareRead(here.page);
  const { rowsParse, write } = await bareWrite(here.page, await firstProject(here.page), BOXES);
  await here.page.goto(here.server.url);
  await here.page.getByRole('button', { name: 'Back Up', exact: true }).click();
  await here.page.waitForSelector('[role=dialog] .primary');
  const downloading = here.page.waitForEvent('download', { timeout: 600_000 });
  const backup = await untilFrame(here.page, DONE, PRESS);
  const file = path.join(tmpdir(), `kakomi-bench-${Math.random()}.kakomi`);
  await (await downloading).saveAs(file);
  await here.end();

  const { server, page, end } = await world();
  page.setDefaultTimeout(600_000);
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Restore Backup' }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose Backup' }).click();
  const start = Date.now();
  await (await choosing).setFiles(file);
  await page.getByRole('button', { name: 'Restore', exact: true, disabled: false }).waitFor();
  const preview = Date.now() - start;
  const restore = preview + (await untilFrame(page, DONE, PRESS));
  rmSync(file);
  await end();
  return {
    backup: { value: backup, limit: read + rowsStringify },
    restore: { value: restore, limit: rowsParse + write },
  };
}

/** 5,000 JPEGs of 400 KB with their boxes, to a file that was chosen. */
async function withImages(/** @type {MakeWorld} */ world) {
  const { page, profile, end } = await seeded(world, PICTURES, 1);
  await page.evaluate(async (count) => {
    const root = await navigator.storage.getDirectory();
    const sources = await root.getDirectoryHandle('sources');
    for await (const [, folder] of sources.entries()) {
      for (let number = 1; number <= count; number += 1) {
        const file = await /** @type {FileSystemDirectoryHandle} */ (folder).getFileHandle(`${number}.jpg`, {
          create: true,
        });
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
  const idle = browserMemory(profile);
  const peak = peakOf(() => browserMemory(profile));
  const value = await untilFrame(page, DONE, PRESS);
  const megabytes = (await peak()) - idle;
  await end();
  return { value, limit, megabytes };
}

/**
 * Rows of one run: whoever is asked for the same sample again, as its memory's row is after its time's, gets what was
 * seen then.
 *
 * @template T
 */
function shared(/** @type {() => Promise<T>} */ run) {
  const seen = /** @type {T[]} */ ([]);
  return async (/** @type {number} */ sample) => (seen[sample] ??= await run());
}

/**
 * @param {() => Promise<Run>} run
 * @param {{ name: string, goal: string, ratio: number }} time
 * @param {{ name: string, most: number }} memory
 * @returns {readonly Row[]}
 */
function timeAndMemory(run, time, memory) {
  const take = shared(run);
  let [timed, weighed] = [0, 0];
  return [
    {
      name: time.name,
      unit: 'ms',
      goal: time.goal,
      isMet: ratioAtMost(time.ratio),
      sample: () => take(timed++),
    },
    {
      name: memory.name,
      unit: 'MB',
      goal: `<= ${memory.most} MB`,
      isMet: atMost(memory.most),
      sample: async () => ({ value: (await take(weighed++)).megabytes, limit: null }),
    },
  ];
}

/** @returns {readonly Row[]} */
export function formatRows(/** @type {MakeWorld} */ world) {
  const backups = shared(() => backUpAndRestore(world));
  let [saved, restored] = [0, 0];
  return [
    ...timeAndMemory(
      () => cocoOut(world),
      { name: `formats/COCO of ${SIZE}`, goal: '<= 3 x (bare read + stringify)', ratio: 3 },
      { name: 'formats/COCO of that, heap of page and workers', most: 200 },
    ),
    ...timeAndMemory(
      () => cocoIn(world),
      {
        name: 'formats/import of that COCO, preview and all',
        goal: '<= 4 x (bare parse + bulk write)',
        ratio: 4,
      },
      { name: 'formats/import of that COCO, heap of page and workers', most: 300 },
    ),
    {
      name: `formats/backup of ${SIZE}`,
      unit: 'ms',
      goal: '<= 3 x (bare read + stringify)',
      isMet: ratioAtMost(3),
      sample: async () => (await backups(saved++)).backup,
    },
    {
      name: 'formats/restore of that backup, preview and all',
      unit: 'ms',
      goal: '<= 3 x (bare parse + bulk write)',
      isMet: ratioAtMost(3),
      sample: async () => (await backups(restored++)).restore,
    },
    ...timeAndMemory(
      () => withImages(world),
      {
        name: `formats/COCO with Images, ${PICTURES.toLocaleString('en')} JPEGs of 400 KB, to a file`,
        goal: '<= a bare copy / 0.7',
        ratio: 1 / 0.7,
      },
      { name: 'formats/COCO with Images, memory of the browser above idle', most: 150 },
    ),
  ];
}

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
