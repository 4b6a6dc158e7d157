import { expect, type Locator, type Page } from '@playwright/test';
import { cp, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasShared, shared } from '../fixtures/shared';

const REAL = shared('bccd/BCCD/JPEGImages');
const OWN = 'static/sample/pictures';

/** A folder on disk with real pictures; from the shared data where that is, else from the sample. */
export async function pictureFolder(count: number): Promise<string> {
  const from = hasShared ? REAL : OWN;
  if (from === OWN) console.log('The shared pictures are not here: the sample’s are used.');
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'images');
  await mkdir(folder);
  for (const name of (await readdir(from)).sort().slice(0, count))
    await cp(path.join(from, name), path.join(folder, name));
  return folder;
}

/** Drops a real folder or files from disk, as a file manager would. */
export async function drop(page: Page, target: Locator, files: readonly string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x, y, data });
  await session.detach();
}

/** The tutorial's own steps: Airplane and Car out, `polyp` in. */
export async function createProject(
  page: Page,
  name = 'kvasir',
  labels: readonly string[] = ['polyp'],
): Promise<void> {
  await page.getByRole('button', { name: 'Create Project' }).click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill(name);
  await page.getByRole('tab', { name: 'Labeling Setup' }).click();
  await page.getByRole('button', { name: 'Remove Airplane' }).click();
  await page.getByRole('button', { name: 'Remove Car' }).click();
  await page.getByRole('textbox', { name: 'Add label names' }).fill(labels.join('\n'));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
}

export async function addStorage(page: Page, folder: string, filter = ''): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await drop(page, page.getByRole('group', { name: 'Choose Folder' }), [folder]);
  await page.getByRole('textbox', { name: 'File Filter Regex' }).fill(filter);
  await page.getByRole('button', { name: 'Check Connection' }).click();
  await expect(page.getByText('Successfully connected!')).toBeVisible();
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
}

/** Syncs the only storage and goes to the list. */
export async function syncStorage(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await expect(page.getByText(`Tasks ${count} (${count} new)`)).toBeVisible();
  await page.getByRole('link', { name: 'Go to the pictures' }).click();
  await expect(page.getByRole('row')).not.toHaveCount(0);
}

/** Makes the sample project without its detector, which is tried in sample-detector.spec.ts. */
export async function makeSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await takeDetectorAway(page);
}

/** Before a task of the sample is opened, so that a test is about what it does itself; ends on the list again. */
export async function takeDetectorAway(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  // It is connected behind the screen, which takes some seconds on a busy machine.
  await page.getByRole('button', { name: 'Remove Sample detector' }).click({ timeout: 60_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Sample detector' })).toHaveCount(0);
  await page.getByRole('navigation').getByRole('link', { name: 'Sample: polyps' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
}

/** Opens the sample's first picture on the labelling page. */
export async function openSample(page: Page): Promise<void> {
  await makeSample(page);
  await openFirst(page);
}

export async function openFirst(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
}

/** Draws a box on the sample's picture that is open, and submits it. Ends on the list; returns the box. */
export async function submitBox(page: Page) {
  const box = await drawBox(page, [100, 100], [160, 150]);
  await saved(page);
  const task = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== task);
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  return box;
}

export interface View {
  /** Page pixels of the picture's upper left corner. */
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** How the picture lies on the page. */
export async function viewOf(page: Page): Promise<View> {
  const canvas = page.getByTestId('canvas');
  const box = (await canvas.boundingBox())!;
  const read = async (name: string) => Number(await canvas.getAttribute(name));
  return {
    left: box.x + (await read('data-image-left')),
    top: box.y + (await read('data-image-top')),
    scale: await read('data-image-scale'),
  };
}

export async function canvasReady(page: Page): Promise<void> {
  await expect(page.getByTestId('canvas')).toHaveAttribute('data-image-scale', /\d/);
}

/** A drag with the mouse from one picture pixel to another; the answer is the box in picture pixels, as the mouse drew it. */
export async function drawBox(page: Page, from: readonly [number, number], to: readonly [number, number]) {
  const { left, top, scale } = await viewOf(page);
  const at = ([x, y]: readonly [number, number]) =>
    [Math.round(left + x * scale), Math.round(top + y * scale)] as const;
  const [a, b] = [at(from), at(to)];
  await page.mouse.move(...a);
  await page.mouse.down();
  await page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, { steps: 3 });
  await page.mouse.move(...b, { steps: 3 });
  await page.mouse.up();
  const back = ([x, y]: readonly [number, number]) => [(x - left) / scale, (y - top) / scale] as const;
  const [p, q] = [back(a), back(b)];
  return { x: p[0], y: p[1], width: q[0] - p[0], height: q[1] - p[1] };
}

export const regions = (page: Page) => page.getByRole('list', { name: 'Regions' }).getByRole('listitem');
export const saved = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();

/** How many regions there are, also those whose rows are not drawn. */
export async function regionCount(page: Page): Promise<number> {
  const heading = await page.getByRole('heading', { name: /^Regions/ }).textContent();
  return Number((heading ?? '').replace(/\D/g, ''));
}
