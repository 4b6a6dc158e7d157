import type { Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { serve } from '../../scripts/serve.mjs';
import { expect, launch, newProfile, test } from './fixtures';

async function act(page: Page, action: string) {
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
const head = (page: Page, words: string) => expect(page.getByText(words)).toBeVisible({ timeout: 60_000 });

test('deleting every task asks first, and Undo is there with nothing on the list, after a reload and in another tab', async ({
  kakomi: { page, context },
}) => {
  await page.getByRole('button', { name: 'Create Project' }).waitFor();
  await page.goto(`${page.url()}projects/${await seedTasks(page, 24, 1)}`);
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await act(page, 'Delete Tasks (24)');
  const question = page.getByRole('dialog', { name: 'Delete Tasks' });
  await expect(question).toContainText('Delete 24 tasks from this project?');
  await expect(question).toContainText('1 of them is submitted or skipped.');
  await page.keyboard.press('Escape');
  await head(page, '24 tasks, 1 submitted, 0 skipped');

  await act(page, 'Delete Tasks (24)');
  await question.getByRole('button', { name: 'Delete Tasks (24)' }).press('Enter');
  await head(page, '0 tasks, 0 submitted, 0 skipped');
  await expect(page.getByRole('button', { name: 'Undo Delete Tasks' })).toBeVisible();
  await page.reload();
  const other = await context.newPage();
  await other.goto(page.url());
  await page.getByRole('button', { name: 'Trash (1)' }).click();
  await expect(page.getByRole('dialog', { name: 'Trash' })).toContainText('30 days, and up to 500 MB');
  await page.keyboard.press('Escape');
  await other.getByRole('button', { name: 'Undo Delete Tasks' }).click();
  await head(other, '24 tasks, 1 submitted, 0 skipped');
  await head(page, '24 tasks, 1 submitted, 0 skipped');
  await expect(page.getByRole('button', { name: /^(Undo|Trash)/ })).toHaveCount(0);
});

const COUNT = 3000;

/** Tasks without pictures, the first ones submitted, straight into the database. Returns their project's id. */
const seedTasks = (page: Page, total: number, submitted = total): Promise<string> =>
  page.evaluate(
    async ([count, done]) => {
      const open = indexedDB.open('kakomi');
      await new Promise((end) => (open.onsuccess = end));
      const db = open.result;
      const [projectId, labelId, at] = [crypto.randomUUID(), crypto.randomUUID(), Date.now()];
      const tables = ['projects', 'tasks', 'annotations', 'tallies'];
      const transaction = db.transaction(tables, 'readwrite');
      const put = (table: string, row: object) => transaction.objectStore(table).put(row);
      const label = { id: labelId, name: 'polyp', color: '#0072b2', hotkey: '1', classNumber: null };
      put('projects', {
        id: projectId,
        name: 'many',
        description: '',
        labels: [label],
        createdAt: at,
        updatedAt: at,
      });
      const progress = { unlabelled: count - done, draft: 0, submitted: done, skipped: 0 };
      put('tallies', { projectId, progress, boxes: { [labelId]: done } });
      const size = { width: 640, height: 480 };
      const box = { kind: 'box', labelId, x: 1, y: 2, width: 30, height: 40, rotation: 0, origin: 'manual' };
      for (let number = 1; number <= count; number += 1) {
        const id = crypto.randomUUID();
        const isDone = number <= done;
        const place = {
          id,
          projectId,
          sourceId: projectId,
          number,
          path: `${number}.jpg`,
          size,
          problem: null,
        };
        const file = { isMissing: true, page: 1, file: null, predictionCount: 0, predictionScore: null };
        const summary = isDone
          ? { progress: 'submitted', regionCount: 1, labelIds: [labelId], labelCounts: [1] }
          : { progress: 'unlabelled', regionCount: 0, labelIds: [], labelCounts: [] };
        const nobody = 'name:';
        const who = isDone
          ? { annotatedAt: at, annotator: nobody, reference: nobody }
          : { annotatedAt: null, annotator: null, reference: null };
        put('tasks', { ...place, ...file, ...summary, ...who });
        if (!isDone) continue;
        const region = { ...box, id: crypto.randomUUID(), score: null, note: '', isLocked: false };
        const times = { revision: 1, createdAt: at, updatedAt: at };
        const work = { regions: [region], choices: new Map(), isSkipped: false, imageSize: size };
        put('annotations', {
          taskId: id,
          profileId: nobody,
          annotator: nobody,
          projectId,
          ...work,
          ...times,
        });
      }
      await new Promise((end) => (transaction.oncomplete = end));
      db.close();
      return projectId;
    },
    [total, submitted] as const,
  );

/** How much lies in each of these tables, and how many tasks are not as they were. */
const stored = (page: Page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((done) => (request.onsuccess = () => done(request.result)));
    const table = (name: string) => db.transaction(name).objectStore(name);
    const counts = {
      annotations: await asked(table('annotations').count()),
      actions: await asked(table('bulkActions').count()),
      batches: await asked(table('trash').count()),
      others: (await asked(table('tasks').getAll())).filter(
        (task: { progress: string; regionCount: number }) =>
          task.progress !== 'submitted' || task.regionCount !== 1,
      ).length,
    };
    db.close();
    return counts;
  });

/** Settles in the middle of an action: some of its batches are done, some are not. */
const inTheMiddle = (page: Page, state: 'doing' | 'undoing') =>
  page.evaluate(
    async ([wanted, count]) => {
      const open = indexedDB.open('kakomi');
      await new Promise((done) => (open.onsuccess = done));
      for (;;) {
        const asked = open.result.transaction('bulkActions').objectStore('bulkActions').getAll();
        await new Promise((done) => (asked.onsuccess = done));
        const [action] = asked.result as { state: string; things: number }[];
        if (action?.state === wanted && action.things > 0 && action.things < count) return;
        if (wanted === 'undoing' && !action) throw new Error('it is over');
      }
    },
    [state, COUNT] as const,
  );

test('a browser killed in a bulk delete takes it back at the next start; killed in its Undo, it finishes it', async () => {
  test.setTimeout(180_000);
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  const kill = () => spawnSync('pkill', ['-KILL', '-f', profile]);
  let address = '';
  const start = async () => {
    const context = await launch(profile);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(address || server.url);
    return { context, page };
  };
  const deleteAll = async (page: Page) => {
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await act(page, `Delete Annotations (${COUNT.toLocaleString('en')})`);
  };
  const whole = { annotations: COUNT, actions: 0, batches: 0, others: 0 };
  try {
    let { context, page } = await start();
    await page.getByRole('button', { name: 'Create Project' }).waitFor();
    address = `${server.url}projects/${await seedTasks(page, COUNT)}`;
    await page.goto(address);
    await deleteAll(page);
    await inTheMiddle(page, 'doing');
    kill();
    await context.close().catch(() => undefined);

    ({ context, page } = await start());
    await head(page, 'Delete Annotations was cut off half-way and has been undone.');
    await head(page, '3,000 tasks, 3,000 submitted');
    expect(await stored(page)).toEqual(whole);

    await deleteAll(page);
    await head(page, '3,000 tasks, 0 submitted');
    await page.getByRole('button', { name: 'Undo Delete Annotations' }).click();
    await inTheMiddle(page, 'undoing');
    kill();
    await context.close().catch(() => undefined);

    ({ context, page } = await start());
    await head(page, '3,000 tasks, 3,000 submitted');
    await expect.poll(() => stored(page)).toEqual(whole);
    await context.close();
  } finally {
    kill();
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
});
