import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { bytesOf } from '../bytes';
import { blocksOf, rowsOf } from './tiff-blocks';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Of technical note 2. */
const JPEG_TABLES = 347;
const [JPEG, YCBCR] = [7, 6];
const AT_ONCE = 4;
/** Start and end of a JPEG file. */
const MARK_BYTES = 2;

/** Pages whose pieces the browser's own decoder reads: many times faster than any other. */
export const isInJpegTiles = ({ compression, photometric, samples, planar }: TiffDirectory): boolean =>
  compression === JPEG && photometric === YCBCR && samples === 3 && planar === 1;

/** A page drawn piece by piece at the size that is needed; the whole of a large one is never held. */
export async function drawJpegTiles(file: Blob, page: TiffDirectory, target: Size): Promise<ImageBitmap> {
  const bytes = await bytesOf(file);
  const blocks = await blocksOf(bytes, page);
  const { width, height, offsets, lengths } = blocks;
  const tables = Uint8Array.from(await readTag(bytes, page, JPEG_TABLES));

  const canvas = new OffscreenCanvas(target.width, target.height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'medium';
  const [across, down] = [target.width / page.width, target.height / page.height];
  const draw = async (at: number): Promise<void> => {
    const row = Math.floor(at / blocks.across);
    const [x, y] = [(at % blocks.across) * width, row * height];
    const tile = await createImageBitmap(whole(file, offsets[at]!, lengths[at]!, tables), {
      imageOrientation: 'none',
    });
    // A piece that is smaller than its place would leave the rest of it black.
    if (tile.width < Math.min(width, page.width - x) || tile.height < rowsOf(blocks, page, row))
      throw new AppError('picture-truncated');
    // On whole pixels, so that no seam is seen between two pieces.
    const [left, top] = [Math.round(x * across), Math.round(y * down)];
    const [right, bottom] = [Math.round((x + tile.width) * across), Math.round((y + tile.height) * down)];
    context.drawImage(tile, left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    tile.close();
  };
  const count = blocks.across * blocks.down;
  for (let at = 0; at < count; at += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, i) => draw(at + i)));
  return canvas.transferToImageBitmap();
}

/** A piece with the tables that the page keeps for all of them: a JPEG file. */
function whole(file: Blob, offset: number, length: number, tables: Uint8Array<ArrayBuffer>): Blob {
  if (tables.length <= 2 * MARK_BYTES) return file.slice(offset, offset + length);
  return new Blob([
    tables.subarray(0, tables.length - MARK_BYTES),
    file.slice(offset + MARK_BYTES, offset + length),
  ]);
}
