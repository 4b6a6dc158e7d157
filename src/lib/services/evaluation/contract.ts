import type { Accepted } from '$lib/domain/evaluation/accepted';
import type { LabelScores } from '$lib/domain/evaluation/average-precision';
import type { PredictedBoxes, GroundTruthBoxes } from '$lib/domain/evaluation/columns';
import type { Verdicts } from '$lib/domain/evaluation/verdicts';
import type { LabelId } from '$lib/domain/ids';
import type { Label } from '$lib/domain/project';

/** Comparison of a model's predictions with the submitted annotations: plain data, boxes as columns. */
export interface Evaluation {
  /** The project's labels at the time of the evaluation; a label's index here is its number in all columns. */
  readonly labels: readonly Pick<Label, 'id' | 'name' | 'color'>[];
  /** In the order of `labels`. */
  readonly scores: readonly LabelScores[];
  /** Labels with submitted boxes that no class of the model is mapped to: all their boxes count as missed. */
  readonly unknownLabels: readonly LabelId[];
  /** Numbers of the evaluated tasks, one picture each. */
  readonly numbers: Int32Array;
  readonly truth: GroundTruthBoxes;
  readonly found: PredictedBoxes;
  readonly verdicts: Verdicts;
  readonly left: LeftOut;
  /** Ground truth that was accepted from this model's own predictions, which makes its metrics look better. */
  readonly accepted: Accepted;
}

/** Data that was left out of the evaluation or changed for it. */
export interface LeftOut {
  /** Number of submitted tasks that the model has no prediction for. */
  readonly tasksWithoutPrediction: number;
  /** Number of submitted boxes without a label. */
  readonly boxesWithoutLabel: number;
  /** Number of predicted boxes of classes that have no label, and the first of these classes. */
  readonly boxesOfOtherClasses: number;
  readonly otherClasses: readonly string[];
  /**
   * Number of submitted tasks whose picture was replaced since: their boxes and predictions may be of different
   * pictures.
   */
  readonly replaced: number;
  /** Number of submitted boxes that are rotated; the upright boxes around them are evaluated. */
  readonly turned: number;
  /** Number of submitted crowds; predictions inside them are neither right nor wrong. */
  readonly crowds: number;
}
