import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { drawBox, openSample, regions, saved } from './steps';

/** A page of the same origin that is not the app. */
async function bystander(page: Page, url: string): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(`${url}manifest.webmanifest`);
  return other;
}

/** How many rows each of these tables has; `version` above the app's upgrades the database as a newer app would. */
const rowsIn = (page: Page, tables: readonly string[], version?: number) =>
  page.evaluate(
    async ([names, version]) => {
      const request = indexedDB.open('kakomi', version);
      const db = await new Promise<IDBDatabase>((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error!);
      });
      const counts: Record<string, number> = {};
      for (const name of names) {
        const count = db.transaction(name).objectStore(name).count();
        counts[name] = await new Promise((done) => (count.onsuccess = () => done(count.result)));
      }
      db.close();
      return counts;
    },
    [tables, version] as const,
  );

const NOT_SAVED = { hasText: 'Not saved' };

test('after an upgrade by a newer version the old tab says so and writes nothing', async ({
  kakomi: { page, url },
}) => {
  await openSample(page);
  await drawBox(page, [100, 100], [150, 150]);
  await saved(page);
  const newer = await bystander(page, url);
  await rowsIn(newer, [], 10_000);
  await expect(
    page.getByRole('alert').filter({ hasText: 'A newer version of Kakomi is running' }),
  ).toBeVisible();
  await drawBox(page, [200, 100], [260, 150]);
  await expect(page.getByRole('status').filter(NOT_SAVED)).toBeVisible();
  await expect(regions(page)).toHaveCount(1);
  // A tab of the old version that is opened only now is no better off.
  const late = await page.context().newPage();
  await late.goto(page.url());
  await expect(
    late.getByRole('alert').filter({ hasText: 'A newer version of Kakomi is running' }).first(),
  ).toBeVisible();
  expect(await rowsIn(newer, ['drafts', 'draftEntries'])).toEqual({ drafts: 1, draftEntries: 1 });
});

test('a database that is deleted elsewhere is told as that, and the old tab makes none', async ({
  kakomi: { page, url },
}) => {
  await openSample(page);
  await drawBox(page, [100, 100], [150, 150]);
  await saved(page);
  const other = await bystander(page, url);
  await other.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase('kakomi').onsuccess = done)));
  const told = page.getByRole('alert').filter({ hasText: 'The data of this browser were deleted elsewhere' });
  await expect(told.first()).toBeVisible();
  await drawBox(page, [200, 100], [260, 150]);
  await expect(page.getByRole('status').filter(NOT_SAVED)).toBeVisible();
  // The list of the same tab starts its workers, which make none either.
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  await expect(told.first()).toBeVisible();
  expect(await other.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
  await told.first().getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByText('This project does not exist in this browser')).toBeVisible();
});

test('a project deleted in one tab is told in the tabs that draw and list; no row is left', async ({
  kakomi: { page, url, context },
}) => {
  await openSample(page);
  await drawBox(page, [100, 100], [150, 150]);
  await saved(page);
  const list = page.url().replace(/\/tasks\/.*/, '');
  const [lister, deleter] = [await context.newPage(), await context.newPage()];
  await lister.goto(list);
  await expect(lister.getByRole('row').nth(1)).toContainText('Draft');
  await deleter.goto(`${list}/settings`);
  await deleter.getByRole('button', { name: 'Danger Zone' }).click();
  await deleter.getByRole('button', { name: 'Delete Project' }).click();
  await deleter.getByRole('dialog').getByRole('button', { name: 'Delete Project' }).click();
  await expect(
    page.getByRole('alert').filter({ hasText: 'This project was deleted in another tab' }),
  ).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Deleted' })).toBeVisible();
  await expect(lister.getByText('This project does not exist in this browser')).toBeVisible();
  await drawBox(page, [200, 100], [260, 150]);
  await expect(page.getByRole('button', { name: 'Submit', exact: true })).toBeDisabled();
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await expect(page.getByText('This project does not exist in this browser')).toBeVisible();
  const other = await bystander(page, url);
  const tables = ['tasks', 'drafts', 'draftEntries', 'draftsBehind', 'annotations', 'work', 'thumbnails'];
  expect(await rowsIn(other, tables)).toEqual(Object.fromEntries(tables.map((name) => [name, 0])));
});
