import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { Decoded } from './decode';
import { thumbnailOf } from './thumbnail';

/** `page`: from 1. `longest`: the longest side of a thumbnail in pixels; null: the whole picture. */
export interface DecodeQuestion {
  readonly id: number;
  readonly file: File;
  readonly page: number;
  readonly longest: number | null;
}

export type DecodeAnswer =
  | { readonly id: number; readonly image: ImageBitmap; readonly size: Size }
  | { readonly id: number; readonly thumbnail: Blob; readonly size: Size }
  | { readonly id: number; readonly isTiff: true }
  | {
      readonly id: number;
      readonly code: ErrorCode;
      readonly about: Readonly<Record<string, string | number>>;
    };

/** Answers a question with what a decoder makes of it; null from it: not its kind, but a TIFF. */
export async function answer(
  { id, file, page, longest }: DecodeQuestion,
  decode: (file: File, page: number, longest: number | null) => Promise<Decoded | null>,
): Promise<void> {
  const tell = (told: DecodeAnswer, transfer: Transferable[] = []) => self.postMessage(told, { transfer });
  try {
    const decoded = await decode(file, page, longest);
    if (decoded === null) tell({ id, isTiff: true });
    else if (longest === null) tell({ id, ...decoded }, [decoded.image]);
    else tell({ id, thumbnail: await thumbnailOf(decoded.image), size: decoded.size });
  } catch (error) {
    tell({ id, ...reasonOf(error) });
  }
}

const reasonOf = (error: unknown): Pick<AppError, 'code' | 'about'> => {
  if (error instanceof AppError) return { code: error.code, about: error.about };
  // A file that cannot be read any more fails as a DOMException of the file system.
  if (error instanceof DOMException && error.name === 'NotFoundError')
    return { code: 'file-missing', about: {} };
  // What breaks in the middle of decoding: out of memory, mostly.
  return { code: error instanceof RangeError ? 'picture-too-large' : 'file-unreadable', about: {} };
};
