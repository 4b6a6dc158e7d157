import type { Size } from '$lib/domain/geometry';
import { bytesOf } from '../bytes';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Tags of TIFF 6.0, section 15 and 22, and of its technical note 2. */
const TAG = { strips: 273, stripRows: 278, stripBytes: 279, tiles: 324, tileBytes: 325 } as const;
const [TILE_WIDTH, TILE_HEIGHT, JPEG_TABLES] = [322, 323, 347];
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
  const list = (tag: number) => readTag(bytes, page, tag);
  const tiles = await list(TAG.tiles);
  const isTiled = tiles.length > 0;
  const offsets = isTiled ? tiles : await list(TAG.strips);
  const lengths = await list(isTiled ? TAG.tileBytes : TAG.stripBytes);
  const width = isTiled ? (await list(TILE_WIDTH))[0]! : page.width;
  const height = isTiled ? (await list(TILE_HEIGHT))[0]! : ((await list(TAG.stripRows))[0] ?? page.height);
  const tables = Uint8Array.from(await list(JPEG_TABLES));

  const canvas = new OffscreenCanvas(target.width, target.height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'medium';
  const [across, down] = [target.width / page.width, target.height / page.height];
  const columns = Math.ceil(page.width / width);
  const draw = async (at: number): Promise<void> => {
    const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
    const tile = await createImageBitmap(whole(file, offsets[at]!, lengths[at]!, tables), {
      imageOrientation: 'none',
    });
    // On whole pixels, so that no seam is seen between two pieces.
    const [left, top] = [Math.round(x * across), Math.round(y * down)];
    const [right, bottom] = [Math.round((x + tile.width) * across), Math.round((y + tile.height) * down)];
    context.drawImage(tile, left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    tile.close();
  };
  for (let at = 0; at < offsets.length; at += AT_ONCE)
    await Promise.all(
      offsets.slice(at, at + AT_ONCE).flatMap((_, i) => (lengths[at + i] ? [draw(at + i)] : [])),
    );
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
