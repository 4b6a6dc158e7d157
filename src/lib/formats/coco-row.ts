import type { IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { numberFrom } from './boxes';
import type { Fields } from './coco-keys';
import { boxOfSegmentation, isMask, maskSize } from './outline';

/** The place of an annotation. */
export interface RowBox {
  /** x, y, width and height in pixels. */
  readonly numbers: readonly number[];
  /** The issue to report; null if there is none. */
  readonly note: IssueCode | null;
  /** If the box is the one around a mask: the size of the picture that the mask covers. */
  readonly covers: Size | null;
}

/** The box of an annotation, or the box around its outline or mask. An issue code says why there is none. */
export function boxOfRow(row: Fields): RowBox | IssueCode {
  const { bbox, segmentation } = row;
  const hasMask = isMask(segmentation);
  const given = cornersOf(bbox);
  if (given !== null && !(hasPoints(row) && hasNoPlace(given, segmentation)))
    return { numbers: given, note: null, covers: null };
  const around = boxOfSegmentation(segmentation);
  if (around === null)
    return hasMask ? 'region-mask' : hasPoints(row) ? 'region-keypoints' : 'number-invalid';
  return {
    numbers: [around.x, around.y, around.width, around.height],
    note: 'region-not-a-box',
    covers: maskSize(segmentation),
  };
}

/** The four numbers of a `bbox`; null if there are fewer, or one is not finite. */
function cornersOf(bbox: unknown): readonly number[] | null {
  if (!Array.isArray(bbox) || bbox.length < 4) return null;
  const numbers = bbox.slice(0, 4).map(numberFrom);
  return numbers.every((value) => value !== null) ? numbers : null;
}

export const isCaption = (row: Fields): boolean =>
  typeof row['caption'] === 'string' && row['bbox'] === undefined && row['segmentation'] === undefined;

/** Annotations of key points without a box have a `bbox` without width and height, and no outline. */
const hasNoPlace = (box: readonly number[], segmentation: unknown): boolean =>
  box[2] === 0 && box[3] === 0 && !isMask(segmentation) && boxOfSegmentation(segmentation) === null;

const hasPoints = (row: Fields): boolean => Array.isArray(row['keypoints']) && row['keypoints'].length > 0;
