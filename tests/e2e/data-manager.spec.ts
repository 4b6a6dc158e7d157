import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { painted } from './hands';
import { canvasReady, makeSample } from './steps';

const rows = (page: Page) => page.getByRole('row', { name: /^Task \d+:/ });
const count = (page: Page) => page.getByRole('grid').getAttribute('aria-rowcount').then(Number);
const expectCount = (page: Page, tasks: number) => expect.poll(() => count(page)).toBe(tasks + 1);
const first = async (page: Page) =>
  Number(/^Task (\d+):/.exec((await rows(page).first().getAttribute('aria-label')) ?? '')?.[1]);

/** Presses what leads to another task, and waits until the address has followed: Back goes by that. */
async function onTo(page: Page, button: Locator) {
  const before = page.url();
  await button.click();
  await expect(page).not.toHaveURL(before);
}

async function act(page: Page, action: string) {
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test.beforeEach(async ({ kakomi: { page } }) => {
  await makeSample(page);
  await expectCount(page, 24);
});

test('filters, search, order and views find tasks, and coming back finds the list as it was', async ({
  kakomi: { page },
}) => {
  await page.getByRole('searchbox', { name: 'Search files' }).fill('01');
  await expectCount(page, 11);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('combobox', { name: 'Field 1' }).selectOption('ID');
  await page.getByRole('combobox', { name: 'Operator 1' }).selectOption('is between');
  await page.getByRole('spinbutton', { name: 'Value 1', exact: true }).fill('12');
  await page.getByRole('spinbutton', { name: 'Upper value 1' }).fill('15');
  await page.keyboard.press('Tab');
  await expectCount(page, 4);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Order by' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Descending' }).click();
  await expect.poll(() => first(page)).toBe(15);

  await page.getByRole('button', { name: 'New view' }).click();
  await page.getByRole('tab', { name: 'Default' }).click();
  await expect.poll(() => first(page)).toBe(15);
  await page.getByRole('tab', { name: 'View 2' }).click();
  await page.getByRole('searchbox', { name: 'Search files' }).fill('');
  await rows(page).nth(1).getByRole('checkbox').click();
  await expect(page.getByText('1 selected')).toBeVisible();

  await rows(page).nth(1).click();
  await canvasReady(page);
  await expect(page.getByText('#14', { exact: false }).first()).toBeVisible();
  await onTo(page, page.getByRole('button', { name: 'Next Task' }));
  await expect(page.getByText('#13', { exact: false }).first()).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expectCount(page, 4);
  await expect(page.getByText('1 selected')).toBeVisible();
  await expect(rows(page).nth(1).getByRole('checkbox')).toBeChecked();
});

test('a pattern that is none is told beside the filter', async ({ kakomi: { page } }) => {
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('combobox', { name: 'Operator 1' }).selectOption('matches regex');
  await page.getByRole('textbox', { name: 'Value 1' }).fill('(');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toContainText('not a regular expression');
  await page.getByRole('textbox', { name: 'Value 1' }).fill(String.raw`0[12]\d\.jpg$`);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expectCount(page, 15);
});

test('a pattern that never comes back is stopped', async ({ kakomi: { page } }) => {
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('combobox', { name: 'Operator 1' }).selectOption('matches regex');
  await page.getByRole('textbox', { name: 'Value 1' }).fill('((((((.+)+)+)+)+)+)+#');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toContainText('takes too long', { timeout: 20_000 });
  await page.getByRole('textbox', { name: 'Value 1' }).fill('001');
  await page.keyboard.press('Tab');
  await expectCount(page, 1);
});

test('a selection by keyboard is deleted and comes back with Undo; the head is right throughout', async ({
  kakomi: { page },
}) => {
  await rows(page).first().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 selected')).toBeVisible();
  await act(page, 'Delete Tasks (3)');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete Tasks (3)' }).click();
  await expect(page.getByText('21 tasks, 0 submitted, 0 skipped')).toBeVisible();
  await expect.poll(() => first(page)).toBe(4);
  await page.getByRole('button', { name: 'Undo Delete Tasks' }).click();
  await expect(page.getByText('24 tasks, 0 submitted, 0 skipped')).toBeVisible();
  await expect.poll(() => first(page)).toBe(1);
  await rows(page).first().focus();
  await page.keyboard.press('Control+a');
  await expect(page.getByText('24 selected')).toBeVisible();
});

test('keys that come faster than frames all count', async ({ kakomi: { page } }) => {
  await rows(page).first().focus();
  await page.evaluate(() => {
    const press = (key: string, shiftKey: boolean) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
    for (let times = 0; times < 3; times += 1) press('ArrowDown', false);
    for (let times = 0; times < 2; times += 1) press('ArrowDown', true);
  });
  await expect(page.getByText('3 selected')).toBeVisible();
  await expect(rows(page).nth(5)).toBeFocused();
  await expect(page.getByRole('checkbox', { name: 'Select task 4' })).toBeChecked();
});

test('a row that is clicked before it is read opens as soon as it is', async ({ kakomi: { page } }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const row = document.querySelector<HTMLElement>('[role=row][data-at="2"]');
      if (!row) return;
      observer.disconnect();
      row.click();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  await page.getByRole('navigation').getByRole('link', { name: 'Sample: polyps' }).click();
  await canvasReady(page);
  await expect(page.getByText('#3', { exact: false }).first()).toBeVisible();
});

test('a label is merged in the selection, and the boxes by label follow', async ({ kakomi: { page } }) => {
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  const canvas = (await page.getByTestId('canvas').boundingBox())!;
  const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2];
  await page.mouse.move(x - 40, y - 40);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 40, { steps: 5 });
  await page.mouse.up();
  await onTo(page, page.getByRole('button', { name: 'Submit', exact: true }));
  await expect(page.getByText('#2', { exact: false }).first()).toBeVisible();
  await page.goBack();
  await page.goBack();
  const boxes = page.getByRole('list', { name: 'Boxes by label' });
  await expect(boxes).toHaveText('polyp 1');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await act(page, 'Rename or Merge Label (24)');
  await page.getByRole('combobox', { name: 'New label' }).fill('adenoma');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(boxes).toHaveText('adenoma 1');
  await act(page, 'Delete Annotations (24)');
  await expect(page.getByText('24 tasks, 0 submitted')).toBeVisible();
  await expect(boxes).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo Delete Annotations' }).click();
  await expect(boxes).toHaveText('adenoma 1');
  await page.getByRole('button', { name: 'Undo Rename or Merge Label' }).click();
  await expect(boxes).toHaveText('polyp 1');
});

test('columns are hidden, moved and kept', async ({ kakomi: { page } }) => {
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Score' }).uncheck();
  await page.getByRole('button', { name: 'Move File up' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  const heads = page.getByRole('columnheader');
  await expect(heads.nth(2)).toHaveText('File');
  await expect(page.getByRole('columnheader', { name: 'Score' })).toHaveCount(0);
});

test('a screen that is turned shows cards or rows, and nothing of it is called an error', async ({
  kakomi: { page },
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(rows(page).first()).toBeVisible();
  await painted(page);
  // Without names of columns there is no box above them: everything is selected beside the views.
  const all = page.getByRole('button', { name: 'Select all' });
  await all.click();
  await expect(page.getByText('24 selected')).toBeVisible();
  await expect(all).toHaveCount(0);
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.getByRole('checkbox', { name: 'Select all' })).toBeVisible();
  await expect(all).toHaveCount(0);
  await expect(rows(page).first()).toBeVisible();
  await painted(page);
  await expect(page.getByRole('region', { name: 'Notice', exact: true })).not.toContainText('unexpected');
});
