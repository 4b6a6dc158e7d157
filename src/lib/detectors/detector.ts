import type { Rect, Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';

export type TensorType = 'float32' | 'float16' | 'float64' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool';

/** Row-major. float16 is held as its bits in a Uint16Array. */
export interface Tensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data:
    Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;
}

/** Upright pixels, four bytes each: red, green, blue, opacity. */
export interface Pixels extends Size {
  readonly rgba: Uint8ClampedArray;
}

/** A number, or the symbol of a size that is told only when run. */
export type Dimension = number | string;

/** An input or output of a graph, as its file tells it; null: the file does not tell the shape. */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType | 'other';
  readonly shape: readonly Dimension[] | null;
}

/** What an `.onnx` file says of itself, read without running it. */
export interface ModelSignature {
  readonly producer: string;
  readonly opset: number;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** `metadata_props`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Names of the files that weights lie in beside the `.onnx`, each once. */
  readonly externalFiles: readonly string[];
  /** Operator types of the nodes, each once: for warnings. */
  readonly operators: ReadonlySet<string>;
  /** Traps that are seen in its nodes: 'roi-align-half-pixel'. */
  readonly traps: readonly string[];
}

/** Something found in one picture: a box in pixels of the upright picture, not yet clipped to it. */
export interface Detection extends Rect {
  /** Degrees, clockwise on the screen, about the box's centre; left out: the box is upright. */
  readonly rotation?: number;
  /** From 0, background not counted. */
  readonly classNumber: number;
  /** 0..1 */
  readonly score: number;
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Runs one of a pipeline's graphs. `outputs`: those wanted; left out: all. */
export type RunGraph = (
  graph: string,
  inputs: NamedTensors,
  outputs?: readonly string[],
) => Promise<NamedTensors>;

/** Bytes that a graph's initializers point into, by the location written in the graph. */
export interface ExternalBytes {
  readonly location: string;
  /** 'file': the model file itself; 'beside': a file that the person chose beside it, of the same name. */
  readonly bytes: Uint8Array | 'file' | 'beside';
}

export interface Graph {
  readonly id: string;
  /** 'file': the model file itself. */
  readonly bytes: Uint8Array | 'file';
  readonly external: readonly ExternalBytes[];
}

/** In pixels: the short side becomes the first, unless the long one would become longer than the second. */
export interface Sides {
  readonly short: number;
  readonly long: number;
}

/** How torchvision brings a picture to its network's size. `fixed`: every picture has that one. */
export interface Resizing {
  readonly fixed: Size | null;
  readonly sides: Sides;
}

/** How a picture is brought to a network's input, where that needs nothing but the picture. `multiple`: see `place`. */
export type PreprocessPlan =
  | { readonly kind: 'placed'; readonly inputs: readonly TensorInfo[]; readonly multiple: number }
  | ({ readonly kind: 'resized' } & Resizing);

export interface DetectContext {
  readonly run: RunGraph;
  /** The picture by the pipeline's `preprocessPlan`, made elsewhere: then `pixels` has only its size. */
  readonly preprocessed?: NamedTensors | null;
  readonly settings: DetectorSettings;
  /** Somebody tries the model on a picture: what it says must also make sense. See [Note: Plausible]. */
  readonly isTrial?: boolean;
  /** Between graphs and parts of the work: throws when the person gave up. */
  readonly signal: AbortSignal;
  /** 0..1 of one picture's work. */
  readonly report: (part: number) => void;
}

/** What a worker runs: one or several graphs, the bytes they point into, and pure glue between them. */
export interface Pipeline {
  readonly graphs: readonly Graph[];
  /** Left out: the pipeline needs the pixels themselves. */
  readonly preprocessPlan?: PreprocessPlan;
  /** In order of falling score, at most `settings.maxDetections`, none below `settings.scoreThreshold`. */
  detect(pixels: Pixels, context: DetectContext): Promise<readonly Detection[]>;
}

/** What a model file turned out to be, before a person has overruled anything. */
export interface Identified {
  readonly kind: 'onnx' | 'pth';
  /** In the field's words: "YOLOX", "Faster R-CNN ResNet-50 FPN". */
  readonly architecture: string;
  /** What `settings.convention` may be where the file cannot tell: a person has to say. Left out: it can. */
  readonly alike?: readonly { readonly id: string; readonly name: string }[];
  /** How it is known: a code with what it rests on, for words in two languages. */
  readonly knownBy: 'metadata' | 'names' | 'shapes' | 'keys' | 'unknown';
  /** From the file, or null where the file has none; then `classCount` says how many, null: not told. */
  readonly classNames: readonly string[] | null;
  readonly classCount: number | null;
  readonly settings: DetectorSettings;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly externalFiles: readonly string[];
  /** Traps worth telling: 'roi-align-half-pixel', 'class-count-differs' ... */
  readonly warnings: readonly string[];
}
