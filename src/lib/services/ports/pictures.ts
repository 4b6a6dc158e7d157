import type { ErrorCode } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { SeenFile } from '$lib/domain/replaced';
import type { SourceStorage } from '$lib/domain/source';
import type { FileState } from '$lib/domain/task';

/** Why a file cannot be shown, where the file itself is the reason. */
export type PictureProblem = Extract<ErrorCode, `picture-${string}`>;

/** A decoded picture, upright. Give it back when it is off the screen. */
export interface Picture {
  /** Smaller than `size` where the whole would be more than a canvas holds. */
  readonly image: ImageBitmap;
  /** Of the whole upright picture, in pixels: the space that regions live in. */
  readonly size: Size;
  /** The file as it was when it was read. */
  readonly file: SeenFile;
  release(): void;
}

/** A task's picture, and whether it is still the one that was worked on. */
export interface OpenPicture extends Picture {
  /** The file that has taken the place of the one that something was made on; null: it is the same. */
  readonly replacedBy: FileState | null;
  /** What was known as the task's size before this picture was opened. */
  readonly sizeBefore: Size | null;
}

/** A picture where it lies. `page`: of a file with several, from 1. */
export interface PicturePage {
  readonly file: File;
  readonly page: number;
}

/** `page`: of a file with several, from 1. */
export interface Pictures {
  /** Starts what decodes, so that the first picture does not wait for it. */
  wake(): void;
  /** Throws an AppError that says why a file cannot be shown. */
  open(source: SourceStorage, path: string, page?: number): Promise<Picture>;
  /** Decodes ahead; never throws, what fails fails again on opening. */
  prefetch(source: SourceStorage, path: string, page?: number): void;
  /** A small picture for lists, and the size of the whole one. What was asked for last is made first. */
  thumbnail(
    source: SourceStorage,
    path: string,
    page?: number,
    signal?: AbortSignal,
  ): Promise<{ readonly picture: Blob; readonly size: Size; readonly file: SeenFile }>;
  /** Looks at a file without reading it. Throws where it is not there, or not to be read now. */
  seen(source: SourceStorage, path: string): Promise<SeenFile>;
  /** Folders may be others: each is opened anew. A file that has changed is never taken for what it was. */
  forget(): void;
}

/** What a file tells without being decoded. */
export interface FileFacts {
  /** Upright sizes, one a page; null where only decoding tells. */
  readonly pages: readonly (Size | null)[];
  /** By page: whether the stored pixels have to be turned or mirrored to be upright. */
  readonly isTurned: readonly boolean[];
  /** Null: nothing speaks against it, which only decoding can settle. */
  readonly problem: PictureProblem | null;
  /** See [Note: Content identity]. */
  readonly hash: string;
}

/** Looks into files from a job. */
export interface PictureFiles {
  facts(file: File): Promise<FileFacts>;
  /** The upright size of a page, decoded only where its head does not tell. Throws an AppError where it is none. */
  measure(file: File, page: number): Promise<Size>;
  /** Whether a page's stored pixels have to be turned or mirrored to be upright. */
  isTurned(file: File, page: number): Promise<boolean>;
  /** How a page's stored pixels lie, 1 to 8 as EXIF counts it; 1: upright. */
  orientation(file: File, page: number): Promise<number>;
  /** A page as a file of its own, upright: JPEG and WebP in their kind, PNG else. Throws an AppError where it cannot be made in full size. */
  uprightCopy(file: File, page: number): Promise<File>;
  /** See [Note: Content identity]. */
  hash(file: File): Promise<string>;
  /** Whether the content is that of a picture, also of one that is refused by name. */
  isPicture(file: File): Promise<boolean>;
}
