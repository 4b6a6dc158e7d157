import type { PreprocessPlan, Identified, NamedTensors, Pixels } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings } from '$lib/domain/model';
import type { ConventionName, Detected, ModelFiles } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';
import type { Call } from '../workers/channel';
import type { Failure } from '../workers/failure';

/**
 * The two builds of ONNX Runtime that come with the app. `jspi` can also use WebGPU, and reads weights from a file
 * in pieces; it needs a browser that can suspend WebAssembly (JSPI).
 */
export type RuntimeBuild = 'wasm' | 'jspi';
export type RuntimeFiles = Readonly<Record<RuntimeBuild, { readonly mjs: string; readonly wasm: string }>>;

/** The calls from the page to the detector's worker. */
export interface DetectorCalls {
  /** The first message: where the runtime's files are, and the port to the preprocessor. */
  readonly start: Call<
    { readonly files: RuntimeFiles; readonly threads: number; readonly preprocessor: MessagePort },
    void
  >;
  readonly identify: Call<
    ModelFiles,
    { readonly identified: Identified; readonly conventions: readonly ConventionName[] }
  >;
  /** Reports the progress on a picture, in 0..1. */
  readonly detect: Call<
    DetectRequest,
    { readonly detected: Detected; readonly builds: readonly RuntimeBuild[] },
    number
  >;
}

export interface DetectRequest {
  /** The id of the picture, which comes from the preprocessor. */
  readonly pictureId: number;
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
  readonly isTrial: boolean;
}

/** Names the plan by which a picture is preprocessed. */
export const planName = ({ key, settings }: Pick<DetectRequest, 'key' | 'settings'>): string =>
  `${key}/${JSON.stringify(settings)}`;

/**
 * The calls from the page to the preprocessor, which sends the picture on to the detector through the port. See
 * [Note: Preprocessor].
 */
export interface PreprocessorCalls {
  readonly start: Call<{ readonly detector: MessagePort }, void>;
  readonly preprocess: Call<PreprocessRequest, void>;
}

export interface PreprocessRequest {
  readonly pictureId: number;
  readonly picture: PicturePage;
  readonly planName: string;
}

/** How pictures are preprocessed for the open model. */
export interface PlanFor {
  readonly name: string;
  readonly preprocessPlan: PreprocessPlan;
  readonly settings: DetectorSettings;
}

/**
 * The messages from the detector to the preprocessor. `spent` returns the memory of a picture that the network has
 * read.
 */
export interface PreprocessingCalls {
  readonly plan: Call<PlanFor, void>;
  readonly spent: Call<ArrayBuffer, void>;
}

/** A picture from the preprocessor. See [Note: Preprocessor]. */
export interface PreprocessedImage {
  /** Without colour data if `preprocessed` is there. */
  readonly pixels: Pixels;
  /** The size of the whole picture. */
  readonly size: Size;
  readonly preprocessed: NamedTensors | null;
}

/** The messages from the preprocessor to the detector. */
export interface PreprocessedCalls {
  readonly preprocessed: Call<
    { readonly pictureId: number; readonly made: PreprocessedImage | Failure },
    void
  >;
}
