import { cp, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from './fixtures';
import { addStorage, createProject, syncStorage } from './steps';
const A = path.resolve('../shared/data/awkward');
for (const lang of ['en', 'ja'] as const)
test('shots' + lang, async ({ kakomi: { page } }) => {
  const folder = await mkdtemp('/tmp/kk-');
  for (const n of ['tiff/hopper_lzw.tif', 'tiff/multipage.tiff', 'other/dicom_test_image.dcm', 'exif/Landscape_6.jpg', 'png/basn2c16.png', 'tiff/crash-2020-10-test.tif']) await cp(path.join(A, n), path.join(folder, path.basename(n)));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 8);
  if (lang === 'ja') await page.locator('select').first().selectOption('ja');
  await page.waitForTimeout(3000);
  for (const [i, name] of [[0, 'multipage.tiff'], [1, 'dicom'], [2, 'hopper_lzw']] as const) {
    await page.getByRole('row').filter({ hasText: name }).last().click();
    await page.waitForTimeout(2500);
    await page.screenshot({ path: `/tmp/s-${i}-${lang}.png` });
    await page.getByRole('link', { name: 'kvasir' }).click();
    await page.waitForTimeout(800);
  }
  await rm(path.join(folder, 'basn2c16.png'));
  await cp(path.join(folder, 'Landscape_6.jpg'), path.join(folder, 'moved.jpg'));
  await rm(path.join(folder, 'Landscape_6.jpg'));
  await page.getByRole('button', { name: lang === 'ja' ? '同期' : 'Sync Storage' }).click();
  await page.waitForTimeout(2500);
  await page.screenshot({ path: `/tmp/s-sync-${lang}.png` });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(500);
  await page.screenshot({ path: `/tmp/s-narrow-${lang}.png` });
});
