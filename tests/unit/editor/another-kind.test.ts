import { clampPoint, type Pen, type Rect, type Size } from '$lib/domain/geometry';
import { asId, imagePoint, type ImagePoint } from '$lib/domain/ids';
import type * as region from '$lib/domain/region';
import type { Geometry, Region } from '$lib/domain/region';
import { DRAWN_BY_HAND, type BoxRegion } from '$lib/domain/regions/box';
import { activeScene, restingScene } from '$lib/editor/scene';
import { strokeRegions } from '$lib/editor/screen/outlines';
import type * as tools from '$lib/editor/tools/all';
import type { RunningTool } from '$lib/editor/tools/all';
import type { Tool } from '$lib/editor/tools/tool';
import { expect, test, vi } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { all, aSession, click, drag, play, sorted } from './a-session';

/** A kind that the product does not have: a triangle by its three corners, which cannot be turned. */
interface TriangleRegion extends Omit<BoxRegion, 'kind' | keyof Rect | 'rotation'> {
  readonly kind: 'triangle';
  readonly corners: readonly [ImagePoint, ImagePoint, ImagePoint];
}
type Corners = TriangleRegion['corners'];

const { triangleGeometry } = vi.hoisted(() => {
  const boundsOf = ({ corners }: TriangleRegion): Rect => {
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  };
  const cross = (a: ImagePoint, b: ImagePoint, p: ImagePoint) =>
    (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
  const point = (x: number, y: number) => [x, y] as unknown as ImagePoint;
  const withCorners = (region: TriangleRegion, next: (at: ImagePoint) => ImagePoint): TriangleRegion => ({
    ...region,
    corners: region.corners.map(next) as unknown as Corners,
  });
  const inside = (size: Size) => (at: ImagePoint) =>
    point(Math.min(Math.max(at[0], 0), size.width), Math.min(Math.max(at[1], 0), size.height));
  const triangleGeometry = {
    bounds: boundsOf,
    area: ({ corners: [a, b, c] }: TriangleRegion) => Math.abs(cross(a, b, c)) / 2,
    hit: ({ corners: [a, b, c] }: TriangleRegion, at: ImagePoint) => {
      const sides = [cross(a, b, at), cross(b, c, at), cross(c, a, at)];
      return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
    },
    translate: (region: TriangleRegion, dx: number, dy: number) =>
      withCorners(region, ([x, y]) => point(x + dx, y + dy)),
    clip: (region: TriangleRegion, size: Size) => withCorners(region, inside(size)),
    keepIn: (region: TriangleRegion, size: Size) => withCorners(region, inside(size)),
    handles: ({ corners }: TriangleRegion) =>
      corners.map((at, number) => ({ name: String(number), at, pullsDeg: 0 })),
    reshape: (region: TriangleRegion, handle: string, to: ImagePoint, size: Size) => ({
      ...region,
      corners: region.corners.map((at, number) =>
        String(number) === handle ? inside(size)(to) : at,
      ) as unknown as Corners,
    }),
    angle: () => 0,
    turn: null,
    grow: (region: TriangleRegion) => region,
    scale: (region: TriangleRegion, byX: number, byY: number) =>
      withCorners(region, ([x, y]) => point(x * byX, y * byY)),
    trace: ({ corners }: TriangleRegion, pen: Pen) => pen.polygon(corners),
  };
  return { triangleGeometry };
});
// Its row says all that the editor asks; the compiler agrees.
triangleGeometry satisfies Geometry<TriangleRegion>;

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

// The two lists that a new kind is written into, as they would then be.
vi.mock('$lib/domain/region', async (original) => {
  const real = await original<typeof region>();
  const GEOMETRY = { ...real.GEOMETRY, triangle: triangleGeometry };
  return { ...real, GEOMETRY, geometryOf: (region: Region) => GEOMETRY[region.kind] };
});
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

const aTriangle = (given: Partial<TriangleRegion> = {}): Region =>
  ({
    kind: 'triangle',
    id: asId<'region'>('triangle'),
    labelId: null,
    ...DRAWN_BY_HAND,
    corners: [imagePoint(20, 60), imagePoint(60, 60), imagePoint(40, 20)],
    ...given,
  }) as unknown as Region;
const cornersOf = (region: Region | undefined) => (region as unknown as TriangleRegion).corners;

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
  expect(session.picker.turnHandle, 'it cannot be turned').toBeNull();
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
