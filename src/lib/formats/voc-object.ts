import type { IssueCode } from '$lib/domain/dataset';
import { enclosing } from '$lib/domain/geometry';
import { numberFrom, type RawBox } from './boxes';
import type { ArchiveReader } from './format';
import { orLeftOut } from './one-of-many';
import { annotationOf, type VocObject } from './voc-file';

/** Our own files have this in `<source><database>`: their boxes count from 0. */
export const OWN_DATABASE = 'Kakomi';
/** The number of files that are read to detect whether boxes count from 0 or from 1. */
const MAX_FILES_READ = 500;

/** The place of an object and the issue to report about it; null if it has no readable place. */
export interface ObjectBox {
  readonly box: Omit<RawBox, 'label'> | null;
  readonly note: IssueCode | null;
}

export function boxOfObject(object: VocObject, origin: 0 | 1): ObjectBox {
  if (isMembers(object.bndbox)) {
    const corners = cornersOf(object.bndbox);
    if (corners === null) return { box: null, note: 'number-invalid' };
    const note = corners.isSwapped ? 'corners-swapped' : isTurnedBeside(object) ? 'turn-left-out' : null;
    return { box: boxBetween(corners, origin), note };
  }
  if (isMembers(object.robndbox)) {
    const box = turnedBoxOf(object.robndbox);
    return { box, note: box === null ? 'number-invalid' : null };
  }
  const points = pointsOf(object.polygon);
  return points === null
    ? { box: null, note: 'number-invalid' }
    : { box: enclosing(points), note: 'region-not-a-box' };
}

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;

interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly isSwapped: boolean;
}

function cornersOf(bndbox: Members): Corners | null {
  const [xmin, ymin, xmax, ymax] = (['xmin', 'ymin', 'xmax', 'ymax'] as const).map((key) =>
    numberFrom(bndbox[key]),
  );
  if (xmin == null || ymin == null || xmax == null || ymax == null) return null;
  return {
    left: Math.min(xmin, xmax),
    top: Math.min(ymin, ymax),
    right: Math.max(xmin, xmax),
    bottom: Math.max(ymin, ymax),
    isSwapped: xmin > xmax || ymin > ymax,
  };
}

/**
 * A pixel counted from 1 begins one pixel earlier, so only the first corner moves; a box without area stays without
 * area.
 */
const boxBetween = ({ left, top, right, bottom }: Corners, origin: 0 | 1) => ({
  x: left - origin,
  y: top - origin,
  width: right === left ? 0 : right - left + origin,
  height: bottom === top ? 0 : bottom - top + origin,
});

/** roLabelImg writes the centre and size in pixels, and the angle in radians, clockwise. */
function turnedBoxOf(robndbox: Members): Omit<RawBox, 'label'> | null {
  const [x, y, width, height, angle] = ['cx', 'cy', 'w', 'h', 'angle'].map((key) =>
    numberFrom(robndbox[key]),
  );
  if (x == null || y == null || width == null || height == null || angle == null) return null;
  const degrees = (angle * 180) / Math.PI;
  return {
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    // The six digits of a radian are worth this many digits of a degree.
    rotation: Math.round(degrees * 1e4) / 1e4,
  };
}

/** CVAT writes a box's rotation as an attribute, and the box before it was turned as `bndbox`. */
function isTurnedBeside({ attributes }: VocObject): boolean {
  if (!isMembers(attributes)) return false;
  return [attributes['attribute']].flat().some((one) => {
    const turn = isMembers(one) && one['name'] === 'rotation' ? numberFrom(one['value']) : null;
    return turn !== null && turn % 360 !== 0;
  });
}

/** Parses `<x1>`, `<y1>`, `<x2>` ... in one element, or one element per point. */
function pointsOf(polygon: unknown): readonly (readonly [number, number])[] | null {
  if (!isMembers(polygon)) return null;
  const listed = [polygon['pt'] ?? polygon['point']].flat().filter(isMembers);
  const pairs =
    listed.length > 0
      ? listed.map((point) => [numberFrom(point['x']), numberFrom(point['y'])] as const)
      : Object.keys(polygon)
          .filter((key) => /^x\d+$/.test(key))
          .map((key) => [numberFrom(polygon[key]), numberFrom(polygon[`y${key.slice(1)}`])] as const);
  const points = pairs.flatMap(([x, y]) => (x === null || y === null ? [] : [[x, y] as const]));
  return points.length < 2 || points.length < pairs.length ? null : points;
}

/**
 * Detects the origin: 1 if a box ends at the picture's last pixel and none begins before 1. Our own files state it.
 * Corners between pixels do not count pixels.
 */
export async function originOf(archive: ArchiveReader, files: readonly string[]): Promise<0 | 1> {
  let touches = false;
  for (const path of files.slice(0, MAX_FILES_READ)) {
    const file = await orLeftOut(path, { issue: () => undefined }, () => annotationOf(archive, path));
    const database = file?.source?.database;
    if (database === OWN_DATABASE || database === 'MyDatabase') return 0;
    const [width, height] = [numberFrom(file?.size?.width), numberFrom(file?.size?.height)];
    for (const { bndbox } of file?.object ?? []) {
      const corners = isMembers(bndbox) ? cornersOf(bndbox) : null;
      if (corners === null) continue;
      const { left, top, right, bottom } = corners;
      if (left <= 0 || top <= 0) return 0;
      if (![left, top, right, bottom].every(Number.isInteger)) return 0;
      if (width !== null && (right === width || bottom === height)) touches = true;
    }
  }
  return touches ? 1 : 0;
}
