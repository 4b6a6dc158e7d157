import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { storedBoxes } from './hands';
import { rowsOf } from './stored';
import {
  addStorage,
  createProject,
  drawBox,
  openFirst,
  pictureFolder,
  regionCount,
  regions,
  saved,
  syncStorage,
} from './steps';

/** A project of two labels with its first picture open; the answer is the address of its list. */
async function opened(page: Page): Promise<string> {
  await createProject(page, 'kvasir', ['car', 'van']);
  const list = page.url().replace(/[?#].*/, '');
  await addStorage(page, await pictureFolder(2));
  await syncStorage(page, 2);
  await openFirst(page);
  return list;
}

async function labelsStored(page: Page): Promise<readonly (string | undefined)[]> {
  const { projects } = await rowsOf(page, 'projects');
  const labels = projects[0]?.['labels'] as readonly { id: string; name: string }[];
  const names = new Map(labels.map(({ id, name }) => [id, name]));
  return (await storedBoxes(page)).map(({ labelId }) => names.get(labelId ?? ''));
}

test('an open task follows a merge of labels in another tab, with the stroke in hand', async ({ kakomi }) => {
  const { page, context } = kakomi;
  const list = await opened(page);
  await drawBox(page, [40, 40], [140, 140]);
  await saved(page);
  const other = await context.newPage();
  await other.goto(list);
  await other.getByRole('checkbox', { name: 'Select all' }).first().check();
  await page.bringToFront();
  // The hand is on the picture while the labels are merged.
  const box = (await page.getByTestId('canvas').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 60, { steps: 3 });

  await other.getByRole('button', { name: 'Actions' }).click();
  await other.getByRole('menuitem', { name: 'Merge Label' }).click();
  const dialog = other.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'New label' }).fill('van');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(regions(page).filter({ hasText: 'van' })).toHaveCount(1);

  await page.mouse.up();
  await expect.poll(() => regionCount(page)).toBe(2);
  await saved(page);
  // The armed label still exists: the new box has it, the merged one does not have it back.
  await expect.poll(() => labelsStored(page)).toEqual(['van', 'car']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => labelsStored(page)).toEqual(['van']);
});

test('removing a label asks, says what uses it, and is everywhere at once; it can be brought back', async ({
  kakomi,
}) => {
  const { page, context } = kakomi;
  const list = await opened(page);
  await drawBox(page, [40, 40], [140, 140]);
  await saved(page);
  const other = await context.newPage();
  await other.goto(`${list}/settings?section=labeling`);
  await other.getByRole('button', { name: 'Remove car' }).click();
  const dialog = other.getByRole('dialog', { name: 'Remove the label “car”?' });
  await expect(dialog.getByRole('status')).toContainText('1 box of unsent work in 1 picture');
  await dialog.getByRole('radio', { name: 'gets another label' }).check();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(other.getByText('Saved', { exact: true })).toBeVisible();

  await expect(regions(page).filter({ hasText: 'van' })).toHaveCount(1);
  await drawBox(page, [160, 160], [240, 240]);
  await expect.poll(() => regionCount(page)).toBe(2);
  await expect(regions(page).filter({ hasText: 'van' })).toHaveCount(2);

  await other.getByText('Removed labels (1)').click();
  await other.getByRole('button', { name: 'Bring back car' }).click();
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(regions(page).filter({ hasText: 'car' })).toHaveCount(1);
  // As it is read anew from what is stored.
  await page.getByRole('link', { name: 'kvasir' }).click();
  await openFirst(page);
  await expect(regions(page).filter({ hasText: 'car' })).toHaveCount(1);
});
