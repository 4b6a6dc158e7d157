import type { Size } from '$lib/domain/geometry';
import type { SourceStorage } from '$lib/domain/source';

/** A decoded picture, upright. Give it back when it is off the screen. */
export interface Picture {
  readonly image: ImageBitmap;
  /** Of the upright picture, in pixels. */
  readonly size: Size;
  release(): void;
}

export interface Pictures {
  /** Throws an AppError that says why a file cannot be shown. */
  open(source: SourceStorage, path: string): Promise<Picture>;
  /** Decodes ahead; never throws, what fails fails again on opening. */
  prefetch(source: SourceStorage, path: string): void;
  /** A small picture for lists, and the size of the whole one. */
  thumbnail(source: SourceStorage, path: string): Promise<{ readonly picture: Blob; readonly size: Size }>;
}
