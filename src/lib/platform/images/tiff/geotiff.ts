import { addDecoder, BaseDecoder, GeoTIFF, type GeoTIFFImage } from 'geotiff';
import { decodeLzw } from './lzw';

const LZW = 5;

/** The package's own never ends on files from before TIFF 6.0, and writes as much as a broken one asks for. */
class LzwDecoder extends BaseDecoder {
  override decodeBlock(buffer: ArrayBufferLike): ArrayBufferLike {
    const { tileWidth, tileHeight, bitsPerSample, planarConfiguration } = this.parameters;
    const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
    const perPixel = planarConfiguration === 2 ? (bits[0] ?? 8) : bits.reduce((sum, one) => sum + one, 0);
    return decodeLzw(new Uint8Array(buffer), Math.ceil((tileWidth * perPixel) / 8) * tileHeight).buffer;
  }
}
addDecoder(LZW, () => Promise.resolve(LzwDecoder));

/** One directory of a TIFF file. Ranges are read as they are needed, in browsers and outside alike. */
export async function openTiff(file: Blob, index: number): Promise<GeoTIFFImage> {
  const source = {
    fileSize: file.size,
    fetch: (slices: readonly { readonly offset: number; readonly length: number }[]) =>
      Promise.all(slices.map(({ offset, length }) => file.slice(offset, offset + length).arrayBuffer())),
    close: () => Promise.resolve(),
  };
  // The type asks for a class of the package; what it uses of it is here.
  const tiff = await GeoTIFF.fromSource(source as unknown as Parameters<typeof GeoTIFF.fromSource>[0]);
  return tiff.getImage(index);
}
