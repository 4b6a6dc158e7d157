import { expect, test } from './fixtures';
import { handsOn, HELD, onPage, storedBoxes, type Spot } from './hands';
import { openSample, regionCount, saved, viewOf } from './steps';
import type { Page } from '@playwright/test';

/** The one picture's boxes on the disk, each rounded to whole pixels. */
const boxes = async (page: Page) =>
  (await storedBoxes(page)).map(({ x, y, width, height }) => [x, y, width, height].map(Math.round));

const tool = (page: Page, name: string) =>
  page.getByRole('radio', { name, exact: true }).check({ force: true });

const near = (value: number, wanted: number, by = 1) => Math.abs(value - wanted) <= by;

for (const kind of ['mouse', 'pen'] as const) {
  test(`with a ${kind}: draw, click two corners, select, pull, turn, band, walk through a stack`, async ({
    kakomi: { page },
  }) => {
    await openSample(page);
    const hand = await handsOn(page);
    await hand.drag(kind, [100, 100], [200, 180]);
    await hand.click(kind, [300, 100]);
    await hand.hover(kind, [350, 120]);
    await hand.click(kind, [400, 200]);
    await saved(page);
    expect(await boxes(page)).toEqual([
      [100, 100, 100, 80],
      [300, 100, 100, 100],
    ]);

    await tool(page, 'Select');
    await hand.click(kind, [150, 140]);
    await hand.drag(kind, [200, 180], [240, 220]);
    await expect.poll(() => boxes(page)).toContainEqual([100, 100, 140, 120]);
    await hand.drag(kind, [170, 160], [160, 170]);
    await expect.poll(() => boxes(page)).toContainEqual([90, 110, 140, 120]);
    // With Shift the turn goes in steps: the handle stands 30 CSS pixels over the middle of the upper side.
    const { scale } = await viewOf(page);
    await hand.drag(kind, [160, 110 - 30 / scale], [160 + 100, 170], HELD.shift);
    await expect.poll(async () => (await storedBoxes(page)).map((box) => box.rotation)).toContain(90);
    await page.keyboard.press('Control+z');

    await hand.drag(kind, [50, 50], [420, 300]);
    await page.keyboard.press('Control+d');
    await expect.poll(() => regionCount(page)).toBe(4);
    await page.keyboard.press('Delete');
    await expect.poll(() => regionCount(page)).toBe(2);
    await saved(page);

    await tool(page, 'Rectangle');
    await hand.drag(kind, [120, 130], [180, 180]);
    await tool(page, 'Select');
    await hand.click(kind, [150, 155]);
    await hand.click(kind, [150, 155], HELD.alt);
    await hand.drag(kind, [150, 155], [152, 160]);
    await expect.poll(() => boxes(page)).toContainEqual([92, 115, 140, 120]);
  });
}

test('what is drawn again in places looks as if all were drawn', async ({ kakomi: { page } }) => {
  await openSample(page);
  const hand = await handsOn(page);
  for (const at of [60, 90, 120, 150]) await hand.drag('mouse', [at, at], [at + 110, at + 70]);
  await tool(page, 'Select');
  await hand.click('mouse', [95, 120]);
  await hand.drag('mouse', [100, 125], [180, 110]);
  await hand.click('mouse', [165, 215]);
  await page.keyboard.press('Delete');
  await hand.click('mouse', [400, 400]);
  await expect.poll(() => regionCount(page)).toBe(3);
  await saved(page);
  await page.keyboard.press('Escape');
  await page.mouse.move(2, 2);
  /** The second canvas: over the picture, under what is in hand. */
  const resting = () =>
    page.evaluate(
      () =>
        new Promise<string>((done) => {
          const canvas = document.querySelectorAll<HTMLCanvasElement>('[data-testid=canvas] canvas')[1]!;
          requestAnimationFrame(() => requestAnimationFrame(() => done(canvas.toDataURL())));
        }),
    );
  const inPlaces = await resting();
  const { width, height } = page.viewportSize()!;
  await page.setViewportSize({ width: width - 10, height });
  await page.setViewportSize({ width, height });
  await expect.poll(resting).toBe(inPlaces);
  expect(inPlaces.length).toBeGreaterThan(3000);
});

