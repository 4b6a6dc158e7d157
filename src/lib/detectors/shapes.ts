import type { Size } from '$lib/domain/geometry';
import { cellCount, FOUR_MAPS, MAP_SETS, THREE_MAPS } from './grids';

/** A network that suppresses by itself gives at most this many rows. */
const MAX_CHOSEN = 1000;
/** YOLOv5 and its relatives predict this many boxes per cell. */
const ANCHORS = 3;
/** NanoDet-Plus' rows have this many columns for box distances. */
const DISTANCES = 32;
/**
 * Numbers of columns without objectness: four, and the classes of COCO or VOC. A row with objectness has one more.
 */
const WITHOUT_OBJECTNESS: readonly number[] = [84, 24];

/**
 * The convention of a single output `[1, rows, columns]`, by its shape alone; null if several conventions fit, or
 * none. `input` is the network's input size, or null while it is unknown.
 */
export function conventionOfShape(rows: number, columns: number, input: Size | null): string | null {
  const isOneOf = (count: number, ...sets: readonly (readonly number[])[]) =>
    input !== null && sets.some((strides) => cellCount(input, strides) === count);
  // If the input size is unknown, the outputs are checked when the model is tried.
  if (rows < columns) return rows > 4 && (input === null || isOneOf(columns, ...MAP_SETS)) ? 'yolo-v8' : null;
  if (rows % ANCHORS === 0 && isOneOf(rows / ANCHORS, THREE_MAPS, FOUR_MAPS) && columns > 5) return 'yolo-v5';
  if (WITHOUT_OBJECTNESS.includes(columns) && isOneOf(rows, ...MAP_SETS)) return 'yolo-v8';
  if (isOneOf(rows, THREE_MAPS) && columns > 5) return 'yolox';
  if (isOneOf(rows, FOUR_MAPS)) return columns > DISTANCES ? 'nanodet-plus' : columns > 5 ? 'yolox' : null;
  if ((columns === 6 || columns === 7) && rows <= MAX_CHOSEN) return 'end-to-end';
  return null;
}
