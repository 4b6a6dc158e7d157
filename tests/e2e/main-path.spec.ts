import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from './fixtures';
import {
  addStorage,
  canvasReady,
  createProject,
  drawBox,
  pictureFolder,
  regions,
  saved,
  syncStorage,
  viewOf,
} from './steps';
import { exportAs, readExport, withoutSavePicker } from './zip';

/** Within half a pixel of the picture. */
function expectBox(bbox: readonly number[], drawn: { x: number; y: number; width: number; height: number }) {
  const { x, y, width, height } = drawn;
  for (const [at, value] of [x, y, width, height].entries())
    expect(Math.abs(bbox[at]! - value), `number ${at}`).toBeLessThan(0.5);
}

test('from an empty browser to a COCO zip that trains', async ({ kakomi: { page, context } }) => {
  await withoutSavePicker(page);
  await page.reload();
  const folder = await pictureFolder(4);
  await createProject(page);
  await addStorage(page, folder, '.*(jpe?g|png|tiff)');
  await syncStorage(page, 4);
  await expect(page.getByRole('grid').locator('img').first()).toBeVisible();
  await page.getByRole('row').nth(1).click();

  // Picture 1 at fit, picture 2 at 8x, picture 3 deliberately empty, picture 4 never submitted.
  await canvasReady(page);
  await page.getByRole('radio', { name: 'polyp' }).check({ force: true });
  const atFit = await drawBox(page, [60, 50], [200, 170]);
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  const first = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== first);
  await expect(page.getByText('#2', { exact: false }).first()).toBeVisible();
  await expect(regions(page)).toHaveCount(0);

  const before = await viewOf(page);
  await page.mouse.move(before.left + 100 * before.scale, before.top + 100 * before.scale);
  for (let { scale } = before; scale < 8;) {
    const last = scale;
    await page.mouse.wheel(0, -100);
    await expect.poll(async () => (scale = (await viewOf(page)).scale)).toBeGreaterThan(last);
  }
  expect((await viewOf(page)).scale).toBeGreaterThan(7.9);
  const zoomed = await drawBox(page, [95, 96], [112, 109]);
  await expect(regions(page)).toHaveCount(1);
  const second = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== second);
  const third = page.url();
  await expect(page.getByText('#3', { exact: false }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Submit Empty' }).click();
  await page.waitForURL((url) => url.href !== third);

  await page.getByRole('link', { name: 'kvasir' }).click();
  await expect(page.getByText('4 tasks, 3 submitted, 0 skipped')).toBeVisible();
  const { coco, zip, name } = await readExport(await exportAs(page, 'COCO with Images'));
  expect(name).toMatch(/^kvasir-coco-with-images-\d{4}-\d\d-\d\d-\d\d-\d\d\.zip$/);
  expect(coco.categories).toMatchObject([{ id: 1, name: 'polyp' }]);
  expect(coco.images).toHaveLength(3);
  expect(coco.annotations).toHaveLength(2);
  expectBox(coco.annotations[0]!.bbox, atFit);
  expectBox(coco.annotations[1]!.bbox, zoomed);
  // As the course's loader reads it: root/file_name exists, numbers from 1, boxes with an area inside the picture.
  for (const image of coco.images) {
    const original = await readFile(path.join(folder, path.basename(image.file_name)));
    expect(image.file_name).toMatch(/^images\//);
    expect((await zip.file(image.file_name)!.async('nodebuffer')).equals(original)).toBe(true);
  }
  const third3 = coco.images[2]!;
  expect(coco.annotations.filter((annotation) => annotation.image_id === third3.id)).toEqual([]);

  const alone = await readExport(await exportAs(page, 'COCO'));
  expect(Object.keys(alone.zip.files)).toEqual(['result.json']);
  expect(alone.coco.annotations).toEqual(coco.annotations);
  expect(context.pages()).toHaveLength(1);
});

test('a box is selected, moved, resized, relabelled, deleted, and all of it undone and redone', async ({
  kakomi: { page },
}) => {
  await createProject(page, 'editing', ['polyp', 'fold']);
  await addStorage(page, await pictureFolder(1));
  await syncStorage(page, 1);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [100, 100], [200, 180]);
  const size = () => regions(page).first().textContent();
  await expect(regions(page)).toHaveCount(1);
  expect(await size()).toContain('polyp');

  await page.getByRole('radio', { name: 'Select', exact: true }).check({ force: true });
  await drawBox(page, [200, 180], [240, 220]);
  await expect(regions(page).first()).toContainText('140 × 120');
  await drawBox(page, [150, 150], [170, 160]);
  await expect(regions(page).first()).toContainText('140 × 120');
  await page.keyboard.press('2');
  await expect(regions(page).first()).toContainText('fold');
  await page.keyboard.press('Delete');
  await expect(regions(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(regions(page).first()).toContainText('fold');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(0);
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('Control+Shift+z');
  await expect(regions(page)).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(regions(page).first()).toContainText('140 × 120');
  await page.getByRole('button', { name: 'Zoom In' }).click();
  await page.getByRole('button', { name: 'Fit' }).click();
  await page.getByRole('radio', { name: 'Pan', exact: true }).check({ force: true });
  const before = await viewOf(page);
  await drawBox(page, [10, 10], [60, 40]);
  expect((await viewOf(page)).left).toBeGreaterThan(before.left + 10);
});
