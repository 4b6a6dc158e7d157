import type { Page } from '@playwright/test';
import { copyFile, mkdir, readdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, drawBox, pictureFolder, saved, syncStorage } from './steps';
import { rowsOf } from './stored';

/** A real folder of so many pictures with plain names: `1.jpg`, `2.jpg` ... */
async function numberedFolder(count: number): Promise<string> {
  const folder = await pictureFolder(count);
  for (const [at, name] of (await readdir(folder)).sort().entries())
    await rename(path.join(folder, name), path.join(folder, `${at + 1}.jpg`));
  return folder;
}

/** Rows as a person reads them: the file and what stands beside it. */
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const sync = (page: Page) => page.getByRole('button', { name: 'Sync Storage' }).click();
const preview = (page: Page) => page.getByRole('dialog', { name: 'What was found in “images”' });
const apply = async (page: Page) => {
  await preview(page).getByRole('button', { name: 'Apply' }).click();
  await expect(preview(page)).toHaveCount(0);
};
/** Sizes and contents are read behind the list; a change is told from what was read. */
const lookedInto = (page: Page, files: number) =>
  expect
    .poll(() => rowsOf(page, 'tasks').then(({ tasks }) => tasks.filter(({ file }) => file !== null).length), {
      timeout: 30_000,
    })
    .toBe(files);

test('edits, renames, moves, deletions and new files are seen first; boxes stay with their pictures', async ({
  kakomi: { page },
}) => {
  const folder = await numberedFolder(6);
  const spare = path.join(folder, '..', '6.jpg');
  const at = (name: string) => path.join(folder, name);
  await rename(at('6.jpg'), spare);
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 5);
  await lookedInto(page, 5);
  await row(page, '2.jpg').click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await saved(page);
  await page.getByRole('link', { name: 'kvasir' }).click();

  await copyFile(spare, at('1.jpg'));
  await rename(at('2.jpg'), at('別の名前.jpg'));
  await mkdir(at('sub'));
  await rename(at('3.jpg'), at('sub/3.jpg'));
  await rename(at('4.jpg'), path.join(folder, '..', '4.jpg'));
  await copyFile(at('5.jpg'), at('new.jpg'));

  await sync(page);
  for (const words of [
    '1 missing picture',
    '1 picture with other content',
    '2 moved or renamed pictures',
    '1 new picture',
  ])
    await expect(preview(page).getByRole('heading', { name: words })).toBeVisible();
  await expect(preview(page)).toContainText('2.jpg → 別の名前.jpg');
  // Left as it is, nothing has happened.
  await preview(page).getByRole('button', { name: 'Leave as it is' }).click();
  await expect(row(page, '2.jpg')).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: 'Missing' })).toHaveCount(0);

  await sync(page);
  await apply(page);
  await expect(row(page, '4.jpg')).toContainText('Missing');
  await expect(row(page, '別の名前.jpg')).toContainText('Draft');
  await expect(row(page, '2.jpg')).toHaveCount(0);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '7');

  // Back again, and a file that was only touched is no news.
  await rename(path.join(folder, '..', '4.jpg'), at('4.jpg'));
  await utimes(at('5.jpg'), 1000, 1000);
  await sync(page);
  await expect(preview(page).getByRole('heading')).toHaveText([
    'What was found in “images”',
    '1 restored picture',
  ]);
  await apply(page);
  await expect(row(page, '4.jpg')).not.toContainText('Missing');
  await row(page, '別の名前.jpg').click();
  await canvasReady(page);
  await rm(path.join(folder, '..'), { recursive: true });
});

test('twins by Unicode form and equal names in two folders are tasks of their own', async ({
  kakomi: { page },
}) => {
  const folder = await numberedFolder(4);
  const at = (name: string) => path.join(folder, name);
  await mkdir(at('検査 A'));
  await mkdir(at('検査 B'));
  await rename(at('1.jpg'), at('が.jpg'));
  await rename(at('2.jpg'), at('か\u3099.jpg'));
  await rename(at('3.jpg'), at('検査 A/同.jpg'));
  await rename(at('4.jpg'), at('検査 B/同.jpg'));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 4);
  await lookedInto(page, 4);
  await sync(page);
  await expect(page.getByText('Done: new 0')).toBeVisible();
  await expect(preview(page)).toHaveCount(0);
  for (const number of [1, 2, 3, 4]) {
    await page.getByRole('row').nth(number).click();
    await canvasReady(page);
    await page.getByRole('link', { name: 'kvasir' }).click();
  }
  // One of the twins goes: it alone is missing, the other is not taken for it.
  await rm(at('か\u3099.jpg'));
  await sync(page);
  await expect(preview(page).getByRole('heading', { name: '1 missing picture' })).toBeVisible();
  await apply(page);
  await expect(page.getByRole('row').filter({ hasText: 'Missing' })).toHaveCount(1);
  await rm(path.join(folder, '..'), { recursive: true });
});
