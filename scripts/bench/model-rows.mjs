import { rmSync } from 'node:fs';
import path from 'node:path';
import { dropFolder } from './folder-project.mjs';
import { ask, jpegFolder, OTHER_DETECTORS, otherPth, sharedModel, trainedPth } from './model-lab.mjs';
import { atMost, ratioAtLeast, ratioAtMost, untilFrame } from './measure.mjs';

/** @import { BrowserContext, Page } from 'playwright' */
/** @import { Row, Sample } from './measure.mjs' */
/** @typedef {() => Promise<{ server: { url: string }, context: BrowserContext, page: Page, end: () => Promise<void> }>} MakeWorld */

const PICTURES = 100;
/** Run before: the model is open and warm, as it is in the bare loop. */
const WARM = 4;
const YOLOX = 'yolox_nano_416.onnx';
const YOLO11 = 'yolo11n_int8_320.onnx';
const REFERENCE = 'tests/fixtures/torchvision-reference/image-487x332.png';
const PREDICTED = "/Done: predicted/.test(document.querySelector('aside')?.textContent ?? '')";

/** A project of a folder, on the page of its models with the dialog open. */
async function toConnect(
  /** @type {{ server: { url: string }, context: BrowserContext, page: Page }} */ { server, context, page },
  /** @type {string} */ folder,
) {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Create Project' }).click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill('bench');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await dropFolder({ context, page }, folder);
  await page.getByText('Folder: images').waitFor();
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await page.getByRole('link', { name: 'Go to the pictures' }).waitFor();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('button', { name: 'Connect Model' }).click();
}

