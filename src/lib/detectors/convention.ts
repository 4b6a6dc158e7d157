import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Candidates } from './candidates';
import type { NamedTensors } from './detector';
import type { Placement } from './placement';

/** Everything besides the outputs that decoding needs. */
export interface DecodeContext {
  /** The size of the network's input, in pixels. */
  readonly input: Size;
  /** 0..1; candidates with a lower score are left out. */
  readonly scoreThreshold: number;
  /** How many columns of scores are classes; null if all remaining columns are. */
  readonly classCount: number | null;
  /** Where the picture lies in the input, for networks that give boxes in the picture's own pixels. */
  readonly placement?: Placement;
}

/**
 * How a network answers: for every place of its input; with a fixed number of queries whose boxes may lie anywhere;
 * or only with the boxes that it has chosen itself, which may be none.
 */
export type Answers = 'every-place' | 'queries' | 'chosen';

/** One way in which detectors encode their detections as tensors. */
export interface Convention {
  readonly id: string;
  /** The name that the field uses; it is the same in every language. */
  readonly name: string;
  /** The usual preprocessing and decoding settings of this kind of model, where they differ from `USUAL`. */
  readonly defaults: Partial<DetectorSettings>;
  /** In pixels; if the model takes any size, the sides of its input are multiples of this. */
  readonly multiple: number;
  readonly answers: Answers;
  /**
   * Returns the candidates in pixels of the network's input: none below the score threshold, before suppression.
   */
  decode(outputs: NamedTensors, context: DecodeContext): Candidates;
}

/** Mean and standard deviation by colour, in 0..1, that networks pretrained on ImageNet normalize by. */
export const IMAGENET = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/**
 * The IoU threshold for a model that suppresses by itself: no IoU is above 1, so all boxes stay until a person
 * lowers it.
 */
export const NO_SUPPRESSION = 1;

/** The preprocessing of most models: YOLO's. */
export const USUAL: DetectorSettings = {
  convention: '',
  channels: 'rgb',
  range: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: 'letterbox',
  padding: 114,
  inputSize: null,
  layout: 'nchw',
  scoreThreshold: 0.1,
  iouThreshold: 0.5,
  maxDetections: 300,
  batchNormEpsilon: 1e-5,
  shortSide: null,
};
