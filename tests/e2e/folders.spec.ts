import type { Page } from '@playwright/test';
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { turnedJpeg } from '../fixtures/picture-bytes';
import { expect, test } from './fixtures';
import {
  addStorage,
  canvasReady,
  createProject,
  drawBox,
  drop,
  pictureFolder,
  regions,
  saved,
  syncStorage,
} from './steps';

const preview = (page: Page) => page.getByRole('dialog', { name: 'Join “images” with this folder?' });

test('a project restored from a backup without pictures is joined with its folder, wherever that lies now', async ({
  kakomi: { page },
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.reload();
  const folder = await pictureFolder(3);
  const [first, second] = (await readdir(folder)).sort() as [string, string, string];
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 3);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await saved(page);
  // Without loading the page anew: the browser would ask about the folder again.
  await page.getByRole('link', { name: 'kvasir', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Back Up', exact: true }).click();
  const withPictures = page.getByRole('checkbox', { name: /^With the pictures/ });
  await expect(withPictures).toBeChecked();
  await withPictures.uncheck();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Back Up', exact: true }).click(),
  ]);

  // The folder has another name elsewhere, a picture lies in a folder of its own.
  const moved = path.join(path.dirname(folder), 'elsewhere', 'renamed');
  await mkdir(path.join(moved, 'sub'), { recursive: true });
  await cp(folder, moved, { recursive: true });
  await rename(path.join(moved, first), path.join(moved, 'sub', 'other.jpg'));
  await page.getByRole('button', { name: 'Restore Backup' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose Backup' }).click(),
  ]);
  await chooser.setFiles(await download.path());
  await page.getByRole('radio', { name: 'Beside what is here' }).check();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('link', { name: 'kvasir (2)' }).click();
  const gone = page
    .getByRole('alert')
    .filter({ hasText: 'The way to this folder is not known on this computer' });
  await expect(gone).toBeVisible();

  // A wrong folder says so, and leaves everything as it is.
  const wrong = await pictureFolder(1);
  await rename(path.join(wrong, first), path.join(wrong, 'holiday.jpg'));
  await cp('static/sample/pictures/mucosa-001.jpg', path.join(wrong, 'holiday.jpg'));
  const target = page.getByRole('group', { name: 'Folder of “images”' });
  await drop(page, target, [wrong]);
  await expect(preview(page).getByRole('alert')).toContainText('Most likely it is another folder.');
  await preview(page).getByRole('button', { name: 'Leave as it is' }).click();
  await expect(gone).toBeVisible();

  await drop(page, target, [moved]);
  await expect(preview(page)).toContainText('2 pictures found at the same place');
  await expect(
    preview(page).getByRole('region', { name: '1 picture found at another place by its content' }),
  ).toContainText(`${first} → sub/other.jpg`);
  await preview(page).getByRole('button', { name: 'Join', exact: true }).click();
  await expect(gone).toHaveCount(0);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');
  await expect(page.getByRole('row').filter({ hasText: 'sub/other.jpg' })).toContainText('Draft');
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);

  // The same pictures once more: joined instead of doubled.
  await page.getByRole('link', { name: 'kvasir (2)' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await drop(page, page.getByRole('group', { name: 'Choose Folder' }), [folder]);
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await page.getByRole('button', { name: 'Join with “images”' }).click();
  await expect(preview(page)).toContainText('2 pictures found at the same place');
  await preview(page).getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByText('Tasks 3 (0 new)')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the pictures' }).click();
  await expect(page.getByRole('row').filter({ hasText: first })).toContainText('Draft');
  expect(second).not.toBe(first);
});

test('copies that the browser has lost are said to be lost, and come back with their folder', async ({
  kakomi: { page },
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'));
  await page.reload();
  const folder = await pictureFolder(2);
  await createProject(page);
  const choose = async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose Folder' }).click(),
    ]);
    await chooser.setFiles(folder);
  };
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await choose();
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await syncStorage(page, 2);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await saved(page);
  await page.evaluate(async () =>
    (await navigator.storage.getDirectory()).removeEntry('sources', { recursive: true }),
  );
  await page.reload();
  const said = page.getByRole('alert').filter({ hasText: 'The browser has no copy of' });
  await expect(said).toBeVisible();
  await choose();
  await expect(preview(page)).toContainText('2 pictures found at the same place');
  await preview(page).getByRole('button', { name: 'Join', exact: true }).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
});

test('a picture replaced on the disk is noticed on coming back; its boxes follow by choice, and the list shows it', async ({
  kakomi: { page },
}) => {
  const folder = path.join(path.dirname(await pictureFolder(1)), 'two');
  await mkdir(folder);
  await cp('static/sample/pictures/mucosa-001.jpg', path.join(folder, 'a.jpg'));
  await cp('static/sample/pictures/mucosa-002.jpg', path.join(folder, 'b.jpg'));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 2);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [100, 100], [200, 180]);
  await saved(page);
  const first = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== first);
  await page.getByRole('button', { name: 'Previous Task' }).click();
  await page.waitForURL(first);
  await canvasReady(page);

  const upright = await readFile('static/sample/pictures/mucosa-003.jpg');
  await writeFile(path.join(folder, 'a.jpg'), turnedJpeg(upright, 6));
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await comeBack();
  const asked = page.getByRole('alert').filter({ hasText: 'What becomes of them?' });
  await expect(asked).toContainText('was 640 × 512 px when its boxes were made, now it is 512 × 640 px');
  await asked.getByRole('button', { name: 'Scale Boxes' }).click();
  await expect(asked).toHaveCount(0);
  await expect(regions(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'kvasir' }).click();
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(asked).toHaveCount(0);
  // The choice is a step like any other, found again on opening.
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: 'Redo', exact: true })).toBeEnabled();
  await saved(page);
  await page.getByRole('link', { name: 'kvasir' }).click();
  const small = page.getByRole('row').nth(2).locator('img');
  const shape = () => small.evaluate((image: HTMLImageElement) => image.naturalWidth > image.naturalHeight);
  await expect.poll(shape).toBe(true);
  await writeFile(path.join(folder, 'b.jpg'), turnedJpeg(upright, 6));
  await comeBack();
  await expect.poll(shape).toBe(false);
});
