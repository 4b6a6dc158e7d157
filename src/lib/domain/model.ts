import type { EpochMs, LabelId, ModelId, ProjectId } from './ids';

/**
 * How a detector is fed and read: everything that is guessed from its file and that a person can overrule.
 * Plain data, kept with the model.
 */
export interface DetectorSettings {
  /** Which file of detectors/ reads the outputs: its id. */
  readonly convention: string;
  /** Of the picture given to the network. */
  readonly channels: 'rgb' | 'bgr';
  /** What a full bright channel becomes before mean and std: 1 or 255. */
  readonly range: 1 | 255;
  /** Subtracted after scaling to `range`, a channel each in the order given to the network. */
  readonly mean: readonly [number, number, number];
  /** Divided by, after `mean`. */
  readonly std: readonly [number, number, number];
  /** letterbox: kept in shape, padded round about; corner: padded right and below; stretch; native: as it is. */
  readonly fit: 'letterbox' | 'corner' | 'stretch' | 'native';
  /** The grey of the padding, 0..255. */
  readonly padding: number;
  /** In pixels; null where the model takes any size, then `fit` is native or the pipeline resizes by itself. */
  readonly inputSize: { readonly width: number; readonly height: number } | null;
  readonly layout: 'nchw' | 'nhwc';
  /** 0..1; below it nothing is kept. Low, so that a person can lower the slider later. */
  readonly scoreThreshold: number;
  /** Intersection over union, 0..1, above which the weaker of two boxes of one class is dropped. */
  readonly iouThreshold: number;
  /** The most boxes kept of one picture. */
  readonly maxDetections: number;
  /** Only for a `.pth`: batch normalisation's epsilon, which is not in the file. */
  readonly batchNormEpsilon: number;
  /** Only for a `.pth`: the short side in pixels that the picture is brought to; smaller is a "quick look" with other scores. */
  readonly shortSide: number | null;
}

/** Why a model does not run on the graphics device although that was allowed. */
export type FallBack = 'no-webgpu' | 'self-check' | 'device-failed';

/** Where a model really ran. */
export interface RanOn {
  readonly provider: 'wasm' | 'webgpu';
  /** 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  readonly fallBack: FallBack | null;
}

/** A run of a model over many tasks that has not come to its end: what a reload goes on with. One a project. */
export interface PredictRun {
  readonly projectId: ProjectId;
  readonly modelId: ModelId;
  readonly modelVersion: number;
  readonly numbers: Int32Array;
}

/** One version of a detector that a person connected to a project: one row a model and version. */
export interface DetectorModel {
  readonly id: ModelId;
  readonly projectId: ProjectId;
  /** From 1; replacing the file makes the next one. */
  readonly version: number;
  readonly name: string;
  readonly fileName: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the whole file, in hex. */
  readonly hash: string;
  readonly kind: 'onnx' | 'pth';
  /** What it was recognised as, in the field's words: "Faster R-CNN ResNet-50 FPN", "YOLOX". */
  readonly architecture: string;
  /** The model's classes in its own order; a class that is background is not among them. */
  readonly classNames: readonly string[];
  /** The project's label for each class; null: its boxes are not shown. */
  readonly labelOfClass: readonly (LabelId | null)[];
  readonly settings: DetectorSettings;
  /** Whether opening a task asks it. */
  readonly isInteractive: boolean;
  readonly provider: 'auto' | 'wasm' | 'webgpu';
  /** Where it ran when it was validated; null while it never was. */
  readonly ranOn: RanOn | null;
  readonly createdAt: EpochMs;
}
