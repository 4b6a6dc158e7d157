import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { indexOf } from './bytes';
import { headOf, turned } from './picture-head';
import type { TiffDirectory } from './tiff/tiff-directory';
import { turnBitmap, uprightBitmap } from './upright';
import { shrink, workingSize } from './working-copy';

/** An upright bitmap, of the whole picture or a smaller copy, and the whole picture's size. */
export interface Decoded {
  readonly image: ImageBitmap;
  readonly size: Size;
}

/** Bytes enough to see how a file ends. */
const TAIL_BYTES = 4096;

/**
 * Any supported file, whatever its name says. `longest`: the longest side that is needed, in pixels; null: as
 * large as is shown. Throws an AppError that says why it cannot be shown.
 */
export async function decode(file: Blob, page: number, longest: number | null): Promise<Decoded> {
  const head = await headOf(file);
  if (head.problem) throw new AppError(head.problem);
  if (head.kind === 'tiff') {
    const directory = head.directories[page - 1];
    // Pages that a changed file has no more.
    if (!directory) throw new AppError('picture-undecodable');
    return decodeTiffPage(file, directory, longest);
  }
  try {
    return bounded(await createImageBitmap(file, UPRIGHT), longest);
  } catch (error) {
    throw new AppError(await whyNot(file, head.kind), { kind: head.kind ?? '' }, { cause: error });
  }
}

const UPRIGHT: ImageBitmapOptions = { imageOrientation: 'from-image', premultiplyAlpha: 'default' };

export function bounded(whole: ImageBitmap, longest: number | null): Decoded {
  const size = { width: whole.width, height: whole.height };
  return { image: shrink(whole, workingSize(size, longest ?? undefined)), size };
}

/** The code for TIFF is fetched with the first one. */
async function decodeTiffPage(
  file: Blob,
  directory: TiffDirectory,
  longest: number | null,
): Promise<Decoded> {
  const { decodeTiff } = await import('./tiff/tiff-decode');
  const { orientation } = directory;
  const size = turned(directory, orientation);
  // A small one is made from the whole: picking every hundredth pixel would not look like it.
  const pixels = await decodeTiff(file, directory, turned(workingSize(size), orientation));
  const image = pixels.jpeg
    ? await fromJpeg(pixels.jpeg, directory)
    : await uprightBitmap(pixels.rgba, pixels.size, orientation);
  return { image: shrink(image, workingSize(size, longest ?? undefined)), size };
}

/** A JPEG inside a TIFF may be padded to whole tiles; its own EXIF does not count. */
async function fromJpeg(jpeg: Blob, { width, height, orientation }: TiffDirectory): Promise<ImageBitmap> {
  const stored = await createImageBitmap(jpeg, 0, 0, width, height, { imageOrientation: 'none' });
  return orientation === 1 ? stored : turnBitmap(stored, orientation);
}

/** JPEG and PNG files have end marks (ITU T.81 B.1.1.3; PNG specification 5.6): one without was cut off. */
async function whyNot(file: Blob, kind: string | null): Promise<'picture-truncated' | 'picture-undecodable'> {
  const mark = kind === 'jpeg' ? [0xff, 0xd9] : kind === 'png' ? 'IEND' : null;
  if (mark === null) return 'picture-undecodable';
  const tail = await file.slice(Math.max(0, file.size - TAIL_BYTES)).arrayBuffer();
  return indexOf(new Uint8Array(tail), mark) < 0 ? 'picture-truncated' : 'picture-undecodable';
}
