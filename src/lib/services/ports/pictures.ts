import type { ErrorCode } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { SeenFile } from '$lib/domain/replaced';
import type { SourceStorage } from '$lib/domain/source';
import type { FileState } from '$lib/domain/task';

/** Reasons in the file itself why it cannot be shown. */
export type PictureProblem = Extract<ErrorCode, `picture-${string}`>;

/** A decoded picture, upright. The caller must release it when it is no longer shown. */
export interface Picture {
  /** Smaller than `size` if the whole picture exceeds the limits of a canvas. */
  readonly image: ImageBitmap;
  /** Size of the whole upright picture, in pixels: the space of the regions' coordinates. */
  readonly size: Size;
  /** The file's facts when it was read. */
  readonly file: SeenFile;
  release(): void;
}

/** A task's picture, and whether it is still the one that was annotated. */
export interface OpenPicture extends Picture {
  /** The file that has replaced the annotated one; null if it is the same. */
  readonly replacedBy: FileState | null;
  /** The task's stored size before this picture was opened. */
  readonly sizeBefore: Size | null;
}

/** Location of a picture. `page` counts from 1 in a file with several pages. */
export interface PicturePage {
  readonly file: File;
  readonly page: number;
}

/** Decodes pictures. `page` counts from 1 in a file with several pages. */
export interface Pictures {
  /** Starts the decoder, so that the first picture does not wait for it. */
  wake(): void;
  /** Throws an AppError with the reason why a file cannot be shown. */
  open(source: SourceStorage, path: string, page?: number): Promise<Picture>;
  /** Decodes ahead. Never throws: an error occurs again on opening. */
  prefetch(source: SourceStorage, path: string, page?: number): void;
  /** Returns a thumbnail for lists, and the size of the whole picture. The latest request is served first. */
  thumbnail(
    source: SourceStorage,
    path: string,
    page?: number,
    signal?: AbortSignal,
  ): Promise<{ readonly picture: Blob; readonly size: Size; readonly file: SeenFile }>;
  /** Reads a file's facts without its content. Throws if it does not exist or cannot be read now. */
  seen(source: SourceStorage, path: string): Promise<SeenFile>;
  /** Clears all caches, because folders may have changed: each is opened again, and changed files are read again. */
  forget(): void;
}

/** Facts about a file that are read without decoding it. */
export interface FileFacts {
  /** Upright sizes, one per page; null if only decoding gives the size. */
  readonly pages: readonly (Size | null)[];
  /** For each page: whether the stored pixels must be rotated or mirrored to be upright. */
  readonly isTurned: readonly boolean[];
  /** Null if no problem is known; only decoding can prove that there is none. */
  readonly problem: PictureProblem | null;
  /** See [Note: Content identity]. */
  readonly hash: string;
}

/** Reads facts of files in a job. */
export interface PictureFiles {
  facts(file: File): Promise<FileFacts>;
  /**
   * Returns the upright size of a page, decoding it only if its header lacks the size. Throws an AppError if it is no
   * picture.
   */
  measure(file: File, page: number): Promise<Size>;
  /** Whether a page's stored pixels must be rotated or mirrored to be upright. */
  isTurned(file: File, page: number): Promise<boolean>;
  /** Returns a page's EXIF orientation, 1 to 8; 1 is upright. */
  orientation(file: File, page: number): Promise<number>;
  /**
   * Returns a page as a file of its own, upright: JPEG and WebP keep their format, others become PNG. Throws an
   * AppError if it cannot be made in full size.
   */
  uprightCopy(file: File, page: number): Promise<File>;
  /** See [Note: Content identity]. */
  hash(file: File): Promise<string>;
  /** Whether the content is that of a picture, including formats that the app refuses by name. */
  isPicture(file: File): Promise<boolean>;
}
