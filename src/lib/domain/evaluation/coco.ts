/**
 * [Note: COCO's evaluation]
 * Average precision as COCO defines it, to the last digit of its reference implementation:
 *
 * - A label at a time, a picture at a time, the found boxes by falling score (equal scores stay in their order), the
 *   first 100 of a picture and label. Each takes the true box it overlaps most among those that are still free and
 *   overlap at least as much as asked for; of equal overlaps the later one.
 * - True boxes that do not count (crowds, and areas outside the range in question) are taken only when none that
 *   counts is left; who takes one, or takes none and lies outside the range itself, is neither right nor wrong.
 *   A crowd can be taken by many, and its overlap is measured by the found box alone.
 * - Both ends of a range of areas belong to it: 32² is small and medium.
 * - All found boxes of a label by falling score make the curve; its precision is made to fall only, and read at 101
 *   recalls. Average precision is the mean of these readings over ten overlaps and all labels that have true boxes.
 */

/** The overlaps asked for: 0.5, 0.55 … 0.95, computed as COCO's reference does (0.9 is a hair less). */
export const OVERLAPS: readonly number[] = Array.from({ length: 10 }, (_, step) =>
  step === 9 ? 0.95 : step * ((0.95 - 0.5) / 9) + 0.5,
);

/** The recalls that precision is read at: 0, 0.01 … 1, computed as COCO's reference does (0.35 is a hair more). */
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

/** So many boxes of a picture and label are looked at; the other two are for recall alone. */
export const MOST_FOUND = 100;
export const RECALL_LIMITS = [1, 10, MOST_FOUND] as const;
