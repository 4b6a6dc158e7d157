import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { Candidates } from './candidates';
import type { NamedTensors } from './detector';
import type { Placement } from './placement';

/** What outputs are read with. */
export interface Reading {
  /** Of the network's input, in pixels. */
  readonly input: Size;
  /** 0..1; weaker candidates are left out. */
  readonly scoreThreshold: number;
  /** How many columns of scores are classes; null: all that are left. */
  readonly classCount: number | null;
  /** Where the picture lies in the input: for networks that tell boxes in the picture's own pixels. */
  readonly placement?: Placement;
}

/**
 * What a network says something about: every place of its input; a fixed number of guesses (queries) that may lie
 * anywhere; or only the boxes that it has chosen, which may be none.
 */
export type Answers = 'every-place' | 'queries' | 'chosen';

/** One way in which detectors say what they found. */
export interface Convention {
  readonly id: string;
  /** In the field's words, the same in every language. */
  readonly name: string;
  /** How pictures are usually preprocessed for models of this kind and their outputs read, where it differs from what most are. */
  readonly defaults: Partial<DetectorSettings>;
  /** What the sides of its input must be multiples of where the model takes any size, in pixels. */
  readonly multiple: number;
  readonly answers: Answers;
  /** The candidates in pixels of the network's input, none below the threshold, not yet suppressed. */
  decode(outputs: NamedTensors, reading: Reading): Candidates;
}

/** In 0..1, by colour: what networks that grew from ImageNet's subtract and divide by. */
export const IMAGENET = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
} as const;

/** Of a model that suppresses by itself: no overlap is above it, so all boxes stay until a person lowers it. */
export const NO_SUPPRESSION = 1;

/** How pictures are preprocessed for most models: YOLO's way. */
export const USUAL: DetectorSettings = {
  convention: '',
  channels: 'rgb',
  range: 1,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
  fit: 'letterbox',
  padding: 114,
  inputSize: null,
  layout: 'nchw',
  scoreThreshold: 0.1,
  overlapThreshold: 0.5,
  maxDetections: 300,
  batchNormEpsilon: 1e-5,
  shortSide: null,
};
