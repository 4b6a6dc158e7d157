import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import { canvasReady, regions, saved, takeDetectorAway } from './steps';
import { readExport, withoutSavePicker } from './zip';

test('no screen has a serious fault of accessibility', async ({ kakomi: { page } }) => {
  // Thirteen screens, one after another.
  test.setTimeout(240_000);
  await expectAccessible(page, 'projects, empty');
  await page.getByRole('button', { name: 'Create Project' }).click();
  for (const tab of ['Project Name', 'Data Import', 'Labeling Setup']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectAccessible(page, tab);
  }
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid').locator('img').first()).toBeVisible();
  await expectAccessible(page, 'data manager');
  await page.getByRole('radio', { name: 'Grid' }).check({ force: true });
  await expectAccessible(page, 'data manager as a grid');
  await page.getByRole('button', { name: 'Export' }).click();
  await expectAccessible(page, 'export');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  await expectAccessible(page, 'labelling');
  await page.keyboard.press('?');
  await expectAccessible(page, 'keys');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  for (const section of ['General', 'Labeling Interface', 'Storage', 'Danger Zone']) {
    await page.getByRole('button', { name: section }).click();
    await expectAccessible(page, section);
  }
});

/** Tab until the named control has the focus, then press a key on it. */
async function tabTo(page: Page, name: string, key: string) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const has = await page.evaluate(() => {
      const element = document.activeElement;
      return (
        element?.getAttribute('aria-label') ??
        (element?.closest('label') ?? element)?.textContent.trim() ??
        ''
      );
    });
    if (has !== name) continue;
    await page.keyboard.press(key);
    return;
  }
  throw new Error(`no way to ${name} by keyboard`);
}

test('the whole path by keyboard alone', async ({ kakomi: { page } }) => {
  await withoutSavePicker(page);
  await page.reload();
  await tabTo(page, 'Try the sample project', 'Enter');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await takeDetectorAway(page);
  await tabTo(page, 'Label All Tasks', 'Enter');
  await canvasReady(page);
  await page.keyboard.press('n');
  await expect(regions(page)).toHaveCount(1);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Control+z');
  await saved(page);
  const first = page.url();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL((url) => url.href !== first);
  await tabTo(page, 'Sample: polyps', 'Enter');
  await tabTo(page, 'Export', 'Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  // In the dialog: another format by arrow key, then Export.
  await tabTo(page, 'COCO with Images', 'ArrowUp');
  const waiting = page.waitForEvent('download');
  await tabTo(page, 'Export', 'Enter');
  const { coco, zip } = await readExport(await waiting);
  expect(coco.annotations).toHaveLength(1);
  expect(Object.keys(zip.files)).toEqual(['result.json']);
});
