import type { IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { normalizeDegrees } from '$lib/domain/regions/turned';
import { numberFrom } from './boxes';
import type { Fields } from './coco-keys';
import { boxOfSegmentation, isMask, maskSize } from './outline';

/** The place of an annotation. */
export interface RowBox {
  /** x, y, width and height in pixels, before the rotation. */
  readonly numbers: readonly number[];
  /** In degrees, clockwise on the screen, about the centre. */
  readonly rotation: number;
  /** The issue to report; null if there is none. */
  readonly note: IssueCode | null;
  /** If the box is the one around a mask: the size of the picture that the mask covers. */
  readonly covers: Size | null;
}

/** The box of an annotation, or the box around its outline or mask. An issue code says why there is none. */
export function boxOfRow(row: Fields): RowBox | IssueCode {
  const { bbox, rbox, segmentation } = row;
  const hasMask = isMask(segmentation);
  const given = cornersOf(bbox) ?? turnedAboutCentre(bbox, -1) ?? turnedAboutCentre(rbox, DEGREES_PER_RADIAN);
  if (given !== null && !(hasPoints(row) && hasNoPlace(given.numbers, segmentation)))
    return { ...given, note: null, covers: null };
  const around = boxOfSegmentation(segmentation);
  if (around === null)
    return hasMask ? 'region-mask' : hasPoints(row) ? 'region-keypoints' : 'number-invalid';
  return {
    numbers: [around.x, around.y, around.width, around.height],
    rotation: 0,
    note: 'region-not-a-box',
    covers: maskSize(segmentation),
  };
}

type Place = Pick<RowBox, 'numbers' | 'rotation'>;

/** A `bbox` of four numbers: x, y, width, height. Null if it has others, or one is not finite. */
function cornersOf(bbox: unknown): Place | null {
  const numbers = finiteNumbers(bbox, 4);
  return numbers && { numbers, rotation: 0 };
}

const DEGREES_PER_RADIAN = 180 / Math.PI;

/**
 * Five numbers: the centre's x and y, width, height and an angle, which becomes degrees clockwise by `degrees`.
 * Detectron2 writes a turned box so into `bbox`, in degrees counter-clockwise (its `BoxMode.XYWHA_ABS`); Ultralytics
 * writes it into `rbox`, in radians clockwise.
 */
function turnedAboutCentre(box: unknown, degrees: number): Place | null {
  const numbers = finiteNumbers(box, 5);
  if (numbers === null) return null;
  const [x, y, width, height, angle] = numbers as readonly [number, number, number, number, number];
  return {
    numbers: [x - width / 2, y - height / 2, width, height],
    rotation: normalizeDegrees(angle * degrees),
  };
}

function finiteNumbers(values: unknown, count: number): readonly number[] | null {
  if (!Array.isArray(values) || values.length !== count) return null;
  const numbers = values.map(numberFrom);
  return numbers.every((value) => value !== null) ? numbers : null;
}

export const isCaption = (row: Fields): boolean =>
  typeof row['caption'] === 'string' && row['bbox'] === undefined && row['segmentation'] === undefined;

/** Annotations of key points without a box have a `bbox` without width and height, and no outline. */
const hasNoPlace = (box: readonly number[], segmentation: unknown): boolean =>
  box[2] === 0 && box[3] === 0 && !isMask(segmentation) && boxOfSegmentation(segmentation) === null;

const hasPoints = (row: Fields): boolean => Array.isArray(row['keypoints']) && row['keypoints'].length > 0;
