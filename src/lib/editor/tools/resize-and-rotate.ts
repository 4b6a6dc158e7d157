import { imagePoint, type ImagePoint, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { centreOf } from '$lib/domain/regions/turned';
import type { EditorContext, Pointer } from './tool';

export interface Resizing {
  readonly name: 'resizing';
  readonly id: RegionId;
  readonly handle: string;
  /** Offset from the pointer to the handle's exact position, so that an edge never jumps. */
  readonly grab: readonly [number, number];
}

export interface Rotating {
  readonly name: 'rotating';
  readonly id: RegionId;
  /** Angle to add to the pointer's direction from the centre, in degrees. */
  readonly grabDeg: number;
}

/** Step of a rotation with Shift, in degrees. */
const STEP_DEG = 15;

export function beginResize(id: RegionId, handle: string, at: ImagePoint, editor: EditorContext): Resizing {
  const region = editor.region(id)!;
  const place = operationsOf(region)
    .handles(region)
    .find(({ name }) => name === handle)!.at;
  return { name: 'resizing', id, handle, grab: [place[0] - at[0], place[1] - at[1]] };
}

export function resized(
  { id, handle, grab }: Resizing,
  input: Pointer,
  editor: EditorContext,
): readonly Region[] {
  const region = editor.region(id);
  if (!region) return [];
  const { angle, resize } = operationsOf(region);
  const to = imagePoint(input.at[0] + grab[0], input.at[1] + grab[1]);
  // The sides of a rotated region do not follow the pixel raster, so they cannot snap to it.
  const snaps = editor.options.snapsToPixel && angle(region) % 90 === 0;
  const held = snaps ? imagePoint(Math.round(to[0]), Math.round(to[1])) : to;
  const how = { keepsRatio: input.isShift, isAboutCentre: input.isAlt };
  return [resize(region, handle, held, editor.imageSize, how)];
}

export function beginRotate(id: RegionId, at: ImagePoint, editor: EditorContext): Rotating {
  const region = editor.region(id)!;
  return { name: 'rotating', id, grabDeg: operationsOf(region).angle(region) - directionOf(region, at) };
}

export function rotated({ id, grabDeg }: Rotating, input: Pointer, editor: EditorContext): readonly Region[] {
  const region = editor.region(id);
  const rotate = region && operationsOf(region).rotate;
  if (!rotate) return [];
  const degrees = directionOf(region, input.at) + grabDeg;
  return [
    rotate(region, input.isShift ? Math.round(degrees / STEP_DEG) * STEP_DEG : degrees, editor.imageSize),
  ];
}

/** Direction from a region's centre to a point, in degrees clockwise. */
function directionOf(region: Region, [x, y]: ImagePoint): number {
  const [centreX, centreY] = centreOf(operationsOf(region).bounds(region));
  return (Math.atan2(y - centreY, x - centreX) / Math.PI) * 180;
}
