import JSZip from 'jszip';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, drawBox, openSample, saved, syncStorage } from './steps';

test('the zip is streamed into the file that was chosen', async ({ kakomi: { page } }) => {
  // The dialog itself cannot be shown without a screen; the file it would give is a real one.
  await page.addInitScript(() => {
    Reflect.set(window, 'showSaveFilePicker', async ({ suggestedName }: { suggestedName: string }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
    );
  });
  await page.reload();
  await openSample(page);
  await drawBox(page, [100, 100], [160, 150]);
  await saved(page);
  const task = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== task);
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
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

const TURNED = '../shared/data/awkward/exif/Landscape_6.jpg';

test('a photo that lies on its side is shown and measured upright', async ({ kakomi: { page } }) => {
  test.skip(!existsSync(TURNED), 'the shared pictures are not here');
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
