/** @import { Page } from 'playwright' */
/** @import { Killable } from './killable.mjs' */
/** @import { Seeded } from './seed.mjs' */
/** @import { Kept, Stored } from './stored.mjs' */
import { dropFolder } from '../bench/folder-project.mjs';
import {
  ADDED_ELSEWHERE,
  BULK_SUBMITTED,
  BULK_TASKS,
  CHANGED_ELSEWHERE,
  DRAFTED_ELSEWHERE,
  PICTURES,
} from './seed.mjs';
import { actionStates, taskShown } from './stored.mjs';

/**
 * @typedef {{ url: string, seeded: Seeded, folder: string, dataset: string, backup: string }} World
 *   `folder`: pictures on disk; `dataset`: a COCO file; `backup`: the bulk project as another computer has it.
 * @typedef {Killable & World & { before: Stored, start: () => void, acknowledge: (what: string, count: number) => void }} Act
 *   `start`: from here on the kill may come. `acknowledge`: the app has said that this is done.
 * @typedef {{ name: string, project: 'drawing' | 'bulk', windowMs: number, goesOn?: boolean, keepsProfile?: boolean,
 *   act: (given: Act) => Promise<void>,
 *   settle?: (given: { page: Page, url: string, seeded: Seeded, isDone: boolean }) => Promise<void>,
 *   lost: (before: Stored, after: Stored, acknowledged: ReadonlyMap<string, number>) => readonly string[] }} Activity
 *   `windowMs`: the kill comes within so many milliseconds of `start`, until it is known how long the work takes here;
 *   of the first acknowledgement, where the work `goesOn` until it is killed. `keepsProfile`: what the kill leaves is a start for the next one.
 *   `settle`: what a person does after the next start. `lost`: what is not as it has to be, in words.
 */

const DONE = '';

/** How the picture lies on the page. */
async function drawBox(/** @type {Page} */ page, /** @type {number} */ at) {
  const canvas = page.getByTestId('canvas');
  const [box, left, top, scale] = await Promise.all([
    canvas.boundingBox(),
    ...['data-image-left', 'data-image-top', 'data-image-scale'].map(async (name) =>
      Number(await canvas.getAttribute(name)),
    ),
  ]);
  const spot = (/** @type {number} */ x, /** @type {number} */ y) =>
    /** @type {const} */ ([
      (box?.x ?? 0) + (left ?? 0) + x * (scale ?? 1),
      (box?.y ?? 0) + (top ?? 0) + y * (scale ?? 1),
    ]);
  const [x, y] = [8 + (at % 9) * 33, 8 + (Math.floor(at / 9) % 4) * 33];
  await page.mouse.move(...spot(x, y));
  await page.mouse.down();
  await page.mouse.move(...spot(x + 22, y + 22), { steps: 2 });
  await page.mouse.up();
}

/** Until the app says that so many regions are there, and saved. */
const savedWith = (/** @type {Page} */ page, /** @type {number} */ count) =>
  page.waitForFunction((wanted) => {
    const heading = [...document.querySelectorAll('h2')].find((one) =>
      /^Regions/.test(one.textContent ?? ''),
    );
    const said = [...document.querySelectorAll('[role=status]')].some((one) =>
      /Saved/.test(one.textContent ?? ''),
    );
    return said && Number((heading?.textContent ?? '').replace(/\D/g, '')) === wanted;
  }, count);

async function openNext(/** @type {Act} */ { page, url, seeded }) {
  await page.goto(`${url}projects/${seeded.drawing}`);
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await page.waitForSelector('[data-image-scale]');
}

async function deleteAllAnnotations(/** @type {Act} */ { page, url, seeded }) {
  await page.goto(`${url}projects/${seeded.bulk}`);
  await page.getByRole('row', { name: /^Task 1:/ }).focus();
  await page.keyboard.press('Control+a');
  await page.getByText(`${BULK_TASKS.toLocaleString('en')} selected`).waitFor();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete Annotations' }).click();
}

/** A task on which nothing was accepted yet: its suggestions do not run out before the kill. */
async function openUntouched(/** @type {Act} */ { page, url, seeded, before }) {
  const [untouched] = Object.keys(before.tasks).filter((id) => seen(before.tasks[id]) === 0);
  await page.goto(`${url}projects/${seeded.drawing}/tasks/${untouched}`);
  await page.waitForSelector('[data-image-scale]');
}

const deleted = (/** @type {Page} */ page) => page.getByText(/Done: tasks/).waitFor();

async function restoreFile(/** @type {Act} */ { page, url, backup }, /** @type {string} */ mode) {
  await page.goto(url);
  await page.getByRole('button', { name: 'Restore Backup' }).click();
  await page.locator('input[type=file][accept=".kakomi"]').setInputFiles(backup);
  await page.getByRole('radio', { name: mode }).check();
}

/** How many regions a person finds on a task. */
const seen = (/** @type {Kept | undefined} */ kept) => kept?.draft ?? kept?.regions ?? 0;

