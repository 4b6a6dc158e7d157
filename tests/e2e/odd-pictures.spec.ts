import type { Page } from '@playwright/test';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CORNERS, refusedScenes, shownScenes } from '../fixtures/corner-scene';
import { aWebp } from '../fixtures/raster-bytes';
import { expect, test } from './fixtures';
import { addStorage, createProject, syncStorage } from './steps';
import { readExport, withoutSavePicker } from './zip';

test.setTimeout(240_000);

/** Which stored corner stands above on the left, above on the right, below on the left, below on the right. */
const CORNERS_BY_ORIENTATION = [
  [0, 1, 2, 3],
  [1, 0, 3, 2],
  [3, 2, 1, 0],
  [2, 3, 0, 1],
  [0, 2, 1, 3],
  [2, 0, 3, 1],
  [3, 1, 2, 0],
  [1, 3, 0, 2],
] as const;

const folderOf = async (files: Readonly<Record<string, Uint8Array>>): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-odd-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
  return folder;
};

/** The picture's size, the colours of its corners as they stand on the screen, and what is said about it. */
async function lookAt(page: Page, number: number) {
  await expect(page.getByRole('heading', { level: 1 })).toContainText(new RegExp(`#${number} `));
  const alert = page.getByRole('main').getByRole('alert');
  const canvas = page.getByTestId('canvas');
  await expect
    .poll(
      async () =>
        (await canvas.getAttribute('data-image-scale', { timeout: 100 }).catch(() => null)) !== null ||
        (await alert.count()) > 0,
    )
    .toBe(true);
  const name = (await page.getByRole('heading', { level: 1 }).textContent())!;
  if ((await alert.count()) > 0) return { name, reason: await alert.first().textContent() };
  const size = /\d+ × \d+ px/.exec(await page.locator('body').innerText())![0];
  const corners = await canvas.evaluate((element, [width, height]) => {
    const drawn = element.querySelector('canvas')!;
    const ratio = drawn.width / drawn.clientWidth;
    const [left, top, scale] = ['imageLeft', 'imageTop', 'imageScale'].map((key) =>
      Number(element.dataset[key]),
    );
    const context = drawn.getContext('2d')!;
    return [
      [5, 5],
      [width! - 5, 5],
      [5, height! - 5],
      [width! - 5, height! - 5],
    ].map(([x, y]) => [
      ...context
        .getImageData((left! + x! * scale!) * ratio, (top! + y! * scale!) * ratio, 1, 1)
        .data.subarray(0, 3),
    ]);
  }, size.match(/\d+/g)!.map(Number));
  return { name, size, corners };
}

async function open(page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await createProject(page);
  await addStorage(page, await folderOf(files));
  await syncStorage(page, Object.keys(files).length);
}

const isClose = (found: readonly (readonly number[])[], expected: readonly (readonly number[])[]): boolean =>
  found.every((color, i) => color.every((value, at) => Math.abs(value - expected[i]![at]!) < 12));

test('pictures of odd writers are shown as they are, or their fault is named', async ({
  kakomi: { page },
}) => {
  const [shown, refused] = [shownScenes(), refusedScenes()];
  const files = {
    ...shown,
    ...Object.fromEntries(Object.entries(refused).map(([name, [bytes]]) => [name, bytes])),
  };
  await open(page, files);
  await page.getByRole('row').nth(1).click();
  const seen = new Set<string>();
  for (let number = 1; number <= Object.keys(files).length; number += 1) {
    const one = await lookAt(page, number);
    const name = Object.keys(files).find((file) => one.name.includes(` ${file}`))!;
    seen.add(name);
    if (name in refused) expect(one.reason, name).toContain(refused[name]![1]);
    else {
      expect([name, one.reason, one.size]).toEqual([name, undefined, '60 × 40 px']);
      expect(isClose(one.corners!, CORNERS), `${name}: ${one.corners!.join(' | ')}`).toBe(true);
    }
    if (number < Object.keys(files).length) await page.getByRole('button', { name: 'Next Task' }).click();
  }
  expect(seen.size).toBe(Object.keys(files).length);
});

test('a WebP stands upright by its EXIF: on the screen, in lists and in exports', async ({
  kakomi: { page },
}) => {
  await withoutSavePicker(page);
  await page.reload();
  const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
  await open(page, Object.fromEntries(orientations.map((one) => [`o${one}.webp`, aWebp(one)])));
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  for (const orientation of orientations) {
    const image = page
      .getByRole('row')
      .filter({ hasText: `o${orientation}.webp` })
      .locator('img');
    await expect
      .poll(() => image.evaluate((one: HTMLImageElement) => [one.naturalWidth, one.naturalHeight]))
      .toEqual(orientation >= 5 ? [40, 60] : [60, 40]);
  }

  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: 'COCO with Images', exact: true }).check();
  await page.getByRole('checkbox', { name: /^Drafts and untouched/ }).check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  const { coco, zip } = await readExport(download);
  for (const orientation of orientations) {
    const name = `images/o${orientation}.webp`;
    const { width, height } = coco.images.find((image) => image.file_name === name)!;
    const written = [...(await zip.file(name)!.async('uint8array'))];
    const found = await page.evaluate(async (bytes) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
      context.drawImage(image, 0, 0);
      const [right, bottom] = [image.width - 5, image.height - 5];
      const corners = [
        [5, 5],
        [right, 5],
        [5, bottom],
        [right, bottom],
      ].map(([x, y]) => [...context.getImageData(x!, y!, 1, 1).data.subarray(0, 3)]);
      return { width: image.width, height: image.height, corners };
    }, written);
    expect([found.width, found.height]).toEqual([width, height]);
    const expected = CORNERS_BY_ORIENTATION[orientation - 1]!.map((corner) => CORNERS[corner]);
    expect(isClose(found.corners, expected), `${name}: ${found.corners.join(' | ')}`).toBe(true);
  }

  await page.keyboard.press('Escape');
  await page.getByRole('row').nth(1).click();
  for (const orientation of orientations) {
    const { size, corners } = await lookAt(page, orientation);
    expect(size).toBe(orientation >= 5 ? '40 × 60 px' : '60 × 40 px');
    const expected = CORNERS_BY_ORIENTATION[orientation - 1]!.map((corner) => CORNERS[corner]);
    expect(isClose(corners!, expected), `o${orientation}: ${corners!.join(' | ')}`).toBe(true);
    if (orientation < 8) await page.getByRole('button', { name: 'Next Task' }).click();
  }
});
