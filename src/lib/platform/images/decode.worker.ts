import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { decode, type Decoded } from './decode';
import { thumbnailOf } from './thumbnail';

/** `longest`: the longest side of a thumbnail in pixels; null: the whole picture. */
export interface DecodeQuestion {
  readonly id: number;
  readonly file: File;
  readonly page: number;
  readonly longest: number | null;
}

export type DecodeAnswer =
  | { readonly id: number; readonly image: ImageBitmap; readonly size: Size }
  | { readonly id: number; readonly thumbnail: Blob; readonly size: Size }
  | {
      readonly id: number;
      readonly code: ErrorCode;
      readonly about: Readonly<Record<string, string | number>>;
    };

const tell = (answer: DecodeAnswer, transfer: Transferable[] = []) => self.postMessage(answer, { transfer });

async function answer({ id, file, page, longest }: DecodeQuestion): Promise<void> {
  try {
    const decoded: Decoded = await decode(file, page, longest);
    if (longest === null) {
      tell({ id, ...decoded }, [decoded.image]);
      return;
    }
    tell({ id, thumbnail: await thumbnailOf(decoded.image), size: decoded.size });
  } catch (error) {
    tell({ id, ...reasonOf(error) });
  }
}

/** A file that cannot be read any more fails as a DOMException of the file system. */
const reasonOf = (error: unknown): Pick<AppError, 'code' | 'about'> => {
  if (error instanceof AppError) return { code: error.code, about: error.about };
  if (error instanceof DOMException && error.name === 'NotFoundError')
    return { code: 'file-missing', about: {} };
  // What breaks in the middle of decoding: out of memory, mostly.
  return error instanceof RangeError
    ? { code: 'picture-too-large', about: {} }
    : { code: 'file-unreadable', about: {} };
};

self.onmessage = ({ data }: MessageEvent<DecodeQuestion>) => void answer(data);
