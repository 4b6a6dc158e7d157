import type { IssueCode } from '$lib/domain/dataset';
import { enclosing, type Size } from '$lib/domain/geometry';
import { numberFrom, type RawBox } from './boxes';
import { smallestTurnedBox, turnedBox } from './turned-box';
import type { ClassNames } from './yolo-names';

export type YoloKind = 'yolo' | 'yolo-obb';

export interface YoloLine {
  readonly classNumber: number;
  readonly box: Omit<RawBox, 'label'>;
  /** The issue to report; null if there is none. */
  readonly note: IssueCode | null;
}

/** A coordinate beyond this is no fraction of the picture: it is in pixels, or a column of another meaning. */
const MAX_FRACTION = 2;

/**
 * Parses one line: a class, then a box (centre and size as fractions of the picture), four corners, or a polygon. A
 * box may be followed by key points, a score and a track number. An issue code says why a line cannot be read.
 */
export function lineOf(
  line: string,
  size: Size,
  kind: YoloKind,
  keypoints: ClassNames['keypoints'],
): YoloLine | IssueCode {
  const [first, ...rest] = line.trim().split(/\s+/);
  const values = rest.map(numberFrom);
  const classNumber = numberFrom(first);
  if (classNumber === null || !Number.isInteger(classNumber) || classNumber < 0) return 'number-invalid';
  if (values.some((value) => value === null)) return 'number-invalid';
  const read = readValues(values as readonly number[], size, kind, keypoints);
  return typeof read === 'string' ? read : { classNumber, ...read };
}

type Read = Pick<YoloLine, 'box' | 'note'>;

function readValues(
  values: readonly number[],
  size: Size,
  kind: YoloKind,
  keypoints: ClassNames['keypoints'],
): Read | IssueCode {
  const count = values.length;
  if (count < 4) return 'number-invalid';
  if (keypoints !== null) {
    const withPoints = 4 + keypoints.count * keypoints.numbers;
    if (count === withPoints || count === withPoints + 1)
      return boxed(values, size, values[withPoints], 'region-keypoints');
  }
  if (count === 4) return boxed(values, size, undefined, null);
  if (count === 5)
    return hasTrack(values[4]!)
      ? boxed(values, size, undefined, 'track-left-out')
      : boxed(values, size, values[4], null);
  if (count === 6) {
    if (hasTrack(values[5]!)) return boxed(values, size, values[4], 'track-left-out');
    // A score and track 1, or a triangle with a corner at the picture's edge: both fit.
    if (values[5] === 1) return 'columns-ambiguous';
  }
  if (values.some((value) => Math.abs(value) > 1 + 1e-4)) {
    if (hasVisibilities(values)) return boxed(values, size, undefined, 'region-keypoints');
    if (values.some((value) => Math.abs(value) > MAX_FRACTION)) return 'pixels-for-parts';
  }
  return outlined(values, size, kind);
}

const hasTrack = (value: number): boolean => Number.isInteger(value) && value > 1;

/** Whether the columns are key points of three numbers each, the third of which is 0, 1 or 2. */
const hasVisibilities = (values: readonly number[]): boolean =>
  values.length > 4 &&
  (values.length - 4) % 3 === 0 &&
  values.every((value, at) => at < 4 || (at - 4) % 3 !== 2 || [0, 1, 2].includes(value));

function boxed(
  values: readonly number[],
  size: Size,
  score: number | undefined,
  note: IssueCode | null,
): Read | IssueCode {
  const [x, y, width, height] = values as readonly [number, number, number, number];
  if ([x, y, width, height].some((value) => Math.abs(value) > MAX_FRACTION)) return 'pixels-for-parts';
  return {
    box: {
      x: (x - width / 2) * size.width,
      y: (y - height / 2) * size.height,
      width: width * size.width,
      height: height * size.height,
      ...(score === undefined ? {} : { score }),
    },
    note,
  };
}

/** An odd last number is a score. */
function outlined(values: readonly number[], size: Size, kind: YoloKind): Read {
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at + 1 < values.length; at += 2)
    points.push([values[at]! * size.width, values[at + 1]! * size.height]);
  const score = values.length % 2 === 1 ? { score: values.at(-1) } : {};
  if (points.length !== 4 || kind !== 'yolo-obb')
    return { box: { ...enclosing(points), ...score }, note: 'region-not-a-box' };
  const turned = turnedBox(points);
  if (turned !== null) return { box: { ...turned, ...score }, note: null };
  return { box: { ...smallestTurnedBox(points), ...score }, note: 'region-not-a-box' };
}
