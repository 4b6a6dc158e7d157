import type { CDPSession, Page } from '@playwright/test';
import { viewOf } from './steps';

/** A point of the picture, in its own pixels. */
export type Spot = readonly [x: number, y: number];

/** Where a point of the picture is on the page now; only for a view that is not turned. */
export async function onPage(page: Page, [x, y]: Spot): Promise<{ x: number; y: number }> {
  const { left, top, scale } = await viewOf(page);
  return { x: left + x * scale, y: top + y * scale };
}

/** The rhythm of a hand, in milliseconds: between two presses, say. Never a wait for the app: that has a condition. */
export const pause = (page: Page, ms: number): Promise<void> => page.waitForTimeout(ms);

/** Holds a key, which the browser repeats 30 times a second as a keyboard does. */
export async function holdKey(page: Page, key: string, repeats: number): Promise<void> {
  for (let press = 0; press < repeats; press += 1) {
    await page.keyboard.down(key);
    await pause(page, 33);
  }
  await page.keyboard.up(key);
}

/** Waits until frames have been painted: what the browser reports of a layout has been reported then. */
export const painted = (page: Page, frames = 3): Promise<void> =>
  page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  }, frames);

export type Hand = Awaited<ReturnType<typeof handsOn>>;

/** Mouse, pen and fingers as the browser's debugging protocol moves them. */
export async function handsOn(page: Page) {
  const session: CDPSession = await page.context().newCDPSession(page);
  const mouse = (
    type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
    at: { x: number; y: number },
    pointerType: 'mouse' | 'pen',
    isDown: boolean,
    modifiers = 0,
  ) =>
    session.send('Input.dispatchMouseEvent', {
      type,
      ...at,
      pointerType,
      modifiers,
      button: isDown ? 'left' : 'none',
      buttons: isDown && type !== 'mouseReleased' ? 1 : 0,
      clickCount: type === 'mouseMoved' ? 0 : 1,
      force: pointerType === 'pen' && isDown ? 0.5 : 0,
    });
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel',
    points: readonly { x: number; y: number }[],
  ) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map((point, id) => ({ ...point, id })),
    });
  const between = (a: Spot, b: Spot, part: number): Spot => [
    a[0] + (b[0] - a[0]) * part,
    a[1] + (b[1] - a[1]) * part,
  ];

  return {
    async hover(pointerType: 'mouse' | 'pen', spot: Spot) {
      await mouse('mouseMoved', await onPage(page, spot), pointerType, false);
    },
    async drag(pointerType: 'mouse' | 'pen', from: Spot, to: Spot, modifiers = 0) {
      await mouse('mouseMoved', await onPage(page, from), pointerType, false, modifiers);
      await mouse('mousePressed', await onPage(page, from), pointerType, true, modifiers);
      for (const part of [0.25, 0.5, 0.75, 1])
        await mouse('mouseMoved', await onPage(page, between(from, to, part)), pointerType, true, modifiers);
      await mouse('mouseReleased', await onPage(page, to), pointerType, true, modifiers);
    },
    async click(pointerType: 'mouse' | 'pen', spot: Spot, modifiers = 0) {
      const at = await onPage(page, spot);
      await mouse('mouseMoved', at, pointerType, false, modifiers);
      await mouse('mousePressed', at, pointerType, true, modifiers);
      await mouse('mouseReleased', at, pointerType, true, modifiers);
    },
    async press(pointerType: 'mouse' | 'pen', spot: Spot) {
      await mouse('mousePressed', await onPage(page, spot), pointerType, true);
    },
    async moveDown(pointerType: 'mouse' | 'pen', spot: Spot) {
      await mouse('mouseMoved', await onPage(page, spot), pointerType, true);
    },
    async release(pointerType: 'mouse' | 'pen', spot: Spot) {
      await mouse('mouseReleased', await onPage(page, spot), pointerType, true);
    },
    async finger(from: Spot, to: Spot) {
      await touch('touchStart', [await onPage(page, from)]);
      for (const part of [0.25, 0.5, 0.75, 1])
        await touch('touchMove', [await onPage(page, between(from, to, part))]);
      await touch('touchEnd', []);
    },
    async tap(spot: Spot) {
      await touch('touchStart', [await onPage(page, spot)]);
      await touch('touchEnd', []);
    },
    /** Fingers from places on the page to places on the page, in CSS pixels. */
    async fingers(from: readonly { x: number; y: number }[], to: readonly { x: number; y: number }[]) {
      await touch('touchStart', from.slice(0, 1));
      await touch('touchStart', from);
      for (const part of [0.25, 0.5, 0.75, 1])
        await touch(
          'touchMove',
          from.map((start, at) => ({
            x: start.x + (to[at]!.x - start.x) * part,
            y: start.y + (to[at]!.y - start.y) * part,
          })),
        );
      await touch('touchEnd', []);
    },
  };
}

/** Keys held, as the debugging protocol counts them. */
export const HELD = { alt: 1, ctrl: 2, shift: 8 } as const;

/** A region as it is stored. */
export interface StoredBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly labelId: string | null;
  readonly isLocked: boolean;
}

/** The regions of the one task with unsent work, read from the database itself: its journal, played. */
export function storedBoxes(page: Page): Promise<readonly StoredBox[]> {
  return page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('draftEntries').objectStore('draftEntries').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    open.result.close();
    const regions = new Map<string, StoredBox>();
    const entries = asked.result as {
      sequence: number;
      change: { regions: { before: Map<string, StoredBox>; after: Map<string, StoredBox> } };
    }[];
    for (const { change: step } of entries.sort((a, b) => a.sequence - b.sequence)) {
      const change = step.regions;
      for (const id of change.before.keys()) if (!change.after.has(id)) regions.delete(id);
      for (const [id, region] of change.after) regions.set(id, region);
    }
    return [...regions.values()];
  });
}