/** What was there before is there as it was. */
const unchanged = (/** @type {Stored} */ before, /** @type {Stored} */ after) =>
  Object.entries(before.tasks).flatMap(([id, kept]) => {
    const now = after.tasks[id];
    return now && now.regions === kept.regions && now.revision === kept.revision && now.draft === kept.draft
      ? []
      : [`task ${id}: ${JSON.stringify(kept)} became ${JSON.stringify(now)}`];
  });

/** Every acknowledged task holds what was acknowledged; one gesture under way may have made it as well. */
const holds = (
  /** @type {Stored} */ _before,
  /** @type {Stored} */ after,
  /** @type {ReadonlyMap<string, number>} */ acknowledged,
) =>
  [...acknowledged].flatMap(([id, count]) => {
    const now = seen(after.tasks[id]);
    return now >= count && now <= count + 1 ? [] : [`task ${id}: ${count} acknowledged, ${now} there`];
  });

const added = (/** @type {Stored} */ before, /** @type {Stored} */ after) =>
  Object.keys(after.tasks).filter((id) => !(id in before.tasks)).length;

/** What a work that the app has said to be done owes, in words. */
const missing = (
  /** @type {ReadonlyMap<string, number>} */ acknowledged,
  /** @type {string} */ what,
  /** @type {number} */ found,
  /** @type {number} */ owed,
) => (acknowledged.has(DONE) && found !== owed ? [`${found} of ${owed} ${what} that was done`] : []);

