import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { addStorage, createProject } from './steps';
import { hasShared, shared } from '../fixtures/shared';

const FOLDER = shared('awkward');

interface Entry {
  readonly file: string;
  readonly condition: 'ok' | 'damaged' | 'undecodable' | 'oversize' | 'exotic';
  readonly display_width: number;
  readonly display_height: number;
}

/** What is shown of a task: its size, or the reason why it is not. */
interface Shown {
  readonly path: string;
  readonly page: number;
  readonly size: string | null;
  readonly reason: string | null;
  /** 16 x 16 colours of the picture as it stands on the screen. */
  readonly look: readonly number[];
}

/**
 * Refused although others can read them: a drawing has no pixels to label; and a PNG of which the browser's
 * decoder gives the first third, while others fill the rest with black, would be labelled as it is not.
 */
const GIVEN_UP: ReadonlyMap<string, string> = new Map([
  ['other/logo.svg', 'SVG'],
  ['png/broken_data_stream.png', 'cut off'],
]);

test('every awkward file is shown upright or says why not, in one sync', async ({ kakomi: { page } }) => {
  test.skip(!hasShared, 'the shared pictures are not here');
  test.setTimeout(600_000);
  const manifest = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, 'utf8')) as readonly Entry[];
  await createProject(page);
  await addStorage(page, FOLDER);
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await expect(page.getByText('Tasks 115 (115 new)')).toBeVisible();
  await expect(page.getByText(/left out/).first()).toBeVisible();
  await page.getByRole('link', { name: 'Go to the pictures' }).click();
  await page.getByRole('row').nth(1).click();

  const shown = new Map<string, Shown>();
  for (let number = 1; number <= 115; number += 1) {
    const one = await lookAt(page, number);
    shown.set(`${one.path}#${one.page}`, one);
    if (number < 115) await page.getByRole('button', { name: 'Next Task' }).click();
  }

  for (const { file, condition, display_width, display_height } of manifest) {
    if (file === 'wrong/._BloodImage_00001.jpg' || file === 'wrong/Thumbs.db') continue;
    const one = shown.get(`${file}#1`);
    const size = condition === 'ok' ? `${display_width} × ${display_height} px` : null;
    const givenUp = GIVEN_UP.get(file);
    if (givenUp !== undefined) expect(one?.reason, file).toContain(givenUp);
    else if (size !== null) expect([file, one?.reason, one?.size]).toEqual([file, null, size]);
    else expect(one?.reason, `${file} has a reason`).toContain(file);
  }
  expect(shown.get('other/dicom_test_image.dcm#1')?.reason).toContain('DICOM');

  // The same picture, however it is stored and turned, looks the same.
  for (const [reference, others] of SAME)
    for (const other of others)
      expect(
        difference(shown.get(`${reference}#1`)!, shown.get(`${other}#1`)!),
        `${other} looks like ${reference}`,
      ).toBeLessThan(6);
  expect(difference(shown.get('exif/Landscape_1.jpg#1')!, shown.get('jpeg/6.jpg#1')!)).toBeGreaterThan(20);
});

const SAME: readonly (readonly [string, readonly string[]])[] = [
  ['exif/Landscape_1.jpg', [0, 3, 5, 6, 8].map((turn) => `exif/Landscape_${turn}.jpg`)],
  [
    'tiff/hopper.tif',
    [
      'tiff/hopper_lzw.tif',
      'tiff/hopper_bigtiff.tif',
      'tiff/hopper_float_dpi_2.tif',
      'wrong/tiff_content.jpg',
    ],
  ],
  ['large/syn_8196px_coffee.jpg', ['large/syn_8196px_coffee_tiled_pyramid_jpeg.tif']],
  ['tiff/tiff_adobe_deflate.tif', ['tiff/tiff_tiled_raw.tif', 'tiff/tiff_strip_planar_lzw.tiff']],
];

const difference = (a: Shown, b: Shown): number =>
  a.look.reduce((sum, value, at) => sum + Math.abs(value - b.look[at]!), 0) / a.look.length;

async function lookAt(page: Page, number: number): Promise<Shown> {
  await expect(page.getByRole('heading', { level: 1 })).toContainText(new RegExp(`#${number} `), {
    timeout: 120_000,
  });
  const alert = page.getByRole('main').getByRole('alert');
  await expect
    .poll(
      async () =>
        (await page
          .getByTestId('canvas')
          .getAttribute('data-image-scale', { timeout: 100 })
          .catch(() => null)) !== null || (await alert.count()) > 0,
      { timeout: 120_000 },
    )
    .toBe(true);
  return page.evaluate(async (wanted) => {
    const open = indexedDB.open('kakomi');
    const db = await new Promise<IDBDatabase>((done) => (open.onsuccess = () => done(open.result)));
    const all = db.transaction('tasks').objectStore('tasks').getAll();
    const tasks = await new Promise<{ number: number; path: string; page: number }[]>(
      (done) => (all.onsuccess = () => done(all.result as never)),
    );
    db.close();
    const task = tasks.find((one) => one.number === wanted)!;
    const canvas = document.querySelector<HTMLElement>('[data-testid=canvas]');
    const drawn = canvas?.querySelector('canvas');
    const size = /\d+ × \d+ px/.exec(document.body.innerText)?.[0] ?? null;
    const look: number[] = [];
    if (canvas && drawn) {
      const small = new OffscreenCanvas(16, 16);
      const context = small.getContext('2d')!;
      const ratio = drawn.width / drawn.clientWidth;
      const [left, top, scale] = ['imageLeft', 'imageTop', 'imageScale'].map((name) =>
        Number(canvas.dataset[name]),
      ) as [number, number, number];
      const [width, height] = size!.match(/\d+/g)!.map(Number) as [number, number];
      context.drawImage(
        drawn,
        left * ratio,
        top * ratio,
        width * scale * ratio,
        height * scale * ratio,
        0,
        0,
        16,
        16,
      );
      const { data } = context.getImageData(0, 0, 16, 16);
      for (let at = 0; at < data.length; at += 1) if (at % 4 !== 3) look.push(data[at]!);
    }
    const reason = canvas ? null : (document.querySelector('main [role=alert]')?.textContent ?? null);
    return { path: task.path, page: task.page, size: canvas ? size : null, reason, look };
  }, number);
}
