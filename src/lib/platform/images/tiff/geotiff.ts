import { getDecoder } from 'geotiff';

/** Values of the tag Compression that the package decodes. */
const [JPEG, DEFLATE] = [7, 8];
/** The type requires these fields, but the decoders use only `predictor`, which is undone elsewhere. */
const UNUSED = { tileWidth: 0, tileHeight: 0, planarConfiguration: 1, bitsPerSample: 8, predictor: 1 };

/** Decompresses a Deflate block. Throws if it is damaged or truncated. */
export async function inflateBlock(block: Uint8Array): Promise<Uint8Array> {
  const decoder = await getDecoder(DEFLATE, UNUSED);
  return new Uint8Array(await decoder.decode(Uint8Array.from(block).buffer));
}

/**
 * Decodes a JPEG block to interleaved components in full resolution, in the stored colour space. `tables` are the
 * JPEG tables that the page has for all its blocks. Throws if the block is damaged or truncated.
 */
export async function jpegBlock(block: Uint8Array, tables: readonly number[]): Promise<Uint8Array> {
  const decoder = await getDecoder(JPEG, {
    ...UNUSED,
    ...(tables.length > 0 ? { JPEGTables: Uint8Array.from(tables) } : {}),
  });
  return new Uint8Array(await decoder.decode(Uint8Array.from(block).buffer));
}
