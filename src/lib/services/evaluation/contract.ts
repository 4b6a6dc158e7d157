import type { Accepted } from '$lib/domain/evaluation/accepted';
import type { LabelScores } from '$lib/domain/evaluation/average-precision';
import type { FoundBoxes, TrueBoxes } from '$lib/domain/evaluation/columns';
import type { Verdicts } from '$lib/domain/evaluation/verdicts';
import type { LabelId } from '$lib/domain/ids';
import type { Label } from '$lib/domain/project';

/** How a model's predictions compare with what was submitted: plain data, boxes as columns. */
export interface Evaluation {
  /** The project's labels as they were; a label's place here is its number in all columns. */
  readonly labels: readonly Pick<Label, 'id' | 'name' | 'color'>[];
  /** In the order of `labels`. */
  readonly scores: readonly LabelScores[];
  /** Labels with submitted boxes that no class of the model means: all their boxes count as missed. */
  readonly unknownLabels: readonly LabelId[];
  /** Numbers of the tasks that were judged, a picture each. */
  readonly numbers: Int32Array;
  readonly truth: TrueBoxes;
  readonly found: FoundBoxes;
  readonly verdicts: Verdicts;
  readonly left: LeftOut;
  /** The numbers flatter a model that had a hand in the truth. */
  readonly accepted: Accepted;
}

/** What was not judged, or not as it is. */
export interface LeftOut {
  /** Submitted tasks that the model said nothing about. */
  readonly tasksWithoutPrediction: number;
  /** Submitted boxes without a label. */
  readonly boxesWithoutLabel: number;
  /** Predicted boxes of classes that have no label, and the first of these classes. */
  readonly boxesOfOtherClasses: number;
  readonly otherClasses: readonly string[];
  /** Submitted tasks whose picture was replaced since: boxes and predictions may be of different pictures. */
  readonly replaced: number;
  /** Submitted boxes that are turned, judged by the upright box around them. */
  readonly turned: number;
  /** Submitted crowds: what is found in them is neither right nor wrong. */
  readonly crowds: number;
}
