import type { PreprocessPlan, Identified, NamedTensors, Pixels } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings } from '$lib/domain/model';
import type { ConventionName, Detected, ModelFiles } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';
import type { Call } from '../workers/channel';
import type { Failure } from '../workers/failure';

/**
 * The two builds of ONNX Runtime that come with the app. `jspi` also knows the graphics device, and reads weights
 * from a file bit by bit; it needs a browser that can suspend WebAssembly.
 */
export type RuntimeBuild = 'wasm' | 'jspi';
export type RuntimeFiles = Readonly<Record<RuntimeBuild, { readonly mjs: string; readonly wasm: string }>>;

/** What the page asks the detector's worker for. */
export interface DetectorCalls {
  /** Before all others: where the runtime lies, and the portPair to the preprocessor. */
  readonly start: Call<
    { readonly files: RuntimeFiles; readonly threads: number; readonly preprocessor: MessagePort },
    void
  >;
  readonly identify: Call<
    ModelFiles,
    { readonly identified: Identified; readonly conventions: readonly ConventionName[] }
  >;
  /** Reports 0..1 of the picture's work. */
  readonly detect: Call<
    DetectQuestion,
    { readonly detected: Detected; readonly builds: readonly RuntimeBuild[] },
    number
  >;
}

export interface DetectQuestion {
  /** Of the picture, which comes from the preprocessor. */
  readonly pictureId: number;
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
  readonly isTrial: boolean;
}

/** Says which plan a picture is preprocessed by. */
export const planName = ({ key, settings }: Pick<DetectQuestion, 'key' | 'settings'>): string =>
  `${key}/${JSON.stringify(settings)}`;

/** What the page asks the preprocessor for; the picture goes on to the detector by the portPair. See [Note: Preprocessor]. */
export interface PreprocessorCalls {
  readonly start: Call<{ readonly detector: MessagePort }, void>;
  readonly preprocess: Call<PreprocessQuestion, void>;
}

export interface PreprocessQuestion {
  readonly pictureId: number;
  readonly picture: PicturePage;
  readonly planName: string;
}

/** How pictures are preprocessed for the model that is open now. */
export interface PlanFor {
  readonly name: string;
  readonly preprocessPlan: PreprocessPlan;
  readonly settings: DetectorSettings;
}

/** What the detector tells the preprocessor. `spent`: memory of a picture that has been in the network. */
export interface PreprocessingCalls {
  readonly plan: Call<PlanFor, void>;
  readonly spent: Call<ArrayBuffer, void>;
}

/** A picture as the preprocessor made it. See [Note: Preprocessor]. */
export interface PreprocessedImage {
  /** Without their colours where they are preprocessed already. */
  readonly pixels: Pixels;
  /** Of the whole picture. */
  readonly size: Size;
  readonly preprocessed: NamedTensors | null;
}

/** What the preprocessor tells the detector. */
export interface PreprocessedCalls {
  readonly preprocessed: Call<
    { readonly pictureId: number; readonly made: PreprocessedImage | Failure },
    void
  >;
}
