/**
 * [Note: COCO's evaluation]
 * Average precision as COCO defines it, to the last digit of its reference implementation:
 *
 * - Each label and each picture is matched on its own: its detections by descending score (equal scores keep their
 *   order), at most the first 100 of a picture and label. Each detection takes the ground truth box with the highest
 *   IoU among those that are still free and reach the IoU threshold; of equal IoUs the later one.
 * - Ground truth boxes that are ignored (crowds, and areas outside the range in question) are taken only when no other
 *   is left. A detection that takes an ignored box, or takes none and lies outside the range itself, is ignored: it is
 *   neither a true nor a false positive. A crowd can be taken by many detections, and its IoU is the intersection over
 *   the area of the detection alone.
 * - Both ends of a range of areas belong to it: 32² is small and medium.
 * - All detections of a label by descending score make the precision-recall curve; its precision is made to fall
 *   monotonically, and read at 101 recalls. Average precision is the mean of these readings over ten IoU thresholds and
 *   all labels that have ground truth boxes.
 */

/** The IoU thresholds: 0.5, 0.55 … 0.95, computed as COCO's reference does (0.9 is a hair less). */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, step) =>
  step === 9 ? 0.95 : step * ((0.95 - 0.5) / 9) + 0.5,
);

/** The recalls at which precision is read: 0, 0.01 … 1, computed as COCO's reference does (0.35 is a hair more). */
export const RECALLS: readonly number[] = Array.from({ length: 101 }, (_, step) =>
  step === 100 ? 1 : step * 0.01,
);

export type AreaRange = 'all' | 'small' | 'medium' | 'large';
export const AREA_RANGES: readonly AreaRange[] = ['all', 'small', 'medium', 'large'];

/** In square pixels, both ends included. */
export const AREA_BOUNDS: Readonly<Record<AreaRange, readonly [least: number, most: number]>> = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
};

/**
 * Maximum number of detections that are matched per picture and label. The smaller limits of RECALL_LIMITS apply to
 * recall alone.
 */
export const MAX_DETECTIONS = 100;
export const RECALL_LIMITS = [1, 10, MAX_DETECTIONS] as const;
