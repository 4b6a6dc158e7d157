import { AppError } from '$lib/domain/errors';
import type { Bytes } from '../bytes';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Tags of TIFF 6.0, sections 8 and 15. */
const TAG = {
  strips: 273,
  stripRows: 278,
  stripBytes: 279,
  tileWidth: 322,
  tileHeight: 323,
  tiles: 324,
  tileBytes: 325,
} as const;
/** One row a strip, or tiles of 64 pixels, of the largest picture that is taken. */
const MAX_BLOCKS = 2 ** 22;

/** The strips or tiles that a page's samples lie in, in rows from the top; planes follow each other. */
export interface TiffBlocks {
  readonly isTiled: boolean;
  /** Of one block, in pixels; the last strip of a page has fewer rows, the last tile is padded. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** 1 where the samples of a pixel lie side by side, else one for each sample. */
  readonly planes: number;
  readonly offsets: readonly number[];
  /** In bytes, as they are stored. */
  readonly lengths: readonly number[];
}

/**
 * Reads the table of blocks. A page is tiled as soon as it has a tile width, wherever its table stands: some
 * writers leave the tiles' table in StripOffsets, as libtiff reads it, too. Throws `picture-truncated` where the
 * table is shorter than the page, or a block is empty: it would be shown black.
 */
export async function blocksOf(bytes: Bytes, page: TiffDirectory): Promise<TiffBlocks> {
  const list = (tag: number) => readTag(bytes, page, tag, MAX_BLOCKS);
  const [tileWidth = 0] = await list(TAG.tileWidth);
  const [tileHeight = 0] = await list(TAG.tileHeight);
  const isTiled = tileWidth > 0 && tileHeight > 0;
  const [stripRows = page.height] = await list(TAG.stripRows);
  const width = isTiled ? tileWidth : page.width;
  const height = isTiled ? tileHeight : Math.min(stripRows || page.height, page.height);
  const across = Math.ceil(page.width / width);
  const down = Math.ceil(page.height / height);
  const planes = page.planar === 2 ? page.samples : 1;
  const either = async (one: number, other: number) => {
    const values = await list(one);
    return values.length > 0 ? values : list(other);
  };
  const offsets = isTiled ? await either(TAG.tiles, TAG.strips) : await either(TAG.strips, TAG.tiles);
  const told = isTiled
    ? await either(TAG.tileBytes, TAG.stripBytes)
    : await either(TAG.stripBytes, TAG.tileBytes);
  const lengths = told.length > 0 ? told : spacesBetween(offsets, bytes.size);
  const count = across * down * planes;
  if (offsets.length < count || lengths.length < count) throw new AppError('picture-truncated');
  for (let at = 0; at < count; at += 1)
    if (offsets[at] === 0 || lengths[at] === 0 || offsets[at]! >= bytes.size)
      throw new AppError('picture-truncated');
  return { isTiled, width, height, across, down, planes, offsets, lengths };
}

/** Files of before 1992 may lack the byte counts: a block ends at the latest where the next one starts. */
function spacesBetween(offsets: readonly number[], size: number): readonly number[] {
  const ends = [...offsets, size].sort((a, b) => a - b);
  return offsets.map((offset) => (ends.find((end) => end > offset) ?? size) - offset);
}

/** How many rows of a block lie in the page: fewer in the last one. */
export const rowsOf = (blocks: TiffBlocks, page: TiffDirectory, row: number): number =>
  Math.min(blocks.height, page.height - row * blocks.height);
