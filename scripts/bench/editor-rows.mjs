import { bareEditor } from './bare-canvas.mjs';
import {
  barePuts,
  hearDurable,
  median,
  percentile,
  ratioAtLeast,
  ratioAtMost,
  seedProject,
  untilFrame,
} from './measure.mjs';
import { heapOf, pageMemory } from './memory.mjs';

/** @import { BrowserContext, CDPSession, Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
/** @typedef {{ server: { url: string }, context: BrowserContext, page: Page, profile: string, end: () => Promise<void> }} World */
/** @typedef {{ x: number, y: number }} Place */
/** @typedef {{ fps: number, p95Ms: number, busyMs: number, doneMs: number }} Motion `busyMs`: of the main thread, a frame. */

const PICTURE = 'sample/pictures/mucosa-001.jpg';
const STEPS = 60;
const WHEEL_STEPS = 40;
const STEP_MS = 16;
/** Enough for a p95 that is not the first one, which also writes the draft. */
const GESTURES = 60;

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
const some = (/** @type {number} */ count) => count.toLocaleString('en');

/** Opens the one picture with so many boxes by its row in the list. */
async function openPicture(/** @type {World} */ { server, page }, /** @type {number} */ boxes) {
  await page.goto(server.url);
  await page.waitForTimeout(800);
  const projectId = await seedProject(page, 1, boxes);
  await page.goto(`${server.url}projects/${projectId}`);
  await page.getByRole('row').nth(1).waitFor();
  await page.waitForTimeout(500);
}

const SHOWN = "document.querySelector('[data-image-scale]')";
const CLICK_ROW =
  "document.querySelectorAll('[role=grid] [role=row]')[1].querySelector('a, [role=gridcell]').click()";

async function showPicture(/** @type {World} */ world, /** @type {number} */ boxes) {
  await openPicture(world, boxes);
  await world.page.getByRole('row').nth(1).click();
  await world.page.waitForSelector('[data-image-scale]');
  await world.page.waitForTimeout(800);
}

/** Where the product shows the picture; the bare canvases are as large and lie in the page's corner. */
async function placeOf(/** @type {Page} */ page) {
  return page.evaluate(() => {
    const canvas = /** @type {HTMLElement} */ (document.querySelector('[data-testid=canvas]'));
    const { left, top } = canvas.getBoundingClientRect();
    const number = (/** @type {string} */ name) => Number(canvas.dataset[name]);
    return {
      width: canvas.clientWidth,
      height: canvas.clientHeight,
      scale: number('imageScale'),
      left: number('imageLeft'),
      top: number('imageTop'),
      pageLeft: left,
      pageTop: top,
    };
  });
}

async function bare(
  /** @type {World} */ { server, page },
  /** @type {Awaited<ReturnType<typeof placeOf>>} */ place,
  /** @type {number} */ count,
) {
  await page.goto(`${server.url}manifest.webmanifest`);
  await page.evaluate(bareEditor, { ...place, count, picture: `${server.url}${PICTURE}` });
  await page.waitForTimeout(500);
}

