import { clipToSize, type Rect, type Size } from './geometry';
import type { EpochMs, LabelId, ModelId, PredictionId, ProjectId, RegionId, TaskId } from './ids';
import type { KeptText } from './kept';
import type { DetectorModel } from './model';
import { boxAround, isBox, type Region } from './region';
import { DRAWN_BY_HAND } from './regions/base';
import { clipTurned } from './regions/clip-turned';
import { boundsOf } from './regions/turned';

/** The predictions of one model version for one task: one row per task and model version. */
export interface Prediction {
  readonly id: PredictionId;
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  readonly modelId: ModelId;
  readonly modelVersion: number;
  readonly regions: readonly PredictedRegion[];
  /** Indices in `regions` of the boxes that a person rejected. */
  readonly rejected: readonly number[];
  readonly createdAt: EpochMs;
  /** Content of a file about the prediction beside its regions. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

/** A box in pixels of the upright picture, clipped to it. */
export interface PredictedRegion extends Rect {
  /** Degrees, clockwise on the screen, about the box's centre: 0 <= rotation < 360; absent if upright. */
  readonly rotation?: number;
  /** The project's label for the model's class; null if the class has none. */
  readonly labelId: LabelId | null;
  /** Number of the model's own class. */
  readonly classNumber: number;
  readonly className: string;
  /** Between 0 and 1 for most models; a file may give any number, which is stored unchanged. */
  readonly score: number;
  readonly extra?: KeptText;
}

/**
 * Converts detections of a picture to predicted regions with the project's labels. Detections outside the picture are
 * dropped.
 */
export function predictedRegions(
  found: readonly (Rect & {
    readonly rotation?: number;
    readonly classNumber: number;
    readonly score: number;
  })[],
  { classNames, labelOfClass }: Pick<DetectorModel, 'classNames' | 'labelOfClass'>,
  size: Size,
): readonly PredictedRegion[] {
  return found.flatMap(({ classNumber, score, rotation = 0, ...box }) => {
    const rect = rotation === 0 ? clipToSize(box, size) : clipTurned({ ...box, rotation }, size);
    if (rect === null) return [];
    const className = classNames[classNumber] ?? String(classNumber);
    return [{ ...rect, labelId: labelOfClass[classNumber] ?? null, classNumber, className, score }];
  });
}

/**
 * The place of a region as a prediction stores it: a box with its rotation, or the upright box around any other kind.
 */
export function predictedPlace(region: Region): Rect & Pick<PredictedRegion, 'rotation'> {
  const { x, y, width, height, rotation } = isBox(region) ? region : boxAround(region);
  return { x, y, width, height, ...(rotation === 0 ? {} : { rotation }) };
}

/** The upright box around a predicted box. */
export const boundsOfPredicted = ({ x, y, width, height, rotation = 0 }: PredictedRegion): Rect =>
  rotation === 0 ? { x, y, width, height } : boundsOf({ x, y, width, height, rotation });

/** Converts a predicted box to a region of the user, with its score and origin. */
export const acceptedRegion = (
  {
    x,
    y,
    width,
    height,
    rotation = 0,
    labelId,
    score,
  }: Pick<PredictedRegion, keyof Rect | 'rotation' | 'labelId' | 'score'>,
  id: RegionId,
): Region => ({
  ...DRAWN_BY_HAND,
  kind: 'box',
  id,
  labelId,
  x,
  y,
  width,
  height,
  rotation,
  origin: 'prediction',
  score,
});
