import { imagePoint, type ImagePoint, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { centreOf } from '$lib/domain/regions/turned';
import type { EditorContext, Pointer } from './tool';

export interface Pulling {
  readonly name: 'pulling';
  readonly id: RegionId;
  readonly handle: string;
  /** From the pointer to the handle's exact place, so that an edge never jumps. */
  readonly grab: readonly [number, number];
}

export interface Turning {
  readonly name: 'turning';
  readonly id: RegionId;
  /** What is to be added to the pointer's direction from the centre, in degrees. */
  readonly grabDeg: number;
}

/** With Shift a turn goes in steps of so many degrees. */
const STEP_DEG = 15;

export function beginPull(id: RegionId, handle: string, at: ImagePoint, editor: EditorContext): Pulling {
  const region = editor.region(id)!;
  const place = operationsOf(region)
    .handles(region)
    .find(({ name }) => name === handle)!.at;
  return { name: 'pulling', id, handle, grab: [place[0] - at[0], place[1] - at[1]] };
}

export function pulled(
  { id, handle, grab }: Pulling,
  input: Pointer,
  editor: EditorContext,
): readonly Region[] {
  const region = editor.region(id);
  if (!region) return [];
  const { angle, resize } = operationsOf(region);
  const to = imagePoint(input.at[0] + grab[0], input.at[1] + grab[1]);
  // The sides of a turned region lie across the raster: there is nothing to snap to.
  const snaps = editor.options.snapsToPixel && angle(region) % 90 === 0;
  const held = snaps ? imagePoint(Math.round(to[0]), Math.round(to[1])) : to;
  const how = { keepsRatio: input.isShift, isAboutCentre: input.isAlt };
  return [resize(region, handle, held, editor.imageSize, how)];
}

export function beginTurn(id: RegionId, at: ImagePoint, editor: EditorContext): Turning {
  const region = editor.region(id)!;
  return { name: 'turning', id, grabDeg: operationsOf(region).angle(region) - directionOf(region, at) };
}

export function turned({ id, grabDeg }: Turning, input: Pointer, editor: EditorContext): readonly Region[] {
  const region = editor.region(id);
  const rotate = region && operationsOf(region).rotate;
  if (!rotate) return [];
  const degrees = directionOf(region, input.at) + grabDeg;
  return [
    rotate(region, input.isShift ? Math.round(degrees / STEP_DEG) * STEP_DEG : degrees, editor.imageSize),
  ];
}

/** Which way a point lies from a region's centre, in degrees clockwise. */
function directionOf(region: Region, [x, y]: ImagePoint): number {
  const [centreX, centreY] = centreOf(operationsOf(region).bounds(region));
  return (Math.atan2(y - centreY, x - centreX) / Math.PI) * 180;
}