/** Counts frames and the main thread's work while something moves. */
async function motion(
  /** @type {World} */ { context, page },
  /** @type {(cdp: CDPSession) => Promise<void>} */ move,
) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  const busy = async () =>
    ((await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ??
      0) * 1000;
  await page.evaluate(() => {
    const times = [performance.now()];
    Reflect.set(window, 'benchTimes', times);
    const look = () => {
      times.push(performance.now());
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const [busyBefore, start] = [await busy(), performance.now()];
  await move(cdp);
  // Until a frame that was asked for after the last event has come.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const doneMs = performance.now() - start;
  const busyAfter = await busy();
  const times = await page.evaluate(() =>
    /** @type {number[]} */ (Reflect.get(window, 'benchTimes')).splice(0),
  );
  await cdp.detach();
  const gaps = times.slice(1).map((time, at) => time - /** @type {number} */ (times[at]));
  const spent = /** @type {number} */ (times.at(-1)) - /** @type {number} */ (times[0]);
  return {
    fps: (gaps.length / spent) * 1000,
    p95Ms: percentile(gaps, 0.95),
    busyMs: (busyAfter - busyBefore) / gaps.length,
    doneMs,
  };
}

/** Events every 16 ms, as a hand makes them, whether or not the page has answered the last one. */
async function steadily(/** @type {number} */ steps, /** @type {(step: number) => Promise<unknown>} */ send) {
  const sent = [];
  const start = performance.now();
  for (let step = 0; step < steps; step += 1) {
    sent.push(send(step));
    await sleep(Math.max(0, start + (step + 1) * STEP_MS - performance.now()));
  }
  await Promise.all(sent);
}

const drag =
  (/** @type {Place} */ from, /** @type {'left' | 'middle'} */ button) =>
  async (/** @type {CDPSession} */ cdp) => {
    const buttons = button === 'left' ? 1 : 4;
    const mouse = (
      /** @type {'mousePressed' | 'mouseMoved' | 'mouseReleased'} */ type,
      /** @type {number} */ step,
    ) =>
      cdp.send('Input.dispatchMouseEvent', {
        type,
        x: from.x + Math.round(60 * Math.sin(step / 12)),
        y: from.y + Math.round(step / 2),
        button,
        buttons: type === 'mouseReleased' ? 0 : buttons,
        clickCount: type === 'mouseMoved' ? 0 : 1,
      });
    await mouse('mousePressed', 0);
    await steadily(STEPS, (step) => mouse('mouseMoved', step + 1));
    await mouse('mouseReleased', STEPS);
  };

const wheel = (/** @type {Place} */ at) => async (/** @type {CDPSession} */ cdp) =>
  steadily(WHEEL_STEPS, (step) =>
    cdp.send('Input.dispatchMouseEvent', {
      type: 'mouseWheel',
      ...at,
      deltaX: 0,
      deltaY: step < WHEEL_STEPS / 2 ? -40 : 40,
    }),
  );

/** The same motion in the product and on bare canvases, one after the other in one browser. */
async function compare(
  /** @type {() => Promise<World>} */ makeWorld,
  /** @type {number} */ count,
  /** @type {(at: Place) => (cdp: CDPSession) => Promise<void>} */ move,
) {
  const world = await makeWorld();
  await showPicture(world, count);
  await world.page.keyboard.press('v');
  const place = await placeOf(world.page);
  const spot = { x: Math.round(place.width / 2), y: Math.round(place.height / 2) };
  const own = await motion(world, move({ x: spot.x + place.pageLeft, y: spot.y + place.pageTop }));
  await bare(world, place, count);
  const limit = await motion(world, move(spot));
  await world.end();
  return { own, limit };
}

/** One run of a motion answers several rows: it is made once for each sample of the first of them. */
function shared(/** @type {() => Promise<{ own: Motion, limit: Motion }>} */ run) {
  /** @type {Promise<{ own: Motion, limit: Motion }>[]} */
  const runs = [];
  return async (/** @type {number} */ sample) => (runs[sample] ??= run());
}

function motionRows(
  /** @type {string} */ name,
  /** @type {() => Promise<{ own: Motion, limit: Motion }>} */ run,
  /** @type {readonly { what: keyof Motion, words: string, unit: string, goal: string, isMet: Row['isMet'] }[]} */ parts,
) {
  const take = shared(run);
  return parts.map(({ what, words, unit, goal, isMet }) => {
    let sample = -1;
    return {
      name: `${name}: ${words}`,
      unit,
      goal,
      isMet,
      async sample() {
        const { own, limit } = await take((sample += 1));
        return { value: own[what], limit: limit[what] };
      },
    };
  });
}

/** Milliseconds of a drag's last event until the page hears that the disk has it: its transaction is complete. */
async function gestureTimes(
  /** @type {World} */ world,
  /** @type {number} */ boxes,
  /** @type {number} */ runs,
) {
  await showPicture(world, boxes);
  const { page } = world;
  const place = await placeOf(page);
  await hearDurable(page);
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const x = place.pageLeft + place.left + 40 + (run % 20) * 9;
    const y = place.pageTop + place.top + 40 + run * 5;
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 50, { steps: 3 });
    await page.evaluate(() => {
      Reflect.set(
        window,
        'benchDone',
        new Promise((done) => {
          window.addEventListener(
            'pointerup',
            () => {
              const start = performance.now();
              window.addEventListener('bench-durable', () => done(performance.now() - start), {
                once: true,
              });
            },
            { capture: true, once: true },
          );
        }),
      );
    });
    await page.mouse.up();
    times.push(await page.evaluate(() => /** @type {Promise<number>} */ (Reflect.get(window, 'benchDone'))));
  }
  return times;
}

/** Reading the record and the file, decoding, and two canvases: what opening cannot do without. */
const bareOpening = (
  /** @type {Page} */ page,
  /** @type {{ width: number, height: number, scale: number, left: number, top: number }} */ place,
) =>
  page.evaluate(async ({ width, height, scale, left, top }) => {
    const start = performance.now();
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('annotations').objectStore('annotations').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    const [{ projectId, regions }] = asked.result;
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('sources');
    const folder = await root.getDirectoryHandle(projectId);
    const image = await createImageBitmap(await (await folder.getFileHandle('1.jpg')).getFile());
    const canvases = [0, 1].map(() => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width, height];
      document.body.append(canvas);
      return canvas;
    });
    const context = /** @type {CanvasRenderingContext2D} */ (canvases[0]?.getContext('2d'));
    context.drawImage(image, left, top, image.width * scale, image.height * scale);
    context.strokeStyle = '#0072b2';
    context.lineWidth = 1.75;
    for (const box of regions)
      context.strokeRect(left + box.x * scale, top + box.y * scale, box.width * scale, box.height * scale);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    open.result.close();
    return performance.now() - start;
  }, place);