/** @type {readonly Activity[]} */
export const ACTIVITIES = [
  {
    name: 'drawing',
    project: 'drawing',
    windowMs: 1500,
    goesOn: true,
    keepsProfile: true,
    lost: holds,
    async act(given) {
      const { page } = given;
      await openNext(given);
      const task = taskShown(page);
      const before = seen(given.before.tasks[task]);
      given.start();
      for (let drawn = before; ; drawn += 1) {
        await drawBox(page, drawn);
        await savedWith(page, drawn + 1);
        given.acknowledge(task, drawn + 1);
      }
    },
  },
  {
    name: 'submit',
    project: 'drawing',
    windowMs: 3000,
    goesOn: true,
    keepsProfile: true,
    lost: (before, after, acknowledged) => [
      ...holds(before, after, acknowledged),
      ...[...acknowledged.keys()]
        .filter((id) => after.tasks[id]?.progress !== 'submitted' || after.tasks[id].revision < 1)
        .map((id) => `task ${id} was submitted and is ${JSON.stringify(after.tasks[id])}`),
    ],
    async act(given) {
      const { page } = given;
      await openNext(given);
      given.start();
      for (;;) {
        const task = taskShown(page);
        const before = seen(given.before.tasks[task]);
        await drawBox(page, before);
        await savedWith(page, before + 1);
        await page.getByRole('button', { name: 'Submit', exact: true }).click();
        await page.waitForFunction((id) => !location.pathname.endsWith(id), task);
        given.acknowledge(task, before + 1);
        await page.waitForSelector('[data-image-scale]');
      }
    },
  },
  {
    name: 'accept',
    project: 'drawing',
    windowMs: 1500,
    goesOn: true,
    keepsProfile: true,
    lost: holds,
    async act(given) {
      const { page } = given;
      await openUntouched(given);
      await page.getByRole('button', { name: 'Accept', exact: true }).waitFor();
      const task = taskShown(page);
      const before = seen(given.before.tasks[task]);
      given.start();
      for (let accepted = before; ; accepted += 1) {
        await page.getByRole('button', { name: 'Accept', exact: true }).click();
        await savedWith(page, accepted + 1);
        given.acknowledge(task, accepted + 1);
      }
    },
  },
  {
    name: 'import',
    project: 'bulk',
    windowMs: 1500,
    lost: (before, after, acknowledged) => {
      const taken = Object.keys(after.tasks).filter(
        (id) => before.tasks[id]?.regions === null && after.tasks[id]?.regions !== null,
      );
      return [
        ...unchanged(
          {
            ...before,
            tasks: Object.fromEntries(Object.entries(before.tasks).filter(([id]) => !taken.includes(id))),
          },
          after,
        ),
        ...taken
          .filter((id) => after.tasks[id]?.regions !== 2)
          .map((id) => `task ${id} was taken in by half`),
        ...missing(acknowledged, 'pictures of an import', taken.length, BULK_TASKS - BULK_SUBMITTED),
      ];
    },
    async act(given) {
      const { page, url, seeded, dataset } = given;
      await page.goto(`${url}projects/${seeded.bulk}`);
      await page.getByRole('button', { name: 'Import' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').first().setInputFiles(dataset);
      const run = dialog.getByRole('button', { name: 'Import', exact: true });
      await page.waitForFunction(() =>
        [...document.querySelectorAll('[role=dialog] button')].some(
          (one) => one.textContent?.trim() === 'Import' && !(/** @type {HTMLButtonElement} */ (one).disabled),
        ),
      );
      given.start();
      await run.click();
      await page.getByText(/Done: .*annotations/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'sync',
    project: 'drawing',
    windowMs: 800,
    lost: (before, after, acknowledged) => [
      ...unchanged(before, after),
      ...missing(acknowledged, 'new tasks of a sync', added(before, after), PICTURES),
    ],
    async act(given) {
      const { page, context, url, seeded, folder } = given;
      await page.goto(`${url}projects/${seeded.drawing}/settings?section=storage`);
      await page.getByRole('button', { name: 'Add Source Storage' }).click();
      await page.getByRole('group', { name: 'Choose Folder' }).scrollIntoViewIfNeeded();
      await dropFolder({ page, context }, folder);
      await page.getByText('Folder: pictures').first().waitFor();
      await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
      // The project's own storage comes first.
      const sync = page.getByRole('button', { name: 'Sync Storage' }).nth(1);
      await sync.waitFor();
      given.start();
      await sync.click();
      await page.getByText(/Done: new/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'merge',
    project: 'bulk',
    windowMs: 2500,
    lost: (before, after, acknowledged) => {
      const fates = Object.entries(before.tasks).map(([id, kept]) => {
        const now = after.tasks[id];
        const isWhole = now && (now.draft === null || now.draft === 1);
        const isTheirs = isWhole && now.revision === 2 && now.regions === 3;
        const isMine = isWhole && now.revision === kept.revision && now.regions === kept.regions;
        const isDrafted = isWhole && kept.regions === null && now.draft === 1;
        if (isTheirs) return 'theirs';
        if (isDrafted) return 'drafted';
        return isMine ? 'mine' : `task ${id}: ${JSON.stringify(kept)} became ${JSON.stringify(now)}`;
      });
      const count = (/** @type {string} */ fate) => fates.filter((one) => one === fate).length;
      return [
        ...fates.filter((fate) => fate.startsWith('task')),
        ...missing(acknowledged, 'newer tasks of a merge', count('theirs'), CHANGED_ELSEWHERE),
        ...missing(acknowledged, 'drafts of a merge', count('drafted'), DRAFTED_ELSEWHERE),
        ...missing(acknowledged, 'new tasks of a merge', added(before, after), ADDED_ELSEWHERE),
      ];
    },
    async act(given) {
      const { page } = given;
      await restoreFile(given, 'Merge into what is here');
      given.start();
      await page.getByRole('button', { name: 'Restore', exact: true }).click();
      await page.getByText(/Done: new/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'bulk delete',
    project: 'bulk',
    windowMs: 2500,
    keepsProfile: true,
    lost: unchanged,
    settle: (given) => undoSubmission(given, given.isDone),
    async act(given) {
      await deleteAllAnnotations(given);
      given.start();
      await deleted(given.page);
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'bulk undo',
    project: 'bulk',
    windowMs: 2500,
    keepsProfile: true,
    lost: unchanged,
    async settle(given) {
      if (given.isDone && (await actionStates(given.page)).length > 0)
        throw new Error('an Undo that was done is not there');
      await undoSubmission(given, false);
    },
    async act(given) {
      await deleteAllAnnotations(given);
      await deleted(given.page);
      const undo = given.page.getByRole('button', { name: /^Undo Delete Annotations/ });
      await undo.waitFor();
      given.start();
      await undo.click();
      await given.page.getByText(/Done: restored/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'restore',
    project: 'bulk',
    windowMs: 2500,
    lost: (before, after, acknowledged) => [
      ...unchanged(before, after),
      ...missing(acknowledged, 'projects of a restore', after.projects - before.projects, 1),
    ],
    async act(given) {
      const { page } = given;
      await restoreFile(given, 'Beside what is here');
      given.start();
      await page.getByRole('button', { name: 'Restore', exact: true }).click();
      await page.getByText(/Done: projects/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
  {
    name: 'export',
    project: 'bulk',
    windowMs: 800,
    keepsProfile: true,
    lost: unchanged,
    async act(given) {
      const { page, url, seeded } = given;
      await page.goto(`${url}projects/${seeded.bulk}`);
      await page.getByRole('button', { name: 'Export' }).click();
      const run = page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true });
      given.start();
      await run.click();
      await page.getByText(/Done: pictures/).waitFor();
      given.acknowledge(DONE, 1);
    },
  },
];

/** What was cut off is finished or taken back by the start itself; what was done is taken back by Undo. */
async function undoSubmission(
  /** @type {{ page: Page, url: string, seeded: Seeded }} */ { page, url, seeded },
  /** @type {boolean} */ isThere,
) {
  await page.goto(`${url}projects/${seeded.bulk}`);
  await page.getByRole('row').nth(1).waitFor();
  await untilActions(page, (states) => states.every((state) => state === 'done'));
  if ((await actionStates(page)).length === 0) {
    if (isThere) throw new Error('a bulk action that was done is not there');
    return;
  }
  await page.getByRole('button', { name: /^Undo Delete Annotations/ }).click();
  await untilActions(page, (states) => states.length === 0);
}

const PATIENCE_MS = 60_000;

async function untilActions(
  /** @type {Page} */ page,
  /** @type {(states: readonly string[]) => boolean} */ isSo,
) {
  for (const start = Date.now(); !isSo(await actionStates(page)); await page.waitForTimeout(100))
    if (Date.now() - start > PATIENCE_MS)
      throw new Error(`the bulk action stays ${(await actionStates(page)).join()}`);
}
