import { getDecoder } from 'geotiff';

/** Compression tags that the package decodes. */
const [JPEG, DEFLATE] = [7, 8];
/** Required by the type; neither decoder looks at any but `predictor`, which is undone by ourselves. */
const UNUSED = { tileWidth: 0, tileHeight: 0, planarConfiguration: 1, bitsPerSample: 8, predictor: 1 };

/** A block of Deflate. Throws where it is damaged or breaks off. */
export async function inflateBlock(block: Uint8Array): Promise<Uint8Array> {
  const decoder = await getDecoder(DEFLATE, UNUSED);
  return new Uint8Array(await decoder.decode(Uint8Array.from(block).buffer));
}

/**
 * A block of JPEG, its components side by side and in full resolution, in the colours that they are stored in.
 * `tables`: of the page, where it keeps them for all its blocks. Throws where it is damaged or breaks off.
 */
export async function jpegBlock(block: Uint8Array, tables: readonly number[]): Promise<Uint8Array> {
  const decoder = await getDecoder(JPEG, {
    ...UNUSED,
    ...(tables.length > 0 ? { JPEGTables: Uint8Array.from(tables) } : {}),
  });
  return new Uint8Array(await decoder.decode(Uint8Array.from(block).buffer));
}
