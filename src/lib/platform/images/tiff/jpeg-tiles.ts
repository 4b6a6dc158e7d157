import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { bytesOf } from '../bytes';
import { blocksOf, rowsOf } from './tiff-blocks';
import { readTag, type TiffDirectory } from './tiff-directory';

/** The tag of TIFF technical note 2. */
const JPEG_TABLES = 347;
const [JPEG, YCBCR] = [7, 6];
const AT_ONCE = 4;
/** The length of a JPEG's start and end markers. */
const MARK_BYTES = 2;

/** Whether the browser can decode the page's tiles itself, which is many times faster than any other decoder. */
export const isInJpegTiles = ({ compression, photometric, samples, planar }: TiffDirectory): boolean =>
  compression === JPEG && photometric === YCBCR && samples === 3 && planar === 1;

/**
 * Draws a page tile by tile at the size that is needed, so that the whole of a large page is never in memory.
 */
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
    // A tile that is smaller than its place would leave the rest of it black.
    if (tile.width < Math.min(width, page.width - x) || tile.height < rowsOf(blocks, page, row))
      throw new AppError('picture-truncated');
    // Whole pixels, so that there is no visible seam between tiles.
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

/** Makes a JPEG file from a tile and the tables that the page has for all tiles. */
function whole(file: Blob, offset: number, length: number, tables: Uint8Array<ArrayBuffer>): Blob {
  if (tables.length <= 2 * MARK_BYTES) return file.slice(offset, offset + length);
  return new Blob([
    tables.subarray(0, tables.length - MARK_BYTES),
    file.slice(offset + MARK_BYTES, offset + length),
  ]);
}