test('a hovering pen shows what it would take, and marks it in the list', async ({ kakomi: { page } }) => {
  await openSample(page);
  const hand = await handsOn(page);
  await hand.drag('pen', [100, 100], [200, 180]);
  await tool(page, 'Select');
  await hand.hover('pen', [150, 140]);
  await expect(page.getByTestId('canvas')).toHaveCSS('cursor', 'move');
  await expect(page.locator('li.hovered')).toHaveCount(1);
  await hand.hover('pen', [200, 180]);
  await expect(page.getByTestId('canvas')).toHaveCSS('cursor', 'nwse-resize');
});

test.describe('with fingers', () => {
  test('one draws and selects by the tool, two zoom and pan, handles are 44 pixels across', async ({
    kakomi: { page },
  }) => {
    await openSample(page);
    const hand = await handsOn(page);
    await hand.finger([100, 100], [200, 180]);
    await hand.tap([300, 300]);
    await hand.tap([380, 340]);
    await expect.poll(() => regionCount(page)).toBe(2);
    await saved(page);
    expect(await boxes(page)).toEqual([
      [100, 100, 100, 80],
      [300, 300, 80, 40],
    ]);

    const before = await viewOf(page);
    const middle = await onPage(page, [250, 250]);
    const at = (dx: number) => ({ x: middle.x + dx, y: middle.y });
    await hand.fingers([at(-60), at(60)], [at(-120), at(120)]);
    const zoomed = await viewOf(page);
    expect(near(zoomed.scale, 2 * before.scale, 0.02)).toBe(true);
    const after = await onPage(page, [250, 250]);
    expect(near(after.x, middle.x) && near(after.y, middle.y)).toBe(true);
    const moved = (dy: number) => [
      { x: middle.x - 60, y: middle.y + dy },
      { x: middle.x + 60, y: middle.y + dy },
    ];
    await hand.fingers(moved(0), moved(40));
    const panned = await viewOf(page);
    expect(near(panned.top, zoomed.top + 40, 1.5) && near(panned.scale, zoomed.scale, 0.01)).toBe(true);
    expect(await regionCount(page), 'two fingers draw nothing').toBe(2);

    await page.getByRole('button', { name: 'Fit' }).click();
    await tool(page, 'Select');
    await hand.tap([150, 140]);
    // 18 CSS pixels beside the corner in both directions: on a handle for a finger, beside it for a mouse.
    const { scale } = await viewOf(page);
    const off = 18 / scale;
    await hand.finger([200 + off, 180 + off], [240 + off, 220 + off]);
    await expect.poll(() => boxes(page)).toContainEqual([100, 100, 140, 120]);
  });

  test('two of them between two taps keep the first corner', async ({ kakomi: { page } }) => {
    await openSample(page);
    const hand = await handsOn(page);
    await hand.tap([100, 100]);
    const middle = await onPage(page, [250, 250]);
    const at = (dx: number) => ({ x: middle.x + dx, y: middle.y });
    await hand.fingers([at(-60), at(60)], [at(-75), at(75)]);
    await hand.tap([200, 180]);
    await expect.poll(() => boxes(page)).toEqual([[100, 100, 100, 80]]);
  });

  test('a palm draws nothing while a pen is used', async ({ kakomi: { page } }) => {
    await openSample(page);
    const hand = await handsOn(page);
    // A finger draws as long as no pen was seen.
    await hand.finger([20, 300], [60, 340]);
    await expect.poll(() => regionCount(page)).toBe(1);
    await hand.hover('pen', [100, 100]);
    await hand.press('pen', [100, 100]);
    await hand.moveDown('pen', [150, 150]);
    await hand.finger([400, 300], [460, 360]);
    await hand.moveDown('pen', [200, 180]);
    await hand.release('pen', [200, 180]);
    await hand.finger([400, 300], [460, 360]);
    await saved(page);
    expect(await boxes(page)).toEqual([
      [20, 300, 40, 40],
      [100, 100, 100, 80],
    ]);
    const { scale, left } = await viewOf(page);
    expect(scale).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
  });
});

