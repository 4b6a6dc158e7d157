import type { Size } from '$lib/domain/geometry';
import { cellCount, FOUR_MAPS, MAP_SETS, THREE_MAPS } from './grids';

/** More rows than this no network that suppresses by itself gives. */
const MOST_CHOSEN = 1000;
/** Of YOLOv5 and its kin: boxes a cell. */
const ANCHORS = 3;
/** What NanoDet-Plus' distances take of a row. */
const DISTANCES = 32;
/** Columns of a row without objectness, four and the classes of COCO or VOC: a row with it has one more. */
const WITHOUT_OBJECTNESS: readonly number[] = [84, 24];

/**
 * The convention of a single output `[1, rows, columns]`, told by its shape alone; null where several would fit or
 * none does. `input`: the network's, null while it is not known.
 */
export function conventionOfShape(rows: number, columns: number, input: Size | null): string | null {
  const isOneOf = (count: number, ...sets: readonly (readonly number[])[]) =>
    input !== null && sets.some((strides) => cellCount(input, strides) === count);
  // Where the input is not known, what the model says when it is tried must do.
  if (rows < columns) return rows > 4 && (input === null || isOneOf(columns, ...MAP_SETS)) ? 'yolo-v8' : null;
  if (rows % ANCHORS === 0 && isOneOf(rows / ANCHORS, THREE_MAPS, FOUR_MAPS) && columns > 5) return 'yolo-v5';
  if (WITHOUT_OBJECTNESS.includes(columns) && isOneOf(rows, ...MAP_SETS)) return 'yolo-v8';
  if (isOneOf(rows, THREE_MAPS) && columns > 5) return 'yolox';
  if (isOneOf(rows, FOUR_MAPS)) return columns > DISTANCES ? 'nanodet-plus' : columns > 5 ? 'yolox' : null;
  if ((columns === 6 || columns === 7) && rows <= MOST_CHOSEN) return 'end-to-end';
  return null;
}
