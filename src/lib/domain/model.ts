import type { EpochMs, LabelId, ModelId, ProjectId } from './ids';

/**
 * Preprocessing and decoding of a detector: everything that is guessed from its file and that a person can override.
 * Plain data, stored with the model.
 */
export interface DetectorSettings {
  /** Id of the adapter in detectors/ that decodes the outputs. */
  readonly convention: string;
  /** Channel order of the picture given to the network. */
  readonly channels: 'rgb' | 'bgr';
  /** Value of a full bright channel before mean and std are applied: 1 or 255. */
  readonly range: 1 | 255;
  /** Subtracted after scaling to `range`, one per channel in the order given to the network. */
  readonly mean: readonly [number, number, number];
  /** The difference from `mean` is divided by it, one per channel. */
  readonly std: readonly [number, number, number];
  /**
   * letterbox: keeps the aspect ratio, padded on all sides; corner: keeps it, padded right and below; stretch; native:
   * not resized.
   */
  readonly fit: 'letterbox' | 'corner' | 'stretch' | 'native';
  /** Grey value of the padding, 0..255. */
  readonly padding: number;
  /** In pixels; null if the model takes any size, and then `fit` is native or the pipeline resizes by itself. */
  readonly inputSize: { readonly width: number; readonly height: number } | null;
  readonly layout: 'nchw' | 'nhwc';
  /** 0..1; boxes with lower scores are dropped. It is low, so that a person can lower the slider later. */
  readonly scoreThreshold: number;
  /** Intersection over union, 0..1, above which the weaker of two boxes of one class is dropped. */
  readonly iouThreshold: number;
  /** Maximum number of boxes kept per picture. */
  readonly maxDetections: number;
  /** Only for a `.pth`: epsilon of batch normalisation, which the file does not contain. */
  readonly batchNormEpsilon: number;
  /**
   * Only for a `.pth`: the short side in pixels that the picture is resized to; a smaller one is a "quick look" with
   * other scores.
   */
  readonly shortSide: number | null;
}

/** Reason why a model does not run on the graphics device although that was allowed. */
export type FallBack = 'no-webgpu' | 'self-check' | 'device-failed';

/** Where a model actually ran. */
export interface RanOn {
  readonly provider: 'wasm' | 'webgpu';
  /** 1 if the page is not cross-origin isolated. */
  readonly threads: number;
  readonly fallBack: FallBack | null;
}

/** A run of a model over many tasks that has not finished, so that a reload can resume it. One per project. */
export interface PredictRun {
  readonly projectId: ProjectId;
  readonly modelId: ModelId;
  readonly modelVersion: number;
  readonly numbers: Int32Array;
}

/** One version of a detector that a person connected to a project: one row per model and version. */
export interface DetectorModel {
  readonly id: ModelId;
  readonly projectId: ProjectId;
  /** Starts at 1; replacing the file creates the next version. */
  readonly version: number;
  readonly name: string;
  readonly fileName: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the whole file, in hex. */
  readonly hash: string;
  readonly kind: 'onnx' | 'pth';
  /** The recognised architecture by its established name: "Faster R-CNN ResNet-50 FPN", "YOLOX". */
  readonly architecture: string;
  /** The model's classes in its own order; a background class is not among them. */
  readonly classNames: readonly string[];
  /** The project's label for each class; null if the boxes of the class are not shown. */
  readonly labelOfClass: readonly (LabelId | null)[];
  readonly settings: DetectorSettings;
  /** Whether opening a task runs the model. */
  readonly isInteractive: boolean;
  readonly provider: 'auto' | 'wasm' | 'webgpu';
  /** Where it ran when it was validated; null if it never was. */
  readonly ranOn: RanOn | null;
  readonly createdAt: EpochMs;
}
