import type { IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { numberFrom } from './boxes';
import type { Fields } from './coco-keys';
import { boxOfSegmentation, isMask, maskSize } from './outline';

/** What an annotation says of its place. */
export interface RowBox {
  /** x, y, width, height in pixels. */
  readonly numbers: readonly number[];
  /** What has to be told of it; null: nothing. */
  readonly note: IssueCode | null;
  /** Where the box is the one around a mask: the size of the picture that the mask covers. */
  readonly covers: Size | null;
}

/** The box of an annotation, or the one around its outline or mask; a code says why there is none. */
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

/** The four numbers of a `bbox`; null where there are fewer, or one that is none. */
function cornersOf(bbox: unknown): readonly number[] | null {
  if (!Array.isArray(bbox) || bbox.length < 4) return null;
  const numbers = bbox.slice(0, 4).map(numberFrom);
  return numbers.every((value) => value !== null) ? numbers : null;
}

export const isCaption = (row: Fields): boolean =>
  typeof row['caption'] === 'string' && row['bbox'] === undefined && row['segmentation'] === undefined;

/** A box without width and height, of no outline, is what stands where key points have none. */
const hasNoPlace = (box: readonly number[], segmentation: unknown): boolean =>
  box[2] === 0 && box[3] === 0 && !isMask(segmentation) && boxOfSegmentation(segmentation) === null;

const hasPoints = (row: Fields): boolean => Array.isArray(row['keypoints']) && row['keypoints'].length > 0;
