import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';
import { drop } from './steps';

test('what is typed counts, leaving asks, and a file is no folder', async ({ kakomi: { page } }) => {
  const question = page.getByRole('dialog', { name: 'Not saved yet' });
  await page.getByRole('button', { name: 'Create Project' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create Project' });
  await page.getByRole('textbox', { name: 'Project Name' }).fill('kvasir');
  // Closing asks; staying keeps everything.
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(question).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Project Name' })).toHaveValue('kvasir');

  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'notes.txt');
  await writeFile(file, 'no picture');
  await page.getByRole('tab', { name: 'Data Import' }).click();
  await drop(page, page.getByRole('group', { name: 'Choose Folder' }), [file]);
  await expect(dialog.getByRole('alert')).toContainText('“notes.txt” is a file, not a folder');
  await expect(dialog).not.toContainText('Folder: notes.txt');
  await dialog.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();

  // Typed, never added.
  await page.getByRole('tab', { name: 'Labeling Setup' }).click();
  await page.getByRole('textbox', { name: 'Add label names' }).fill('polyp');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'kvasir' })).toBeVisible();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Labeling Interface' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of polyp' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Add label names' }).fill('fold');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of fold' })).toBeVisible();

  // Another section keeps what is typed; another page asks.
  await page.getByRole('button', { name: 'General' }).click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill('kvasir 2');
  const back = page.getByRole('navigation').getByRole('link', { name: 'kvasir' });
  await back.click();
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByRole('textbox', { name: 'Project Name' })).toHaveValue('kvasir 2');
  // Closing the tab: the browser asks.
  const asked = page.waitForEvent('dialog');
  void page.reload().catch(() => undefined);
  await (await asked).dismiss();
  await back.click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('heading', { name: 'kvasir', exact: true })).toBeVisible();
});
