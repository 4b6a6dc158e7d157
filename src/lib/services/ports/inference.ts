import type { Detection, Identified } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings, RanOn } from '$lib/domain/model';
import type { PicturePage } from './pictures';

/** A model's own file, and the files beside it that hold its weights. */
export interface ModelFiles {
  readonly file: File;
  readonly beside: readonly File[];
}

/** A way to decode a network's outputs, with its established name. */
export interface ConventionName {
  readonly id: string;
  readonly name: string;
}

/** A model with everything needed to run it. */
export interface RunnableModel {
  /** Equal keys mean equal files. */
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
}

/** A model's detections in one picture, with the time that they took. */
export interface Detected {
  readonly detections: readonly Detection[];
  /** Size of the upright picture, in pixels. */
  readonly size: Size;
  readonly ranOn: RanOn;
  /** From the picture's pixels to its boxes, in milliseconds; opening the model is not counted. */
  readonly detectMs: number;
}

export interface DetectOptions {
  readonly signal: AbortSignal;
  /** Runs before everything that waits, because somebody looks at the picture. */
  readonly isUrgent?: boolean;
  /** Whether somebody is trying the model: implausible outputs are refused with an error. See [Note: Plausible]. */
  readonly isTrial?: boolean;
  /** Reports the fraction, 0..1, of the picture's work that is done. */
  readonly onProgress?: (part: number) => void;
}

/**
 * Runs detectors in a worker, one picture at a time; the next one is decoded meanwhile. A model stays open while it is
 * used; after it was idle for a while all its memory is released.
 */
export interface DetectorRuntime {
  /** Identifies a file without running it. Throws `model-unsupported` or `model-damaged`. */
  identify(
    files: ModelFiles,
  ): Promise<{ readonly identified: Identified; readonly conventions: readonly ConventionName[] }>;
  /** Throws `model-damaged`, `model-failed`, or the picture's own error. */
  detect(model: RunnableModel, picture: PicturePage, options: DetectOptions): Promise<Detected>;
  /** Stores the files that a run needs in this browser, so that it works offline. Resolves when they are stored. */
  keepOffline(): Promise<void>;
}

/** The bytes of models, by hash, in the browser's own storage. */
export interface ModelFileStore {
  keep(hash: string, files: ModelFiles): Promise<void>;
  /** Throws `file-missing`. */
  open(hash: string, fileName: string): Promise<ModelFiles>;
  forget(hash: string): Promise<void>;
  /** SHA-256 of a whole file, in hex. */
  hash(file: Blob): Promise<string>;
}
