import { clipToSize, type Rect, type Size } from './geometry';
import type { EpochMs, LabelId, ModelId, PredictionId, ProjectId, RegionId, TaskId } from './ids';
import type { KeptText } from './kept';
import type { DetectorModel } from './model';
import { boxAround, isBox, type Region } from './region';
import { DRAWN_BY_HAND } from './regions/base';
import { clipTurned } from './regions/clip-turned';
import { boundsOf } from './regions/turned';

/** What one version of a model said about one task: one row a task and model version. */
export interface Prediction {
  readonly id: PredictionId;
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  readonly modelId: ModelId;
  readonly modelVersion: number;
  readonly regions: readonly PredictedRegion[];
  /** Places in `regions` of those that a person does not want. */
  readonly rejected: readonly number[];
  readonly createdAt: EpochMs;
  /** What a file says of it beside its regions. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

/** A box in pixels of the upright picture, clipped to it. */
export interface PredictedRegion extends Rect {
  /** Degrees, clockwise on the screen, about the box's centre: 0 <= rotation < 360; left out: upright. */
  readonly rotation?: number;
  /** The project's label for the model's class; null where the class has none. */
  readonly labelId: LabelId | null;
  /** The model's own class, as it numbers and names it. */
  readonly classNumber: number;
  readonly className: string;
  /** 0..1 by most models; a file may give any number, which stays as it is. */
  readonly score: number;
  readonly extra?: KeptText;
}

/** Boxes of a picture as a model found them, with the project's labels; what lies outside it is left out. */
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

/** Where a region lies, as a prediction stores it: a box with its angle, any other kind as the upright box around it. */
export function predictedPlace(region: Region): Rect & Pick<PredictedRegion, 'rotation'> {
  const { x, y, width, height, rotation } = isBox(region) ? region : boxAround(region);
  return { x, y, width, height, ...(rotation === 0 ? {} : { rotation }) };
}

/** The upright box around a box of a prediction. */
export const boundsOfPredicted = ({ x, y, width, height, rotation = 0 }: PredictedRegion): Rect =>
  rotation === 0 ? { x, y, width, height } : boundsOf({ x, y, width, height, rotation });

/** A box of a prediction as a person's own, with where it came from. */
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
