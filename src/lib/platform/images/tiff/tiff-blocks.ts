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
/** The largest picture with one row per strip, or with tiles of 64 pixels, has at most this many blocks. */
const MAX_BLOCKS = 2 ** 22;

/** The strips or tiles of a page, row by row from the top, one plane after the other. */
export interface TiffBlocks {
  readonly isTiled: boolean;
  /** The size of a block in pixels; the last strip of a page has fewer rows, and the last tile is padded. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** 1 if the samples of a pixel are interleaved, else the number of samples. */
  readonly planes: number;
  readonly offsets: readonly number[];
  /** In bytes, as stored. */
  readonly lengths: readonly number[];
}

/**
 * Reads the table of blocks. A page with a tile width is tiled, wherever its table is: some writers put the tiles'
 * table into StripOffsets, which libtiff accepts too. Throws `picture-truncated` if the table is too short for the
 * page, or a block is empty, which would be shown black.
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
  const declared = isTiled
    ? await either(TAG.tileBytes, TAG.stripBytes)
    : await either(TAG.stripBytes, TAG.tileBytes);
  const lengths = declared.length > 0 ? declared : spacesBetween(offsets, bytes.size);
  const count = across * down * planes;
  if (offsets.length < count || lengths.length < count) throw new AppError('picture-truncated');
  for (let at = 0; at < count; at += 1)
    if (offsets[at] === 0 || lengths[at] === 0 || offsets[at]! >= bytes.size)
      throw new AppError('picture-truncated');
  return { isTiled, width, height, across, down, planes, offsets, lengths };
}

/** Files from before 1992 may lack the byte counts: a block then ends where the next one starts. */
function spacesBetween(offsets: readonly number[], size: number): readonly number[] {
  const ends = [...offsets, size].sort((a, b) => a - b);
  return offsets.map((offset) => (ends.find((end) => end > offset) ?? size) - offset);
}

/** The number of a block's rows inside the page; the last block has fewer. */
export const rowsOf = (blocks: TiffBlocks, page: TiffDirectory, row: number): number =>
  Math.min(blocks.height, page.height - row * blocks.height);
