import type { Detection, Identified } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings, RanOn } from '$lib/domain/model';
import type { PicturePage } from './pictures';

/** A model's own file, and those that its weights lie in beside it. */
export interface ModelFiles {
  readonly file: File;
  readonly beside: readonly File[];
}

/** A way to read a network's outputs, in the field's words. */
export interface ConventionName {
  readonly id: string;
  readonly name: string;
}

/** A model as it is to be run. */
export interface RunnableModel {
  /** The same key, the same files. */
  readonly key: string;
  readonly files: ModelFiles;
  readonly settings: DetectorSettings;
  readonly provider: DetectorModel['provider'];
}

/** What a model said about one picture, and what that took. */
export interface Detected {
  readonly detections: readonly Detection[];
  /** Of the upright picture, in pixels. */
  readonly size: Size;
  readonly ranOn: RanOn;
  /** From the picture's pixels to its boxes, in milliseconds; opening the model is not counted. */
  readonly detectMs: number;
}

export interface DetectOptions {
  readonly signal: AbortSignal;
  /** Before everything that waits: somebody looks at the picture. */
  readonly isUrgent?: boolean;
  /** Somebody tries the model: it is refused by name where what it says makes no sense. See [Note: Plausible]. */
  readonly isTrial?: boolean;
  /** 0..1 of the picture's work. */
  readonly onProgress?: (part: number) => void;
}

/**
 * Runs detectors away from the page, one picture at a time; the next one is decoded meanwhile. A model stays
 * open while it is used; after a while of rest all its memory is given back.
 */
export interface DetectorRuntime {
  /** What a file is, without running it. Throws `model-unsupported` or `model-damaged`. */
  identify(
    files: ModelFiles,
  ): Promise<{ readonly identified: Identified; readonly conventions: readonly ConventionName[] }>;
  /** Throws `model-damaged`, `model-failed`, or what is wrong with the picture. */
  detect(model: RunnableModel, picture: PicturePage, options: DetectOptions): Promise<Detected>;
  /** Settles when what was needed to run lies in this browser, for the time without a network. */
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