/**
 * The editor beside two bare canvases.
 *
 * @param {() => Promise<World>} makeWorld
 * @returns {readonly Row[]}
 */
export const editorRows = (makeWorld) => [
  ...[5000, 10_000].flatMap((count) => [
    {
      name: `editor/opening ${some(count)} boxes`,
      unit: 'ms',
      goal: '<= 2 x raw',
      isMet: ratioAtMost(2),
      async sample() {
        const world = await makeWorld();
        await openPicture(world, count);
        const value = await untilFrame(world.page, SHOWN, CLICK_ROW);
        const place = await placeOf(world.page);
        await world.page.goto(`${world.server.url}manifest.webmanifest`);
        await world.page.waitForTimeout(500);
        const limit = await bareOpening(world.page, place);
        await world.end();
        return { value, limit };
      },
    },
    ...motionRows(
      `editor/dragging one of ${some(count)}`,
      () => compare(makeWorld, count, (at) => drag(at, 'left')),
      [
        { what: 'fps', words: 'frames', unit: '/s', goal: '>= 0.95 x raw', isMet: ratioAtLeast(0.95) },
        { what: 'p95Ms', words: 'frame p95', unit: 'ms', goal: '<= 1.2 x raw', isMet: ratioAtMost(1.2) },
        { what: 'busyMs', words: 'work a frame', unit: 'ms', goal: '<= 2.5 x raw', isMet: ratioAtMost(2.5) },
      ],
    ),
    ...[
      { name: 'zoom by wheel', move: wheel },
      { name: 'pan', move: (/** @type {Place} */ at) => drag(at, 'middle') },
    ].flatMap(({ name, move }) =>
      motionRows(`editor/${name} over ${some(count)}`, () => compare(makeWorld, count, move), [
        { what: 'fps', words: 'frames', unit: '/s', goal: '>= 0.9 x raw', isMet: ratioAtLeast(0.9) },
        { what: 'doneMs', words: 'done', unit: 'ms', goal: '<= 1.1 x raw', isMet: ratioAtMost(1.1) },
      ]),
    ),
  ]),
  {
    name: 'editor/memory of the page with 5,000 boxes',
    unit: 'MB',
    goal: '<= 1.4 x raw',
    isMet: ratioAtMost(1.4),
    async sample() {
      const world = await makeWorld();
      await showPicture(world, 5000);
      const place = await placeOf(world.page);
      await world.page.waitForTimeout(2000);
      await heapOf(world.page);
      const value = pageMemory(world.profile);
      await world.end();
      const other = await makeWorld();
      await bare(other, place, 5000);
      await other.page.waitForTimeout(2000);
      await heapOf(other.page);
      const limit = pageMemory(other.profile);
      await other.end();
      return { value, limit };
    },
  },
  {
    name: 'editor/heap of 5,000 boxes over that of 100',
    unit: 'MB',
    goal: '<= 2 MB',
    isMet: (value) => value <= 2,
    async sample() {
      const world = await makeWorld();
      await showPicture(world, 100);
      const few = await heapOf(world.page);
      await showPicture(world, 5000);
      const value = (await heapOf(world.page)) - few;
      await world.end();
      return { value, limit: null };
    },
  },
  ...[100, 1000, 5000].map((count) => ({
    name: `editor/gesture to durable at ${some(count)} boxes, p95`,
    unit: 'ms',
    goal: '<= 5 x a bare put',
    isMet: ratioAtMost(5),
    async sample() {
      const world = await makeWorld();
      const times = await gestureTimes(world, count, GESTURES);
      const limit = median(await barePuts(world.page, GESTURES));
      await world.end();
      return { value: percentile(times, 0.95), limit };
    },
  })),
];
