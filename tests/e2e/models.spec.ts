import type { Page, Worker } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FOUND, smallModel, weightsOf } from '../fixtures/small-model';
import { generatedPth, moreReference } from '../fixtures/torchvision-more';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import { collectGarbage } from './garbage';
import {
  addStorage,
  canvasReady,
  createProject,
  makeSample as sample,
  pictureFolder,
  regions,
  saved,
  syncStorage,
  viewOf,
} from './steps';

// A model is opened in each of these, on machines that are busy.
test.setTimeout(240_000);

/** By its name: before the service worker answers, a worker comes from a blob, whose address says nothing. */
async function detectorWorker(page: Page): Promise<Worker> {
  for (const worker of page.workers())
    if ((await worker.evaluate(() => self.name)).startsWith('detector.worker')) return worker;
  throw new Error('the detector has no worker');
}

const ABOVE_HALF = FOUND.filter(({ score }) => score >= 0.5).length;

async function openModelSettings(page: Page) {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
}

async function chooseModel(page: Page, name: string, buffer: Buffer) {
  const file = { name, mimeType: 'application/octet-stream', buffer };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles([file]);
}

/** From the settings to Connected. */
async function connect(page: Page, buffer: Buffer = smallModel(), name = 'small.onnx') {
  await page.getByRole('button', { name: 'Connect Model' }).click();
  await chooseModel(page, name, buffer);
  await expect(page.getByRole('img', { name: /boxes$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
}

const toList = (page: Page) =>
  page.getByRole('navigation').getByRole('link', { name: 'Sample: polyps' }).click();
const suggestionButtons = (page: Page) => page.getByRole('button', { name: /^Suggestion: / });

async function act(page: Page, action: string) {
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
const selectAll = (page: Page) => page.getByRole('checkbox', { name: 'Select all' }).check();

test('ML-assisted labelling, from the file to the undone delete, with the server gone', async ({
  kakomi: { page, server },
}) => {
  await sample(page);
  await openModelSettings(page);
  await expectAccessible(page, 'model settings, empty');
  await page.getByRole('button', { name: 'Connect Model' }).click();
  await expect(page.getByRole('switch', { name: 'Interactive preannotations' })).toBeChecked();
  await chooseModel(page, 'small.onnx', smallModel());
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Took /).or(dialog.getByText(/· Took /))).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByRole('combobox', { name: 'Label for polyp' })).toHaveValue(/.+/);
  await expectAccessible(page, 'connect model');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Small');

  // The boxes follow the threshold.
  await dialog.getByText('How pictures go in and boxes come out').click();
  await dialog.getByRole('spinbutton', { name: 'Score threshold' }).fill('0.5');
  await expect(dialog.getByRole('img', { name: new RegExp(`${ABOVE_HALF} boxes$`) })).toBeVisible();
  await dialog.getByRole('spinbutton', { name: 'Score threshold' }).fill('0.05');
  // The preview starts at the working threshold; what is weaker is kept, and shown by its slider.
  await expect(dialog.getByText(new RegExp(`^\\s*${FOUND.length} found, ${ABOVE_HALF} shown`))).toBeVisible();
  await dialog.getByRole('slider', { name: 'Show from score' }).fill('0');
  await expect(dialog.getByRole('img', { name: new RegExp(`${FOUND.length} boxes$`) })).toBeVisible();
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
  await expectAccessible(page, 'model settings');

  // From here on there is no server.
  await server.close();
  await page.reload();
  await toList(page);
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF, { timeout: 30_000 });
  await expect(regions(page)).toHaveCount(0);
  await expectAccessible(page, 'labelling with suggestions');

  // The slider of the label, live.
  await page.getByRole('slider', { name: 'Threshold for polyp' }).fill('0.4');
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF + 1);

  // By keys: reject one, accept one, accept the rest; one step each.
  await page.getByTestId('canvas').focus();
  await page.keyboard.press('b');
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF);
  // It stays rejected when the page comes back; Undo is for one rejected just now.
  await expect(page.getByText('1 suggestion rejected')).toBeVisible();
  await saved(page);
  await page.reload();
  await canvasReady(page);
  await page.getByRole('slider', { name: 'Threshold for polyp' }).fill('0.4');
  await expect(page.getByText('1 suggestion rejected')).toBeVisible();
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF);
  await page.getByTestId('canvas').focus();
  await page.keyboard.press('b');
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF - 1);
  await page.keyboard.press('Control+z');
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF);
  await page.keyboard.press('g');
  await expect(regions(page)).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(0);
  await expect(suggestionButtons(page)).toHaveCount(ABOVE_HALF);
  await page.keyboard.press('Shift+g');
  await expect(regions(page)).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(0);

  // Moving a suggestion accepts it.
  await page.keyboard.press('v');
  const { left, top, scale } = await viewOf(page);
  const { x, y, width, height } = FOUND[1];
  const at = [left + (x + width / 2) * scale, top + (y + height / 2) * scale] as const;
  await page.mouse.move(...at);
  await page.mouse.down();
  await page.mouse.move(at[0] + 12, at[1] + 9, { steps: 3 });
  await page.mouse.up();
  await expect(regions(page)).toHaveCount(1);
  await expect(suggestionButtons(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Accept All' }).click();
  await expect(regions(page)).toHaveCount(2);
  await saved(page);
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => !url.href.endsWith('#'));
  await expect(suggestionButtons(page)).not.toHaveCount(0);
});