/** YOLOX-nano over 100 JPEGs: pictures a second, those of the bare loop, and the frames of the page meanwhile. */
async function bulk(/** @type {MakeWorld} */ world, /** @type {boolean} */ isBareWanted) {
  const model = sharedModel(YOLOX);
  if (model === null) return null;
  const folder = jpegFolder(WARM + PICTURES);
  const made = await world();
  const { page } = made;
  try {
    const bare = async () => {
      const files = { 'yolox.onnx': model, 'picture.jpg': path.join(folder, '0.jpg') };
      const about = { model: '/yolox.onnx', picture: '/picture.jpg', runs: PICTURES };
      return (await ask(page, 'bareLoop', { files, about })).ms;
    };
    const before = isBareWanted ? await bare() : 0;
    await toConnect(made, folder);
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(model);
    await dialog.getByText(/· Took /).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Validate and Save' }).click();
    await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor({ timeout: 120_000 });
    await page.getByRole('navigation').getByRole('link', { name: 'bench' }).click();
    const toRetrieve = async () => {
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name: 'Retrieve Predictions' }).click();
    };
    for (let at = 1; at <= WARM; at += 1)
      await page
        .getByRole('row', { name: new RegExp(`^Task ${at}:`) })
        .getByRole('checkbox')
        .check();
    await toRetrieve();
    await dialog.getByRole('button', { name: 'Retrieve Predictions' }).click();
    await untilFrame(page, PREDICTED);
    await page.getByRole('button', { name: /^Dismiss yolox/ }).click();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await toRetrieve();
    await dialog.getByRole('button', { name: 'Retrieve Predictions' }).waitFor();
    await page.evaluate(() => {
      const frames = /** @type {number[]} */ ([]);
      Object.assign(window, { frames });
      let last = performance.now();
      const tick = (/** @type {number} */ now) => {
        frames.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await page.waitForTimeout(500);
    const click = "frames.length = 0; document.querySelector('[role=dialog] .primary').click()";
    const ms = await untilFrame(page, PREDICTED, click);
    const frames = await page.evaluate(
      () => /** @type {{ frames: number[] }} */ (/** @type {unknown} */ (window)).frames,
    );
    const after = isBareWanted ? await bare() : 0;
    return {
      rate: (PICTURES * 1000) / ms,
      bareRate: 1000 / ((before + after) / 2),
      slowFrames: frames.filter((frame) => frame > 50).length,
    };
  } finally {
    await made.end();
    rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

/** Milliseconds from a `.pth` in the dialog to the first picture that goes into its open sessions. */
async function firstSession(/** @type {MakeWorld} */ world) {
  const model = await trainedPth();
  const folder = jpegFolder(1);
  // In a browser of its own: the memory of its sessions is given back late.
  const bare = await world();
  const limit = (await ask(bare.page, 'bareSessions', { chosen: model })).ms;
  await bare.end();
  const made = await world();
  const { page } = made;
  try {
    // The first word about a picture's progress is said when the sessions are open.
    await page.addInitScript(() => {
      const Bare = window.Worker;
      window.Worker = class extends Bare {
        constructor(/** @type {string | URL} */ url, /** @type {WorkerOptions | undefined} */ options) {
          super(url, options);
          this.addEventListener(
            'message',
            ({ data }) => {
              if (data?.type === 'progress' && 'part' in data)
                Object.assign(window, { readyAt: performance.now() });
            },
            { once: false },
          );
        }
      };
      addEventListener('change', () => Object.assign(window, { chosenAt: performance.now() }), true);
    });
    await toConnect(made, folder);
    await page.evaluate(() => Object.assign(window, { readyAt: 0 }));
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(model);
    await page.waitForFunction(
      () => /** @type {{ readyAt: number }} */ (/** @type {unknown} */ (window)).readyAt > 0,
      null,
      { timeout: 120_000, polling: 5 },
    );
    const value = await page.evaluate(() => {
      const { readyAt, chosenAt } = /** @type {{ readyAt: number, chosenAt: number }} */ (
        /** @type {unknown} */ (window)
      );
      return readyAt - chosenAt;
    });
    return { value, limit };
  } finally {
    await made.end();
    rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

/** Where the shared models are not, a row has nothing to say. */
const NOTHING = { value: Number.NaN, limit: null };

/**
 * Detectors: beside the bare runtime with as many threads.
 *
 * @param {MakeWorld} world
 * @returns {readonly Row[]}
 */
export function modelRows(world) {
  /** One part of model-parts.mjs in a browser of its own. */
  const part = async (
    /** @type {string} */ name,
    /** @type {Parameters<typeof ask>[2]} */ given,
    /** @type {(told: { ms: number, limit: number }) => Sample} */ read,
  ) => {
    const { page, end } = await world();
    try {
      return read(await ask(page, name, given));
    } finally {
      await end();
    }
  };
  const both = (/** @type {{ ms: number, limit: number }} */ { ms, limit }) => ({ value: ms, limit });
  /** A torch detector, all but its graphs. */
  const glue = (
    /** @type {string} */ chosen,
    /** @type {{ convention?: string, isWhole?: boolean }} */ about = {},
  ) =>
    part(
      'glue',
      { chosen, files: { 'picture.png': REFERENCE }, about: { picture: '/picture.png', ...about } },
      both,
    );
  const alone = (/** @type {{ ms: number }} */ { ms }) => ({ value: ms, limit: null });
  const share = (/** @type {string} */ name) => async () => {
    const model = sharedModel(name);
    const folder = jpegFolder(1);
    try {
      if (model === null) return NOTHING;
      const files = { 'model.onnx': model, 'picture.jpg': path.join(folder, '0.jpg') };
      const about = { model: '/model.onnx', picture: '/picture.jpg' };
      return await part('share', { files, about }, both);
    } finally {
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  };
  return [
    {
      name: `models/YOLOX-nano over ${PICTURES} JPEGs, file to kept prediction`,
      unit: 'pictures/s',
      goal: '>= 0.95 x bare session.run',
      isMet: ratioAtLeast(0.95),
      async sample() {
        const seen = await bulk(world, true);
        return seen === null ? NOTHING : { value: seen.rate, limit: seen.bareRate };
      },
    },
    {
      name: 'models/frames over 50 ms while that goes on',
      unit: 'frames',
      goal: '0',
      isMet: atMost(0),
      async sample() {
        const seen = await bulk(world, false);
        return seen === null ? NOTHING : { value: seen.slowFrames, limit: null };
      },
    },
    {
      name: 'models/decode + letterbox + tensor, one 640 x 480 JPEG',
      unit: 'ms',
      goal: '<= 2 x createImageBitmap',
      isMet: ratioAtMost(2),
      async sample() {
        const folder = jpegFolder(1);
        const files = { 'picture.jpg': path.join(folder, '0.jpg') };
        const seen = await part('prepared', { files, about: { picture: '/picture.jpg' } }, both);
        rmSync(path.dirname(folder), { recursive: true, force: true });
        return seen;
      },
    },
    {
      name: 'models/post-processing [1,84,8400]',
      unit: 'ms',
      goal: '<= 5 ms',
      isMet: atMost(5),
      sample: () => part('decoded', {}, alone),
    },
    ...[1, 80].map((classes) => ({
      name: `models/NMS of 5,000 candidates of ${classes === 1 ? 'one class' : `${classes} classes`}`,
      unit: 'ms',
      goal: '<= 5 ms',
      isMet: atMost(5),
      sample: () => part('suppressed', { about: { classes } }, alone),
    })),
    ...[YOLOX, YOLO11].map((name) => ({
      name: `models/post-processing beside the inference, ${name.replace('.onnx', '')}`,
      unit: 'ms',
      goal: '<= 3 % of the inference',
      isMet: ratioAtMost(0.03),
      sample: share(name),
    })),
    {
      name: 'models/.pth of 166 MB: file dropped to first session ready',
      unit: 'ms',
      goal: '<= 1.5 x bare sessions',
      isMet: ratioAtMost(1.5),
      sample: () => firstSession(world),
    },
    {
      name: 'models/Faster R-CNN: all but the two graphs',
      unit: 'ms',
      goal: '<= 3 % of the picture',
      isMet: ratioAtMost(0.03),
      sample: async () => glue(await trainedPth(), { isWhole: true }),
    },
    ...OTHER_DETECTORS.map((model) => ({
      name: `models/${model}: all but the graphs`,
      unit: 'ms',
      goal: `<= ${OWN_PART(model) * 100} % of the picture`,
      isMet: ratioAtMost(OWN_PART(model)),
      async sample() {
        const chosen = await otherPth(model);
        const alike = model.includes('_320_') ? { convention: 'fasterrcnn-mobilenet-v3-large-320-fpn' } : {};
        const seen = await glue(chosen, alike);
        rmSync(path.dirname(chosen), { recursive: true, force: true });
        return seen;
      },
    })),
  ];
}

/** SSDlite's graph is so small that what is not the graph is more of the whole. */
const OWN_PART = (/** @type {string} */ model) => (model.startsWith('ssdlite') ? 0.1 : 0.03);
