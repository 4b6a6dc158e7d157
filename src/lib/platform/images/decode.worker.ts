import { AppError, type ErrorCode } from '$lib/domain/errors';
import { uprightImage } from './upright-image';

/** `thumbnail`: the longest side in pixels; null: the whole picture. */
export interface DecodeQuestion {
  readonly id: number;
  readonly file: File;
  readonly thumbnail: number | null;
}

export type DecodeAnswer =
  | { readonly id: number; readonly image: ImageBitmap; readonly thumbnail: null }
  | {
      readonly id: number;
      readonly image: null;
      readonly thumbnail: Blob;
      readonly width: number;
      readonly height: number;
    }
  | { readonly id: number; readonly image: null; readonly thumbnail: null; readonly code: ErrorCode };

const tell = (answer: DecodeAnswer, transfer: Transferable[] = []) => self.postMessage(answer, { transfer });

async function makeThumbnail(image: ImageBitmap, longest: number): Promise<Blob> {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  );
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'medium';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}

async function answer({ id, file, thumbnail }: DecodeQuestion): Promise<void> {
  try {
    const image = await uprightImage(file);
    if (thumbnail === null) {
      tell({ id, image, thumbnail: null }, [image]);
      return;
    }
    const { width, height } = image;
    const picture = await makeThumbnail(image, thumbnail);
    image.close();
    tell({ id, image: null, thumbnail: picture, width, height });
  } catch (error) {
    tell({ id, image: null, thumbnail: null, code: codeOf(error) });
  }
}

/** A file that cannot be read any more fails as a DOMException of the file system. */
const codeOf = (error: unknown): ErrorCode =>
  error instanceof AppError
    ? error.code
    : error instanceof DOMException && error.name === 'NotFoundError'
      ? 'file-missing'
      : 'file-unreadable';

self.onmessage = ({ data }: MessageEvent<DecodeQuestion>) => void answer(data);
