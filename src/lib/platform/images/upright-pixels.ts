import type { Pixels } from '$lib/detectors/detector';
import type { Size } from '$lib/domain/geometry';
import type { PicturePage } from '$lib/services/ports/pictures';
import { decode } from './decode';
import { decodePage } from './tiff/decode-page';

/**
 * `size` is that of the whole picture, also if the pixels are those of a working copy. See [Note: Working copy].
 */
export interface UprightPixels {
  readonly pixels: Pixels;
  readonly size: Size;
}

type Bytes = Uint8ClampedArray<ArrayBuffer>;

/**
 * The pixels of an upright picture as they are stored: without colour conversion or premultiplied alpha. `bytes`
 * provides memory for that many bytes, whose contents are overwritten.
 */
export async function uprightPixels(
  { file, page }: PicturePage,
  bytes: (length: number) => Bytes = (length) => new Uint8ClampedArray(length),
): Promise<UprightPixels> {
  const { image, size, isPlain } = (await decode(file, null, true)) ?? (await decodePage(file, page, null));
  const { width, height } = image;
  try {
    const rgba = (isPlain ? await copied(image, bytes) : null) ?? drawn(image);
    return { pixels: { width, height, rgba }, size };
  } finally {
    image.close();
  }
}

/** Copies pixels without a canvas, which would change them; null if the browser cannot. */
async function copied(image: ImageBitmap, bytes: (length: number) => Bytes): Promise<Bytes | null> {
  if (!(await canCopy())) return null;
  const frame = new VideoFrame(image, { timestamp: 0 });
  try {
    const isOpaque = frame.format === 'BGRX' || frame.format === 'RGBX';
    if (!isOpaque || frame.displayWidth !== image.width || frame.displayHeight !== image.height) return null;
    const rgba = bytes(image.width * image.height * 4);
    await frame.copyTo(rgba, { format: 'RGBA' });
    return rgba;
  } finally {
    frame.close();
  }
}

function drawn(image: ImageBitmap): Bytes {
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

let copies: Promise<boolean> | null = null;

/** Older browsers ignore the requested order of colours, so this is tested once on a single pixel. */
const canCopy = (): Promise<boolean> => (copies ??= copiesRight().catch(() => false));

async function copiesRight(): Promise<boolean> {
  if (!('VideoFrame' in globalThis)) return false;
  const pixel = [10, 20, 30, 255];
  const image = await createImageBitmap(new ImageData(Uint8ClampedArray.from(pixel), 1, 1));
  const frame = new VideoFrame(image, { timestamp: 0 });
  const seen = new Uint8ClampedArray(frame.allocationSize({ format: 'RGBA' }));
  await frame.copyTo(seen, { format: 'RGBA' });
  frame.close();
  image.close();
  return pixel.every((byte, at) => seen[at] === byte);
}
