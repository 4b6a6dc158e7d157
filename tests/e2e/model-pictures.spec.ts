import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aPng, aTiff } from '../fixtures/picture-bytes';
import { spotModel } from '../fixtures/small-model';
import { expect, test } from './fixtures';
import { addStorage, createProject, syncStorage } from './steps';
import { predictions } from './stored';

test.setTimeout(240_000);

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A dark row of pixels with the part of a bright box that lies in it. */
function row(width: number, y: number, [left, top, right, bottom]: Box): number[] {
  const pixels = Array<number>(width).fill(40);
  return y >= top && y < bottom ? pixels.fill(255, left, right) : pixels;
}
const plane = (width: number, height: number, box: Box) =>
  Uint8Array.from(Array.from({ length: height }, (_, y) => row(width, y, box)).flat());

test('boxes lie in full-size pixels: on a later page of a TIFF, and where a smaller copy is shown', async ({
  kakomi: { page },
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-model-pictures-'));
  const boxes = { first: [10, 6, 40, 30], second: [120, 50, 200, 90], huge: [7000, 20, 8500, 90] } as const;
  await writeFile(
    path.join(folder, 'pages.tif'),
    aTiff([
      { width: 100, height: 60, data: plane(100, 60, boxes.first) },
      { width: 240, height: 120, data: plane(240, 120, boxes.second) },
    ]),
  );
  await writeFile(
    path.join(folder, 'huge.png'),
    aPng(9000, 120, [], (y) => row(9000, y, boxes.huge)),
  );
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 3);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const dialog = page.getByRole('dialog');
  const file = { name: 'spot.onnx', mimeType: 'application/octet-stream', buffer: spotModel() };
  await dialog.locator('input[type=file]').setInputFiles([file]);
  await expect(dialog.getByText(/· Took /)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'kvasir' }).click();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Retrieve Predictions' }).click();
  await dialog.getByRole('button', { name: 'Retrieve Predictions' }).click();
  await expect(
    page.getByRole('complementary', { name: 'Long work' }).getByText(/Done: predicted/),
  ).toContainText('predicted 3', { timeout: 60_000 });

  const kept = await predictions(page);
  const found = (name: string, number: number): Box => {
    const { regions } = kept.find((one) => one.path === name && one.page === number)!;
    const { x, y, width, height } = regions[0]!;
    return [x, y, x + width, y + height];
  };
  expect(found('pages.tif', 1)).toEqual(boxes.first);
  expect(found('pages.tif', 2)).toEqual(boxes.second);
  // The copy is 8,192 pixels wide: one of its pixels is 1.1 of the picture's.
  const huge = found('huge.png', 1);
  for (const [side, place] of boxes.huge.entries()) expect(Math.abs(huge[side]! - place)).toBeLessThan(2.5);
});
