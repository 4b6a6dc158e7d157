import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { canvasReady, makeSample, openFirst } from './steps';
import { withoutSavePicker } from './zip';

const SIZES = [
  { width: 1366, height: 625 },
  { width: 390, height: 844 },
];

/** What fails without a word of its own is told as a notice; asked for here as the browser does it. */
const failUnexpectedly = (page: Page) =>
  page.evaluate(() => window.dispatchEvent(new ErrorEvent('error', { error: new Error('a test') })));

/** Names what of notices and jobs lies over an element, on a grid of points over it. */
const coveredBy = (page: Page, selector: string) =>
  page.evaluate((of) => {
    const box = document.querySelector(of)!.getBoundingClientRect();
    const found = new Set<string>();
    for (let i = 0; i <= 20; i += 1)
      for (let j = 0; j <= 20; j += 1) {
        const top = document.elementFromPoint(
          box.left + 1 + ((box.width - 2) * i) / 20,
          box.top + 1 + ((box.height - 2) * j) / 20,
        );
        const over = top?.closest('.notices, .notice, aside[aria-label="Long work"]');
        if (over && !document.querySelector(of)!.contains(over)) found.add(over.className || 'jobs');
      }
    return [...found];
  }, selector);

test('notices and jobs lie over neither the picture, nor Submit, nor a dialog', async ({ kakomi }) => {
  const { page } = kakomi;
  const notice = page.getByRole('region', { name: 'Notice', exact: true });
  await withoutSavePicker(page);
  await page.reload();
  await makeSample(page);
  // A job whose report stays for a while.
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: 'JSON', exact: true }).check();
  await page.getByRole('checkbox', { name: /Drafts and untouched/ }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByRole('complementary', { name: 'Long work' })).toBeVisible();
  await openFirst(page);
  await page.getByRole('button', { name: /^Long work/ }).click();
  await expect(page.getByRole('dialog', { name: 'Long work' })).toContainText('Done');
  await page.keyboard.press('Escape');
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await canvasReady(page);
    const before = await page.getByTestId('canvas').boundingBox();
    await failUnexpectedly(page);
    await expect(notice.getByRole('alert')).toContainText('Something unexpected');
    // A long word on a narrow screen makes its line higher; else the picture stays where it is.
    if (size.width > 720) expect(await page.getByTestId('canvas').boundingBox()).toEqual(before);
    for (const place of ['[data-testid=canvas]', 'footer']) expect(await coveredBy(page, place)).toEqual([]);
    // In a dialog the notice is part of it.
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Something unexpected');
    await expect(notice.getByRole('alert')).toHaveCount(1);
    expect(await coveredBy(page, '[role=dialog]')).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await page.keyboard.press('Escape');
    await expect(notice.getByRole('alert')).toHaveCount(0);
  }
});

test('deleting predictions explains itself in its own words', async ({ kakomi }) => {
  const { page } = kakomi;
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await page.getByRole('checkbox', { name: 'Select task 1', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Select task 2', exact: true }).check();
  await expect(async () => {
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: /^Delete Predictions/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  const dialog = page.getByRole('dialog', { name: 'Delete Predictions' });
  await expect(dialog).toContainText('Removes what models have said about 2 tasks');
  await expect(dialog).not.toContainText('asked again');
});
