import { clipToSize, type Rect, type Size } from './geometry';
import type { EpochMs, LabelId, ModelId, PredictionId, ProjectId, RegionId, TaskId } from './ids';
import type { DetectorModel } from './model';
import { DRAWN_BY_HAND, type BoxRegion } from './regions/box';

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
}

/** An upright box in pixels of the upright picture, clipped to it. */
export interface PredictedRegion extends Rect {
  /** The project's label for the model's class; null where the class has none. */
  readonly labelId: LabelId | null;
  /** The model's own class, as it numbers and names it. */
  readonly classNumber: number;
  readonly className: string;
  /** 0..1 by most models; a file may give any number, which stays as it is. */
  readonly score: number;
}

/** Boxes of a picture as a model found them, with the project's labels; what lies outside it is left out. */
export function predictedRegions(
  found: readonly (Rect & { readonly classNumber: number; readonly score: number })[],
  { classNames, labelOfClass }: Pick<DetectorModel, 'classNames' | 'labelOfClass'>,
  size: Size,
): readonly PredictedRegion[] {
  return found.flatMap(({ classNumber, score, ...box }) => {
    const rect = clipToSize(box, size);
    if (rect === null) return [];
    const className = classNames[classNumber] ?? String(classNumber);
    return [{ ...rect, labelId: labelOfClass[classNumber] ?? null, classNumber, className, score }];
  });
}

/** A box of a prediction as a person's own, with where it came from. */
export const acceptedRegion = (
  { x, y, width, height, labelId, score }: PredictedRegion,
  id: RegionId,
): BoxRegion => ({
  ...DRAWN_BY_HAND,
  kind: 'box',
  id,
  labelId,
  x,
  y,
  width,
  height,
  origin: 'prediction',
  score,
});