test('in bulk: retrieve, create annotations, delete and undo, with the server gone', async ({
  kakomi: { page, server },
}) => {
  await sample(page);
  await openModelSettings(page);
  await connect(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await server.close();
  await page.reload();
  await toList(page);
  await selectAll(page);
  await act(page, 'Retrieve Predictions');
  await page.getByRole('dialog').getByRole('button', { name: 'Retrieve Predictions' }).click();
  const tray = page.getByRole('complementary', { name: 'Long work' });
  await expect(tray.getByText(/Done: predicted/)).toContainText('predicted 24, boxes 72', {
    timeout: 60_000,
  });
  await tray.getByRole('button', { name: 'Dismiss small' }).click();
  await page
    .getByRole('row', { name: /^Task 2:/ })
    .getByRole('checkbox')
    .uncheck();

  await act(page, 'Create Annotations from Predictions');
  await page.getByRole('dialog').getByRole('slider', { name: 'Scores from' }).fill('0.8');
  await page.getByRole('dialog').getByRole('radio', { name: 'As submitted' }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Create Annotations' }).click();
  const created = page.getByText('Create Annotations from Predictions: 23 tasks');
  await expect(created).toBeVisible();
  await expect(page.getByRole('row', { name: /^Task 1:/ })).toContainText('2');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(created).toHaveCount(0);
  await act(page, 'Create Annotations from Predictions');
  await page.getByRole('dialog').getByRole('button', { name: 'Create Annotations' }).click();
  await expect(created).toBeVisible();

  await act(page, 'Delete Predictions');
  await page.getByRole('dialog').getByRole('combobox').selectOption({ label: 'small, Version 1' });
  await page.getByRole('dialog').getByRole('button', { name: 'Delete Predictions' }).click();
  const deleted = page.getByText('Delete Predictions: 23 tasks');
  await expect(deleted).toBeVisible();
  await page.getByRole('button', { name: 'Undo Delete Predictions' }).click();
  await expect(deleted).toHaveCount(0);
});

test('a picture that cannot be read does not stop the others', async ({ kakomi: { page } }) => {
  const folder = await pictureFolder(3);
  await writeFile(path.join(folder, 'broken.jpg'), 'no picture at all');
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 4);
  await openModelSettings(page);
  await connect(page);
  await page.getByRole('navigation').getByRole('link', { name: 'kvasir' }).click();
  await selectAll(page);
  await act(page, 'Retrieve Predictions');
  await page.getByRole('dialog').getByRole('button', { name: 'Retrieve Predictions' }).click();
  const tray = page.getByRole('complementary', { name: 'Long work' });
  await expect(tray.getByText(/Done: predicted/)).toContainText('predicted 3', { timeout: 60_000 });
  await tray.getByText('1 left out').click();
  await expect(tray.getByRole('link', { name: /broken\.jpg/ })).toBeVisible();
});

{
  const NUMBERLESS = [{ ...FOUND[0], score: Number.NaN }];
  const OTHER_CLASSES = [{ ...FOUND[0], label: 7 }];
  test('what is no detector is told in words, and nothing changes', async ({ kakomi: { page } }) => {
    await sample(page);
    await openModelSettings(page);
    await page.getByRole('button', { name: 'Connect Model' }).click();
    const alert = page.getByRole('dialog').getByRole('alert');
    for (const [name, bytes, words] of [
      ['notes.onnx', Buffer.from('Not a model at all.'), /notes\.onnx/],
      ['half.onnx', smallModel().subarray(0, 200), /half\.onnx is cut off/],
      ['numberless.onnx', smallModel(NUMBERLESS), /what is no number/],
      ['other.onnx', smallModel(OTHER_CLASSES), /another number of classes/],
      ['late.onnx', smallModel(FOUND, { failsWhenRun: true }), /failed while running/],
    ] as const) {
      await chooseModel(page, name, bytes);
      await expect(alert, name).toContainText(words);
    }
    // The next one runs as if nothing had been.
    await chooseModel(page, 'small.onnx', smallModel());
    await expect(page.getByRole('dialog').getByRole('img', { name: /2 boxes$/ })).toBeVisible();
    await expect(alert).toHaveCount(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('No model is connected.', { exact: false })).toBeVisible();
  });
}

test('a model that wants more memory than there is says so, and the next one runs', async ({
  kakomi: { page },
}) => {
  await sample(page);
  await openModelSettings(page);
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await chooseModel(page, 'greedy.onnx', smallModel(FOUND, { wantsSquareOf: 60_000 }));
  await expect(alert).toContainText('memory', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Validate and Save' })).toBeEnabled();
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(alert).toContainText('memory', { timeout: 60_000 });
  await chooseModel(page, 'small.onnx', smallModel());
  await expect(page.getByRole('dialog').getByRole('img', { name: /2 boxes$/ })).toBeVisible();
  await expect(alert).toHaveCount(0);
});

test('a run that nobody waits for any more is ended, and the next model runs', async ({
  kakomi: { page },
}) => {
  await sample(page);
  await openModelSettings(page);
  await page.getByRole('button', { name: 'Connect Model' }).click();
  // Minutes and more, in one graph, which holds its thread.
  await chooseModel(page, 'endless.onnx', smallModel(FOUND, { multiplies: 1000 }));
  let running: Worker | null = null;
  const isHeld = async () => {
    running ??= await detectorWorker(page).catch(() => null);
    const answer = running?.evaluate(() => 'free').catch(() => 'free') ?? 'none';
    return (await Promise.race([answer, new Promise((done) => setTimeout(done, 5000, 'held'))])) === 'held';
  };
  // Opening a model can hold the thread for a second or two on a busy machine, and is not what has to be ended.
  await expect.poll(isHeld, { timeout: 60_000 }).toBe(true);
  const ended = running!.waitForEvent('close', { timeout: 20_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await ended;
  await page.getByRole('button', { name: 'Connect Model' }).click();
  await chooseModel(page, 'small.onnx', smallModel());
  await expect(page.getByRole('dialog').getByRole('img', { name: /2 boxes$/ })).toBeVisible();
});

test('weights that lie in a file of their own are asked for by its name', async ({ kakomi: { page } }) => {
  await sample(page);
  await openModelSettings(page);
  await page.getByRole('button', { name: 'Connect Model' }).click();
  await chooseModel(page, 'small.onnx', smallModel(FOUND, { weightsIn: 'small.data' }));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('small.data');
  await expect(page.getByRole('button', { name: 'Validate and Save' })).toBeDisabled();
  await chooseModel(page, 'small.data', weightsOf());
  await expect(dialog.getByRole('img', { name: /2 boxes$/ })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
});

test('weights are read to their end, however often memory is tidied up meanwhile', async ({
  kakomi: { context, page },
}) => {
  const { tensors } = moreReference('ssdlite320_mobilenet_v3_large');
  await sample(page);
  await openModelSettings(page);
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const rest = await collectGarbage(context, page);
  await chooseModel(page, 'ssdlite.pth', Buffer.from(await generatedPth(tensors).arrayBuffer()));
  await expect(page.getByRole('dialog').getByText(/· Took /)).toBeVisible({ timeout: 90_000 });
  await rest();
});

test.describe('on the graphics device', () => {
  test.use({ flags: ['--enable-unsafe-webgpu'] });
  test('a model runs by WebGPU after it said the same as by WebAssembly', async ({ kakomi: { page } }) => {
    await sample(page);
    await openModelSettings(page);
    await page.getByRole('button', { name: 'Connect Model' }).click();
    await chooseModel(page, 'small.onnx', smallModel());
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(/· Took /)).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole('combobox', { name: 'Where it runs' }).selectOption('WebGPU');
    await expect(dialog.getByText(/· WebGPU/)).toBeVisible({ timeout: 60_000 });
    await expect(dialog.getByRole('img', { name: /2 boxes$/ })).toBeVisible();
  });

  test('a device that is lost is told, and WebAssembly goes on', async ({ kakomi: { page } }) => {
    await sample(page);
    await openModelSettings(page);
    await page.getByRole('button', { name: 'Connect Model' }).click();
    await chooseModel(page, 'small.onnx', smallModel());
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(/· Took /)).toBeVisible({ timeout: 60_000 });
    const worker = await detectorWorker(page);
    // The devices that the runtime will ask for, to lose them as a crashed driver would.
    await worker.evaluate(() => {
      interface Device {
        destroy(): void;
      }
      const adapter = (
        globalThis as unknown as {
          GPUAdapter: { prototype: { requestDevice: (...about: unknown[]) => Promise<Device> } };
        }
      ).GPUAdapter.prototype;
      const devices: Device[] = [];
      Object.assign(globalThis, { devices });
      const bare = adapter.requestDevice;
      adapter.requestDevice = async function (...about) {
        const device = await bare.apply(this, about);
        devices.push(device);
        return device;
      };
    });
    await dialog.getByRole('combobox', { name: 'Where it runs' }).selectOption('WebGPU');
    await expect(dialog.getByText(/· WebGPU/)).toBeVisible({ timeout: 60_000 });
    const lost = await worker.evaluate(() => {
      const { devices } = globalThis as unknown as { devices: { destroy(): void }[] };
      for (const device of devices) device.destroy();
      return devices.length;
    });
    expect(lost).toBeGreaterThan(0);
    await dialog.getByRole('combobox', { name: 'Picture' }).selectOption({ index: 1 });
    await expect(dialog.getByText(/· WebAssembly/)).toBeVisible({ timeout: 60_000 });
    await expect(dialog.getByText(/graphics device failed/i)).toBeVisible();
    await expect(dialog.getByRole('img', { name: /2 boxes$/ })).toBeVisible();
    await page.getByRole('button', { name: 'Validate and Save' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();
  });
});

test('without a graphics device the model’s page tells that it runs elsewhere', async ({
  kakomi: { page },
}) => {
  await sample(page);
  await openModelSettings(page);
  await page.getByRole('button', { name: 'Connect Model' }).click();
  await chooseModel(page, 'small.onnx', smallModel());
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Where it runs' }).selectOption('WebGPU');
  await expect(dialog.getByText(/no WebGPU that can be used/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(/no WebGPU that can be used/)).toBeVisible();
});

test('a run over many pictures can be paused, and goes on after a reload', async ({ kakomi: { page } }) => {
  await sample(page);
  await openModelSettings(page);
  await connect(page);
  await toList(page);
  await selectAll(page);
  await act(page, 'Retrieve Predictions');
  await page.getByRole('dialog').getByRole('button', { name: 'Retrieve Predictions' }).click();
  await page.getByRole('button', { name: 'Pause small' }).click();
  await expect(page.getByText('Paused')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Retrieving predictions of small was cut off.')).toBeVisible();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  const tray = page.getByRole('complementary', { name: 'Long work' });
  await expect(tray.getByText(/Done: predicted/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Retrieving predictions of small was cut off.')).toHaveCount(0);
});

test('a model is renamed, replaced by a next version, and removed', async ({ kakomi: { page } }) => {
  await sample(page);
  await openModelSettings(page);
  await connect(page);
  await page.getByRole('button', { name: 'Edit small' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('First');
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('heading', { name: 'First' })).toBeVisible();
  await page.getByRole('button', { name: 'Replace First' }).click();
  await chooseModel(page, 'other.onnx', smallModel(FOUND.slice(0, 1)));
  await expect(page.getByRole('dialog').getByRole('img', { name: /1 box$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByText('Version 2')).toBeVisible();
  await page.getByRole('button', { name: 'Remove First' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'First' })).toHaveCount(0);
});
