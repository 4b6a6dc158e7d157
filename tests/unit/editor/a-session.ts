import { byId, type RegionChange } from '$lib/domain/change';
import { asId, imagePoint, type RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { EditorSession } from '$lib/editor/session';

export const SIZE = { width: 200, height: 100 };

/** A script of a gesture: what the pointer did, in image pixels. */
export type Steps = readonly (readonly [type: 'down' | 'move' | 'up', x: number, y: number])[];

/**
 * A session whose writes are kept in `journal`. The canvas is as large as the picture and its margin, so that
 * one image pixel is one CSS pixel.
 */
export function aSession(
  regions: readonly Region[] = [],
  write: (change: RegionChange) => Promise<void> = () => Promise.resolve(),
) {
  const journal: RegionChange[] = [];
  let lastId = 0;
  const session = new EditorSession({
    regions: byId(regions),
    imageSize: SIZE,
    newRegionId: () => asId<'region'>(`new-${(lastId += 1)}`),
    write: async (change) => {
      await write(change.regions);
      journal.push(change.regions);
    },
  });
  session.camera.resize({ width: SIZE.width + 32, height: SIZE.height + 32 });
  return { session, journal };
}

/** A write that waits for the test: each `settle` ends the oldest one, with an error or well. */
export function aSlowDisk() {
  const pending: { done: () => void; fail: (error: Error) => void }[] = [];
  return {
    write: () => new Promise<void>((done, fail) => pending.push({ done, fail })),
    get writes() {
      return pending.length;
    },
    async settle(error?: Error): Promise<void> {
      const write = pending.shift()!;
      if (error) write.fail(error);
      else write.done();
      // The session hears of it after a few turns of the microtask queue.
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    },
  };
}

/** Sends the inputs at once, whatever is being written. */
export function send(
  session: EditorSession,
  steps: Steps,
  { adds = false, isShift = false, isAlt = false, reach = 8 } = {},
): void {
  let last = steps[0]!;
  for (const step of steps) {
    const [type, x, y] = step;
    const { scale } = session.camera.view;
    const moved = [(x - last[1]) * scale, (y - last[2]) * scale] as const;
    session.tools.pointer({ type, at: imagePoint(x, y), moved, adds, isShift, isAlt, reach });
    last = step;
  }
}

/** Sends the inputs and waits until all is written. */
export async function play(session: EditorSession, steps: Steps, how?: Parameters<typeof send>[2]) {
  send(session, steps, how);
  await session.document.settled();
}

/** From corner to corner, by way of the middle. */
export const drag = (fromX: number, fromY: number, toX: number, toY: number): Steps => [
  ['down', fromX, fromY],
  ['move', (fromX + toX) / 2, (fromY + toY) / 2],
  ['up', toX, toY],
];

export const click = (x: number, y: number): Steps => [
  ['down', x, y],
  ['up', x, y],
];

export const all = (session: EditorSession): readonly Region[] => [...session.document.regions.values()];

/** By id: what was deleted and brought back by undo stands last in the list. */
export const sorted = (regions: ReadonlyMap<RegionId, Region>): readonly Region[] =>
  [...regions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
