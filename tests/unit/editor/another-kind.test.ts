import { clampPoint } from '$lib/domain/geometry';
import { asId, type ImagePoint } from '$lib/domain/ids';
import { activeScene, restingScene } from '$lib/editor/scene';
import { strokeRegions } from '$lib/editor/screen/outlines';
import type * as tools from '$lib/editor/tools/all';
import type { RunningTool } from '$lib/editor/tools/all';
import type { Tool } from '$lib/editor/tools/tool';
import { expect, test, vi } from 'vitest';
import { aTriangle, addTriangles, cornersOf, type Corners } from '../../fixtures/a-triangle';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, drag, play, sorted } from './a-session';

/** Three clicks make one. */
const triangleTool: Tool<{ readonly name: 'idle' | 'placing'; readonly corners: readonly ImagePoint[] }> = {
  id: 'box',
  idle: { name: 'idle', corners: [] },
  handle(state, input, editor) {
    if (input.type === 'cancel' || input.type === 'interrupt') return { name: 'idle', corners: [] };
    if (input.type !== 'up') return state;
    const corners = [...state.corners, clampPoint(input.at, editor.imageSize)];
    if (corners.length < 3) return { name: 'placing', corners };
    const made = aTriangle({ id: editor.newRegionId(), corners: corners as unknown as Corners });
    editor.commit({ before: new Map(), after: new Map([[made.id, made]]) });
    editor.select([made.id]);
    return { name: 'idle', corners: [] };
  },
};

addTriangles();
// The list that its tool is written into, as it would then be.
vi.mock('$lib/editor/tools/all', async (original) => {
  const { makeTools } = await original<typeof tools>();
  return {
    makeTools: (): readonly RunningTool[] => {
      let state = triangleTool.idle;
      const running: RunningTool = {
        id: 'triangle' as RunningTool['id'],
        isIdle: () => state.name === 'idle',
        handle: (input, editor) => {
          state = triangleTool.handle(state, input, editor);
        },
      };
      return [...makeTools(), running];
    },
  };
});

test('a region of another kind is drawn, found, moved, pulled, copied, deleted and undone', async () => {
  const { session, journal } = aSession([aBox({ x: 120, y: 10, width: 60, height: 60 })]);
  session.tools.setTool('triangle' as never);
  for (const [x, y] of [
    [20, 60],
    [60, 60],
    [40, 20],
  ] as const)
    await play(session, click(x, y));
  const start = [...session.document.regions.values()];
  expect(cornersOf(all(session)[1])).toEqual([
    [20, 60],
    [60, 60],
    [40, 20],
  ]);

  session.tools.setTool('select');
  await play(session, click(190, 95));
  await play(session, click(22, 22));
  expect(session.selection.ids.size, 'in its bounds, not on it').toBe(0);
  await play(session, drag(40, 45, 50, 55));
  expect(cornersOf(all(session)[1])[2]).toEqual([50, 30]);
  expect(session.picker.rotateHandle, 'it cannot be turned').toBeNull();
  await play(session, drag(50, 30, 55, 10));
  expect(cornersOf(all(session)[1])[2]).toEqual([55, 10]);
  session.selection.selectAll();
  session.edits.duplicate();
  session.edits.rotate(15);
  session.edits.nudge(1, 0);
  session.edits.deleteSelected();
  await session.document.settled();
  expect(session.document.regions.size).toBe(2);
  expect(journal).toHaveLength(7);
  for (let step = 0; step < 6; step += 1) {
    session.undo();
    await session.document.settled();
  }
  expect(sorted(session.document.regions)).toEqual(
    sorted(new Map(start.map((region) => [region.id, region]))),
  );
});

test('it is put on the canvas by its own outline, among boxes', () => {
  const { session } = aSession([aBox(), aTriangle()]);
  session.tools.setTool('select');
  const drawn: (readonly [string, ...number[]])[] = [];
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get:
      (_, name) =>
      (...numbers: number[]) =>
        drawn.push([String(name), ...numbers]),
    set: () => true,
  });
  const canvas = { width: 232, height: 132 };
  for (const { regions } of restingScene(session, () => '#0072b2'))
    for (const same of regions.values())
      strokeRegions(context, same, session.camera.view, canvas, { color: '#0072b2', width: 2 });
  expect(drawn.filter(([name]) => name === 'strokeRect')).toEqual([['strokeRect', 26, 36, 30, 40]]);
  expect(drawn.filter(([name]) => name === 'lineTo')).toEqual([
    ['lineTo', 36, 76],
    ['lineTo', 76, 76],
    ['lineTo', 56, 36],
  ]);
  session.selection.select([asId<'region'>('triangle')]);
  expect([...activeScene(session, () => '#0072b2').withHandles.values()].flat()).toHaveLength(1);
});
