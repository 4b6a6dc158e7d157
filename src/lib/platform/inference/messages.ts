import type { FeedPlan, Identified, NamedTensors, Pixels } from '$lib/detectors/detector';
import type { ErrorCode } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings } from '$lib/domain/model';
import type { ConventionName, Detected, ModelFiles } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';

/**
 * The two builds of ONNX Runtime that come with the app. `jspi` also knows the graphics device, and reads weights
 * from a file bit by bit; it needs a browser that can suspend WebAssembly.
 */
export type RuntimeBuild = 'wasm' | 'jspi';
export type RuntimeFiles = Readonly<Record<RuntimeBuild, { readonly mjs: string; readonly wasm: string }>>;

export type ToDetector =
  | {
      readonly type: 'start';
      readonly files: RuntimeFiles;
      readonly threads: number;
      readonly feeder: MessagePort;
    }
  | { readonly type: 'identify'; readonly id: number; readonly files: ModelFiles }
  | DetectQuestion;

export interface DetectQuestion {
  readonly type: 'detect';
  readonly id: number;
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
  readonly isTrial: boolean;
}

/** Says which plan a picture is fed by. */
export const planName = ({ key, settings }: Pick<DetectQuestion, 'key' | 'settings'>): string =>
  `${key}/${JSON.stringify(settings)}`;

/** To the feeder, from the page; the picture goes on to the detector by the port. See [Note: Feeder]. */
export type ToFeeder = { readonly type: 'start'; readonly detector: MessagePort } | FeedQuestion;

export interface FeedQuestion {
  readonly type: 'feed';
  readonly id: number;
  readonly picture: PicturePage;
  readonly planName: string;
}

/** How the model that is open now is fed. */
export interface PlanFor {
  readonly name: string;
  readonly feedPlan: FeedPlan;
  readonly settings: DetectorSettings;
}

/** From the detector to the feeder. `spent`: memory of a picture that has been in the network. */
export type FromDetectorToFeeder =
  | { readonly type: 'plan'; readonly plan: PlanFor }
  | { readonly type: 'spent'; readonly buffer: ArrayBuffer };

export type FromFeeder =
  | {
      readonly type: 'picture';
      readonly id: number;
      readonly pixels: Pixels;
      readonly size: Size;
      readonly fed: NamedTensors | null;
    }
  | {
      readonly type: 'unfed';
      readonly id: number;
      readonly code: ErrorCode | null;
      readonly about: Readonly<Record<string, string | number>>;
      readonly detail: string;
    };

export type FromDetector =
  | { readonly type: 'progress'; readonly id: number; readonly part: number }
  | {
      readonly type: 'identified';
      readonly id: number;
      readonly identified: Identified;
      readonly conventions: readonly ConventionName[];
    }
  | {
      readonly type: 'detected';
      readonly id: number;
      readonly detected: Detected;
      readonly builds: readonly RuntimeBuild[];
    }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly code: ErrorCode | null;
      readonly about: Readonly<Record<string, string | number>>;
      readonly detail: string;
    };
