import JSZip from 'jszip';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aTiff, turnedJpeg } from '../fixtures/picture-bytes';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, openSample, submitBox, syncStorage } from './steps';
import { readExport, withoutSavePicker } from './zip';
import { hasShared, shared } from '../fixtures/shared';

test('the zip is streamed into the file that was chosen', async ({ kakomi: { page } }) => {
  // The dialog itself cannot be shown without a screen; the file it would give is a real one.
  await page.addInitScript(() => {
    Reflect.set(window, 'showSaveFilePicker', async ({ suggestedName }: { suggestedName: string }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
    );
  });
  await page.reload();
  await openSample(page);
  await submitBox(page);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText('Done: pictures 1, boxes 1')).toBeVisible();
  const bytes = await page.evaluate(async () => {
    for await (const entry of (await navigator.storage.getDirectory()).values()) {
      if (entry.name.endsWith('.zip'))
        return [...new Uint8Array(await (await (entry as FileSystemFileHandle).getFile()).arrayBuffer())];
    }
    return [];
  });
  const zip = await JSZip.loadAsync(Uint8Array.from(bytes), { checkCRC32: true });
  expect(Object.keys(zip.files)).toEqual(['result.json', 'images/mucosa-001.jpg']);
});

const TURNED = shared('awkward/exif/Landscape_6.jpg');

test('a photo that lies on its side is shown and measured upright', async ({ kakomi: { page } }) => {
  test.skip(!hasShared, 'the shared pictures are not here');
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'images');
  await mkdir(folder);
  await cp(TURNED, path.join(folder, 'turned.jpg'));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 1);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(page.getByText('1800 × 1200 px')).toBeVisible();
});

test('what trains on an export sees the pixels that the boxes are on', async ({ kakomi: { page } }) => {
  await withoutSavePicker(page);
  await page.reload();
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'images');
  await mkdir(folder);
  const plain = await readFile('static/sample/pictures/mucosa-001.jpg');
  const turned = turnedJpeg(plain, 6);
  await writeFile(path.join(folder, 'plain.jpg'), plain);
  await writeFile(path.join(folder, 'turned.jpg'), turned);
  await writeFile(
    path.join(folder, 'pages.tif'),
    aTiff([
      { width: 5, height: 3 },
      { width: 6, height: 4 },
    ]),
  );
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 4);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: 'COCO with Images', exact: true }).check();
  await page.getByRole('checkbox', { name: /^Drafts and untouched/ }).check();
  await expect(page.getByRole('region', { name: 'Check before export' })).toContainText(
    '2 pictures that are turned in the file or on a later page, written anew, upright',
  );
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  const { coco, zip } = await readExport(download);
  expect(coco.images.map((image) => image.file_name).sort()).toEqual([
    'images/pages.page2.png',
    'images/pages.tif',
    'images/plain.jpg',
    'images/turned.jpg',
  ]);
  const inZip = (name: string) => zip.file(`images/${name}`)!.async('uint8array');
  expect(Buffer.from(await inZip('plain.jpg')).equals(plain)).toBe(true);
  // As their pixels lie, whatever a tag says.
  const stored = async (bytes: Uint8Array, orientation: ImageOrientation) =>
    page.evaluate(
      async ([values, how]) => {
        const image = await createImageBitmap(new Blob([Uint8Array.from(values)]), { imageOrientation: how });
        const context = new OffscreenCanvas(8, 8).getContext('2d')!;
        context.drawImage(image, 0, 0, 8, 8);
        return {
          width: image.width,
          height: image.height,
          pixels: [...context.getImageData(0, 0, 8, 8).data],
        };
      },
      [[...bytes], orientation] as const,
    );
  for (const name of ['turned.jpg', 'pages.page2.png']) {
    const { width, height } = coco.images.find((image) => image.file_name === `images/${name}`)!;
    expect(await stored(await inZip(name), 'none')).toMatchObject({ width, height });
  }
  const written = await stored(await inZip('turned.jpg'), 'none');
  const shown = await stored(turned, 'from-image');
  expect([written.width, written.height]).toEqual([512, 640]);
  // Written anew, single pixels at highlights differ a little; turned otherwise, all would.
  const differences = written.pixels.map((value, at) => Math.abs(value - shown.pixels[at]!));
  expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(3);
});
