import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { serveWorker, Transfer, type Call } from '../workers/channel';
import type { Decoded } from './decode';
import { thumbnailOf } from './thumbnail';

/** `page`: from 1. `longest`: the longest side of a thumbnail in pixels; null: the whole picture. */
export interface DecodeQuestion {
  readonly file: File;
  readonly page: number;
  readonly longest: number | null;
}

export type DecodeAnswer =
  | { readonly image: ImageBitmap; readonly size: Size }
  | { readonly thumbnail: Blob; readonly size: Size }
  | { readonly isTiff: true };

export interface DecodeCalls {
  readonly decode: Call<DecodeQuestion, DecodeAnswer>;
}

/** Answers with what a decoder makes of a file; null from it: not its kind, but a TIFF. */
export const serveDecoder = (
  decode: (file: File, page: number, longest: number | null) => Promise<Decoded | null>,
): void =>
  serveWorker<DecodeCalls>({
    async decode({ file, page, longest }) {
      try {
        const decoded = await decode(file, page, longest);
        if (decoded === null) return { isTiff: true };
        if (longest === null) return new Transfer(decoded, [decoded.image]);
        return { thumbnail: await thumbnailOf(decoded.image), size: decoded.size };
      } catch (error) {
        throw foreseen(error);
      }
    },
  });

function foreseen(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // A file that cannot be read any more fails as a DOMException of the file system.
  if (error instanceof DOMException && error.name === 'NotFoundError')
    return new AppError('file-missing', {}, { cause: error });
  // What breaks in the middle of decoding: out of memory, mostly.
  return new AppError(
    error instanceof RangeError ? 'picture-too-large' : 'file-unreadable',
    {},
    { cause: error },
  );
}
