import type { Locator, Page } from '@playwright/test';
import path from 'node:path';
import { smallModel } from '../fixtures/small-model';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, pictureFolder, syncStorage } from './steps';

// A model is opened here, on machines that are busy.
test.setTimeout(240_000);

/** Three classes that the file has no names for, as torchvision counts: from 1. */
const NAMELESS = [
  { x: 50, y: 40, width: 100, height: 90, score: 0.93, label: 1 },
  { x: 200, y: 100, width: 110, height: 80, score: 0.81, label: 3 },
  { x: 40, y: 190, width: 60, height: 40, score: 0.62, label: 3 },
  { x: 5, y: 5, width: 25, height: 25, score: 0.3, label: 17 },
];

/** A project of some pictures, and the dialog with the model chosen. */
async function openedNameless(page: Page, pictures: number): Promise<Locator> {
  await createProject(page, 'street', ['tree', 'house']);
  await addStorage(page, await pictureFolder(pictures));
  await syncStorage(page, pictures);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const dialog = page.getByRole('dialog');
  const file = { name: 'nameless.onnx', mimeType: 'application/octet-stream', buffer: smallModel(NAMELESS) };
  await dialog.locator('input[type=file]').setInputFiles([file]);
  return dialog;
}

test('a model without class names shows what its numbers found, and they become labels', async ({
  kakomi: { page },
}) => {
  const dialog = await openedNameless(page, 2);

  await expect(dialog.getByText('4 found, none of their classes has a label, 3 shown')).toBeVisible({
    timeout: 60_000,
  });
  // Nothing is claimed where nothing is known.
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await expect(dialog.getByText('tree, house')).toHaveCount(0);
  const classes = dialog.getByRole('region', { name: 'Classes in this picture' });
  await expect(classes.getByRole('listitem')).toHaveCount(3);
  await expect(classes.getByText('#2 · 2×')).toBeVisible();
  await classes.scrollIntoViewIfNeeded();
  await expectAccessible(page, 'classes without names');
  await page.screenshot({ path: path.join(test.info().outputDir, 'nameless.png') });

  // COCO's names are offered, and what was found is called by them.
  await classes.getByRole('button', { name: 'Names of COCO (1–90)' }).click();
  await expect(classes.getByRole('textbox', { name: 'Name of class 16' })).toHaveValue('cat');
  await classes.getByRole('combobox', { name: 'Label for person' }).selectOption({ label: 'tree' });
  await expect(dialog.getByText('4 found, 3 of them of classes without a label, 3 shown')).toBeVisible();
  await classes.getByRole('textbox', { name: 'Name of class 2' }).fill('lorry');
  await classes.getByRole('textbox', { name: 'Name of class 2' }).blur();
  await classes.getByRole('button', { name: 'Make 2 labels of these' }).click();
  await expect(classes.getByRole('combobox', { name: 'Label for lorry' })).toHaveValue(/.+/);
  await expect(dialog.getByText('4 found, 3 shown')).toBeVisible();
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();

  await page.getByRole('navigation').getByRole('link', { name: 'street' }).click();
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  await expect(page.getByRole('button', { name: 'Suggestion: tree, 93 %' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: /^Suggestion: lorry/ })).toHaveCount(2);
});

test('where no class has a label the labelling page says so, and where to give some', async ({
  kakomi: { page },
}) => {
  const dialog = await openedNameless(page, 1);
  await expect(dialog.getByText('4 found, none', { exact: false })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'street' }).click();
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  await expect(page.getByText('3 found, none of their classes has a label.')).toBeVisible({
    timeout: 60_000,
  });
  await page.screenshot({ path: path.join(test.info().outputDir, 'unlabelled.png') });
  await page.getByRole('link', { name: 'Give classes labels' }).click();
  await expect(page).toHaveURL(/settings/);
});
