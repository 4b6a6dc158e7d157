import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { indexOf } from '$lib/binary/bytes';
import { bytesOf } from './bytes';
import { asBmp } from './heads/dib';
import { withoutExif } from './heads/webp-head';
import { headOf, type PictureHead } from './picture-head';
import { turnBitmap } from './upright';
import { shrink, workingSize } from './working-copy';

/** An upright bitmap of the whole picture or of a smaller copy, and the whole picture's size. */
export interface Decoded {
  readonly image: ImageBitmap;
  readonly size: Size;
  /** True if the bitmap's pixels are those of the file, in the same order; absent if that is unknown. */
  readonly isPlain?: boolean;
}

/** The number of bytes in which a file's end mark is searched. */
const TAIL_BYTES = 4096;

/**
 * Decodes any file that the browser can decode, whatever its name is; null for a TIFF, which has a worker of its
 * own. `longest` is the longest side that is needed, in pixels; null means as large as is shown. `asStored` turns
 * off colour conversion and alpha premultiplication. Throws an AppError that says why the picture cannot be shown.
 */
export async function decode(file: Blob, longest: number | null, asStored = false): Promise<Decoded | null> {
  const head = await headOf(file);
  if (head.problem) throw new AppError(head.problem, head.about);
  if (head.kind === 'tiff') return null;
  try {
    // These options would make decoding half as slow again, so they are left out if they change nothing.
    const options = asStored && !head.isPlain ? STORED : SHOWN;
    const shown = await uprightIn(file, head, { imageOrientation: 'from-image', ...options });
    return { ...bounded(shown, longest), isPlain: head.isPlain };
  } catch (error) {
    if (head.doubt !== null)
      throw new AppError('picture-jpeg-unsupported', { what: head.doubt }, { cause: error });
    throw new AppError(await whyNot(file, head.kind), { kind: head.kind ?? '' }, { cause: error });
  }
}

/** The browser turns pictures upright, except for the kinds that it needs help with. */
async function uprightIn(file: Blob, head: PictureHead, options: ImageBitmapOptions): Promise<ImageBitmap> {
  if (head.kind === 'dib') return createImageBitmap(await asBmp(file), options);
  const [orientation = 1] = head.orientations;
  if (head.kind !== 'webp' || orientation === 1) return createImageBitmap(file, options);
  const stored = await createImageBitmap(await withoutExif(file, await bytesOf(file)), options);
  return turnBitmap(stored, orientation);
}

const SHOWN: ImageBitmapOptions = { premultiplyAlpha: 'default' };
const STORED: ImageBitmapOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' };

function bounded(whole: ImageBitmap, longest: number | null): Decoded {
  const size = { width: whole.width, height: whole.height };
  return { image: shrink(whole, workingSize(size, longest ?? undefined)), size };
}

/**
 * JPEG and PNG files have end marks (ITU T.81 B.1.1.3; PNG specification 5.6): a file without one was truncated.
 */
async function whyNot(file: Blob, kind: string | null): Promise<'picture-truncated' | 'picture-undecodable'> {
  const mark = kind === 'jpeg' ? [0xff, 0xd9] : kind === 'png' ? 'IEND' : null;
  if (mark === null) return 'picture-undecodable';
  const tail = await file.slice(Math.max(0, file.size - TAIL_BYTES)).arrayBuffer();
  return indexOf(new Uint8Array(tail), mark) < 0 ? 'picture-truncated' : 'picture-undecodable';
}
