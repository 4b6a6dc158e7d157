import type { FeedPlan, Identified, NamedTensors, Pixels } from '$lib/detectors/detector';
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
  /** Before all others: where the runtime lies, and the wire to the feeder. */
  readonly start: Call<
    { readonly files: RuntimeFiles; readonly threads: number; readonly feeder: MessagePort },
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
  /** Of the picture, which comes from the feeder. */
  readonly pictureId: number;
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
  readonly isTrial: boolean;
}

/** Says which plan a picture is fed by. */
export const planName = ({ key, settings }: Pick<DetectQuestion, 'key' | 'settings'>): string =>
  `${key}/${JSON.stringify(settings)}`;

/** What the page asks the feeder for; the picture goes on to the detector by the wire. See [Note: Feeder]. */
export interface FeederCalls {
  readonly start: Call<{ readonly detector: MessagePort }, void>;
  readonly feed: Call<FeedQuestion, void>;
}

export interface FeedQuestion {
  readonly pictureId: number;
  readonly picture: PicturePage;
  readonly planName: string;
}

/** How the model that is open now is fed. */
export interface PlanFor {
  readonly name: string;
  readonly feedPlan: FeedPlan;
  readonly settings: DetectorSettings;
}

/** What the detector tells the feeder. `spent`: memory of a picture that has been in the network. */
export interface FeedingCalls {
  readonly plan: Call<PlanFor, void>;
  readonly spent: Call<ArrayBuffer, void>;
}

/** A picture as the feeder made it. See [Note: Feeder]. */
export interface FedPicture {
  /** Without their colours where they are fed already. */
  readonly pixels: Pixels;
  /** Of the whole picture. */
  readonly size: Size;
  readonly fed: NamedTensors | null;
}

/** What the feeder tells the detector. */
export interface FedCalls {
  readonly fed: Call<{ readonly pictureId: number; readonly made: FedPicture | Failure }, void>;
}
