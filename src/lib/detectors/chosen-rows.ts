import { Candidates } from './candidates';
import type { NamedTensors } from './detector';
import { outputsUnknown, type Matrix } from './tensors';

/** Which column of an output row holds what, for a network that has applied suppression itself. */
export interface RowLayout {
  /** The first of four columns: left, top, right, bottom, or top before left if `isTopFirst`. */
  readonly box: number;
  readonly isTopFirst?: boolean;
  readonly score: number;
  readonly classNumber: number;
  /** The column with the picture's index in its batch; absent if all rows are about one picture. */
  readonly picture?: number;
  /** 1 if class 0 is the background, else 0. */
  readonly firstClass?: 0 | 1;
}

/** The layout of Ultralytics and most others. Further columns (masks) are not read. */
export const CORNERS_SCORE_CLASS: RowLayout = { box: 0, score: 4, classNumber: 5 };
/** The layout of PaddleDetection. */
export const CLASS_SCORE_CORNERS: RowLayout = { box: 2, score: 1, classNumber: 0 };
/** The layout of YOLOv7's export with suppression in the graph. */
export const PICTURE_CORNERS_CLASS_SCORE: RowLayout = { picture: 0, box: 1, classNumber: 5, score: 6 };
/** YOLO-NAS' flat format. */
export const PICTURE_CORNERS_SCORE_CLASS: RowLayout = { picture: 0, box: 1, score: 5, classNumber: 6 };
/** The layout of `DetectionOutput` in Caffe and OpenVINO; class 0 is the background. */
export const PICTURE_CLASS_SCORE_CORNERS: RowLayout = {
  picture: 0,
  classNumber: 1,
  score: 2,
  box: 3,
  firstClass: 1,
};

/**
 * Decodes rows by the first layout that their numbers fit: scores in 0..1, and whole numbers for classes and
 * pictures. Only rows about the batch's first picture are read. Rows of zeros and rows with a class below 0 are
 * padding. Throws if no layout fits.
 */
export function fromRowLayouts(
  matrix: Matrix,
  layouts: readonly RowLayout[],
  scoreThreshold: number,
  outputs: NamedTensors,
): Candidates {
  const layout = layouts.find((one) => fits(matrix, one));
  if (layout === undefined) throw outputsUnknown(outputs);
  const { data, rows, columns } = matrix;
  const { box, score, classNumber, picture, isTopFirst = false, firstClass = 0 } = layout;
  const found = new Candidates();
  for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
    const value = data[at + score]!;
    const number = Math.round(data[at + classNumber]!) - firstClass;
    const isOfFirst = picture === undefined || data[at + picture] === 0;
    if (!(value >= scoreThreshold) || number < 0 || !isOfFirst || isEmpty(matrix, at)) continue;
    const [first = 0, second = 0, third = 0, fourth = 0] = data.subarray(at + box, at + box + 4);
    if (isTopFirst) found.addCorners(second, first, fourth, third, value, number);
    else found.addCorners(first, second, third, fourth, value, number);
  }
  return found;
}

/** Small number types round by less than this. */
const SLACK = 0.02;
const isWhole = (value: number): boolean =>
  Math.abs(value - Math.round(value)) < SLACK && value >= -1 - SLACK;

function fits(matrix: Matrix, { box, score, classNumber, picture }: RowLayout): boolean {
  const { data, rows, columns } = matrix;
  if (columns <= Math.max(box + 3, score, classNumber)) return false;
  for (let row = 0, at = 0; row < rows; row += 1, at += columns) {
    if (isEmpty(matrix, at)) continue;
    const value = data[at + score]!;
    // Padding rows may have a score of -1.
    if (!(value <= 1 + SLACK && value >= -1 - SLACK) || !isWhole(data[at + classNumber]!)) return false;
    if (picture !== undefined && !isWhole(data[at + picture]!)) return false;
  }
  return true;
}

const isEmpty = ({ data, columns }: Matrix, from: number): boolean =>
  data.subarray(from, from + columns).every((value) => value === 0);
