import type { Rect, Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';

export type TensorType = 'float32' | 'float16' | 'float64' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool';

/** A row-major tensor. float16 values are held as their bits in a Uint16Array. */
export interface Tensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data:
    Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;
}

/** Pixels of the upright picture, four bytes each: red, green, blue, alpha. */
export interface Pixels extends Size {
  readonly rgba: Uint8ClampedArray;
}

/** A number, or the symbolic name of a size that is known only at run time. */
export type Dimension = number | string;

/** An input or output of a graph, as its file declares it; the shape is null if the file declares none. */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType | 'other';
  readonly shape: readonly Dimension[] | null;
}

/** The metadata of an `.onnx` file, read without running it. */
export interface ModelSignature {
  readonly producer: string;
  readonly opset: number;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The file's `metadata_props`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Names of the files beside the `.onnx` that hold its weights, each once. */
  readonly externalFiles: readonly string[];
  /** The operator types of the graph's nodes, each once. */
  readonly operators: ReadonlySet<string>;
  /** Codes of known export errors that the nodes show: 'roi-align-half-pixel'. */
  readonly traps: readonly string[];
}

/** One detection: a box in pixels of the upright picture, not yet clipped to it. */
export interface Detection extends Rect {
  /** In degrees, clockwise on the screen, about the box's centre; absent if the box is upright. */
  readonly rotation?: number;
  /** Counted from 0, without the background. */
  readonly classNumber: number;
  /** In 0..1. */
  readonly score: number;
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Runs one of a pipeline's graphs. `outputs` are the names of the wanted outputs; absent, all are returned. */
export type RunGraph = (
  graph: string,
  inputs: NamedTensors,
  outputs?: readonly string[],
) => Promise<NamedTensors>;

/** The bytes of an external data file, by the location that the graph's initializers name. */
export interface ExternalBytes {
  readonly location: string;
  /**
   * 'file' means the model file itself; 'beside' means a file of that name which the person chose together with it.
   */
  readonly bytes: Uint8Array | 'file' | 'beside';
}

export interface Graph {
  readonly id: string;
  /** 'file' means the model file itself. */
  readonly bytes: Uint8Array | 'file';
  readonly external: readonly ExternalBytes[];
}

/** In pixels. The shorter side is resized to `short`, unless the longer one would then exceed `long`. */
export interface Sides {
  readonly short: number;
  readonly long: number;
}

/** How torchvision resizes a picture for its network. If `fixed` is not null, every picture gets that size. */
export interface Resizing {
  readonly fixed: Size | null;
  readonly sides: Sides;
}

/**
 * How a picture becomes the network's input, where that needs nothing but the picture. For `multiple`, see `place`.
 */
export type PreprocessPlan =
  | { readonly kind: 'placed'; readonly inputs: readonly TensorInfo[]; readonly multiple: number }
  | ({ readonly kind: 'resized' } & Resizing);

export interface DetectContext {
  readonly run: RunGraph;
  /**
   * The input tensors, if the preprocessor has made them by the pipeline's `preprocessPlan`; `pixels` then has only
   * its size.
   */
  readonly preprocessed?: NamedTensors | null;
  readonly settings: DetectorSettings;
  /**
   * True if a person tries the model on a picture: the outputs must then be plausible. See [Note: Plausible].
   */
  readonly isTrial?: boolean;
  /** Checked between graphs and between steps; an abort makes `detect` throw. */
  readonly signal: AbortSignal;
  /** Reports progress on one picture, in 0..1. */
  readonly report: (part: number) => void;
}

/**
 * A model as the worker runs it: one or several graphs, the external data that they refer to, and pure functions
 * between them.
 */
export interface Pipeline {
  readonly graphs: readonly Graph[];
  /** Absent if the pipeline needs the pixels themselves. */
  readonly preprocessPlan?: PreprocessPlan;
  /**
   * Returns detections by descending score: at most `settings.maxDetections`, none below `settings.scoreThreshold`.
   */
  detect(pixels: Pixels, context: DetectContext): Promise<readonly Detection[]>;
}

/** The identification of a model file, before a person overrules anything. */
export interface Identified {
  readonly kind: 'onnx' | 'pth';
  /** The name that the field uses: "YOLOX", "Faster R-CNN ResNet-50 FPN". */
  readonly architecture: string;
  /**
   * The possible values of `settings.convention` if the file does not decide between them, so that a person has to;
   * absent if it does.
   */
  readonly alike?: readonly { readonly id: string; readonly name: string }[];
  /** The kind of evidence for the identification: a code that the screen has words for. */
  readonly knownBy: 'metadata' | 'names' | 'shapes' | 'keys' | 'unknown';
  /**
   * The file's class names, or null if it has none. Then `classCount` is their number, which is null if it is
   * unknown too.
   */
  readonly classNames: readonly string[] | null;
  readonly classCount: number | null;
  readonly settings: DetectorSettings;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly externalFiles: readonly string[];
  /** Codes of problems that the person should know: 'roi-align-half-pixel', 'class-count-differs' ... */
  readonly warnings: readonly string[];
}
