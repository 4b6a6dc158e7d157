import type { Rect } from './geometry';
import type { EpochMs, LabelId, ModelId, PredictionId, ProjectId, TaskId } from './ids';

/** What one version of a model said about one task: one row a task and model version. */
export interface Prediction {
  readonly id: PredictionId;
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  readonly modelId: ModelId;
  readonly modelVersion: number;
  readonly regions: readonly PredictedRegion[];
  readonly createdAt: EpochMs;
}

/** An upright box in pixels of the upright picture, clipped to it. */
export interface PredictedRegion extends Rect {
  /** The project's label for the model's class; null where the class has none. */
  readonly labelId: LabelId | null;
  /** The model's own class, as it numbers and names it. */
  readonly classNumber: number;
  readonly className: string;
  /** 0..1 */
  readonly score: number;
}