test('by keyboard alone: add, move, grow, turn, copy, hide, lock, view; Escape and Undo take back', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    await saved(page);
  };
  await press('n');
  const [start] = await storedBoxes(page);
  await press('ArrowRight', 'Shift+ArrowDown', 'Alt+ArrowRight', 'Alt+ArrowDown');
  const [grown] = await storedBoxes(page);
  expect([grown!.x - start!.x, grown!.y - start!.y]).toEqual([expect.closeTo(1, 6), expect.closeTo(10, 6)]);
  expect(grown!.width - start!.width).toBeCloseTo(1, 6);
  await press(']', 'Alt+]');
  expect((await storedBoxes(page))[0]!.rotation).toBe(16);
  await press('Control+d', 'Control+c', 'Control+v');
  expect(await regionCount(page)).toBe(3);
  await press('Control+a', 'Alt+l');
  expect((await storedBoxes(page)).every((box) => box.isLocked)).toBe(true);
  await press('Delete', 'ArrowLeft');
  expect(await regionCount(page)).toBe(3);
  await press('Alt+l', 'Alt+.', 'Alt+h');
  await expect(page.locator('li.dim')).toHaveCount(1);
  await press('Alt+h');
  await expect(page.locator('li.dim')).toHaveCount(0);
  await press('Shift+3');
  expect((await viewOf(page)).scale).toBeGreaterThan(1);
  const before = await storedBoxes(page);
  await press('Alt+r', '0');
  expect(await storedBoxes(page)).toEqual(before);
  await press('Alt+Shift+r', 'Control+a', 'Delete');
  expect(await regionCount(page)).toBe(0);
  for (let step = 0; step < 12; step += 1) await page.keyboard.press('Control+z');
  await expect.poll(() => regionCount(page)).toBe(0);
  await press('Control+Shift+z');
  await expect.poll(() => regionCount(page)).toBe(1);
});

test('a box drawn in a turned view lies where it was drawn', async ({ kakomi: { page } }) => {
  await openSample(page);
  const hand = await handsOn(page);
  await page.keyboard.press('Alt+r');
  const { left, top, scale } = await viewOf(page);
  // A quarter clockwise: the picture's x goes down, its y to the left.
  const spot = ([x, y]: Spot): Spot => [-y, x];
  await hand.drag('mouse', spot([100, 100]), spot([200, 180]));
  await saved(page);
  expect(await boxes(page)).toEqual([[100, 100, 100, 80]]);
  await page.keyboard.press('Alt+Shift+r');
  const back = await viewOf(page);
  expect([back.left, back.top, back.scale]).not.toEqual([left, top, scale]);
  expect(await boxes(page)).toEqual([[100, 100, 100, 80]]);
});

test('the picture and the boxes are drawn in the screen’s own pixels', async ({ kakomi: { page } }) => {
  await openSample(page);
  const hand = await handsOn(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setDeviceMetricsOverride', {
    width: 1280,
    height: 800,
    deviceScaleFactor: 3,
    mobile: false,
  });
  await hand.hover('mouse', [100, 100]);
  await expect
    .poll(() =>
      page
        .getByTestId('canvas')
        .locator('canvas')
        .evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).width / one.clientWidth)),
    )
    .toEqual([3, 3, 3]);
});

test('another picture takes what was copied, and what the one before has', async ({ kakomi: { page } }) => {
  await openSample(page);
  const hand = await handsOn(page);
  await hand.drag('mouse', [100, 100], [200, 180]);
  await hand.drag('mouse', [300, 100], [400, 180]);
  await page.keyboard.press('Control+c');
  await saved(page);
  const first = page.url();
  await page.keyboard.press('d');
  await page.waitForURL((url) => url.href !== first);
  await expect.poll(() => regionCount(page)).toBe(0);
  await page.keyboard.press('Control+v');
  await expect.poll(() => regionCount(page)).toBe(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => regionCount(page)).toBe(0);
  await page.keyboard.press('Control+Shift+v');
  await expect.poll(() => regionCount(page)).toBe(2);
  await saved(page);
});
