import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { serveWorker, Transfer, type Call } from '../workers/channel';
import type { Decoded } from './decode';
import { thumbnailOf } from './thumbnail';

/**
 * `page` counts from 1. `longest` is the longest side of a thumbnail in pixels; null means the whole picture.
 */
export interface DecodeRequest {
  readonly file: File;
  readonly page: number;
  readonly longest: number | null;
}

export type DecodeAnswer =
  | { readonly image: ImageBitmap; readonly size: Size }
  | { readonly thumbnail: Blob; readonly size: Size }
  | { readonly isTiff: true };

export interface DecodeCalls {
  readonly decode: Call<DecodeRequest, DecodeAnswer>;
}

/** Serves decode requests by a decoder, which returns null for a file of another kind: a TIFF. */
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
  // If a file can no longer be read, the error is a DOMException of the file system.
  if (error instanceof DOMException && error.name === 'NotFoundError')
    return new AppError('file-missing', {}, { cause: error });
  // Other errors while decoding mostly mean that memory ran out.
  return new AppError(
    error instanceof RangeError ? 'picture-too-large' : 'file-unreadable',
    {},
    { cause: error },
  );
}
