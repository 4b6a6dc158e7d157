import { AppError } from '$lib/domain/errors';
import { bytesOf, isAt } from '../bytes';
import { readTag, type TiffDirectory } from './tiff-directory';

/** Tags of TIFF 6.0, section 22. */
const TAG = { quantization: 519, dc: 520, ac: 521, restart: 515, subsampling: 530 } as const;
const SOI = [0xff, 0xd8];

/**
 * JPEG as TIFF had it before 1995: a page in one strip or tile, which is either a whole JPEG file, or a bare
 * scan whose tables lie elsewhere. The answer is a JPEG file that the browser's decoder takes.
 */
export async function oldJpeg(file: Blob, page: TiffDirectory): Promise<Blob> {
  const source = await bytesOf(file);
  const list = (tag: number) => readTag(source, page, tag);
  const [strips, tiles] = [await list(273), await list(324)];
  const offset = strips[0] ?? tiles[0];
  const length = (await list(279))[0] ?? (await list(325))[0];
  if (strips.length + tiles.length !== 1 || offset === undefined || length === undefined)
    throw new AppError('picture-tiff-unsupported', { what: 'JPEG (old-style)' });
  const scan = file.slice(offset, offset + length);
  if (isAt(new Uint8Array(await scan.slice(0, 2).arrayBuffer()), 0, SOI)) return scan;

  const bytes = (at: number, count: number) => source.read(at, at + count);
  const parts: BlobPart[] = [Uint8Array.from(SOI)];
  for (const [id, at] of (await list(TAG.quantization)).entries())
    parts.push(segment(0xdb, [id, ...(await bytes(at, 64))]));
  for (const [kind, tag] of [
    [0x00, TAG.dc],
    [0x10, TAG.ac],
  ] as const)
    for (const [id, at] of (await list(tag)).entries()) {
      const counts = await bytes(at, 16);
      const values = await bytes(
        at + 16,
        counts.reduce((sum, count) => sum + count, 0),
      );
      parts.push(segment(0xc4, [kind | id, ...counts, ...values]));
    }
  const interval = (await list(TAG.restart))[0] ?? 0;
  if (interval > 0) parts.push(segment(0xdd, word(interval)));
  const width = (await list(322))[0] ?? page.width;
  const height = (await list(323))[0] ?? page.height;
  const [across = 2, down = 2] = await list(TAG.subsampling);
  const ids = Array.from({ length: page.samples }, (_, id) => id);
  parts.push(
    segment(0xc0, [
      8,
      ...word(height),
      ...word(width),
      page.samples,
      ...ids.flatMap((id) => [id + 1, id === 0 && page.samples > 1 ? (across << 4) | down : 0x11, id]),
    ]),
    segment(0xda, [page.samples, ...ids.flatMap((id) => [id + 1, (id << 4) | id]), 0, 63, 0]),
    scan,
    Uint8Array.of(0xff, 0xd9),
  );
  return new Blob(parts, { type: 'image/jpeg' });
}

const word = (value: number): readonly [number, number] => [value >> 8, value & 0xff];
const segment = (marker: number, body: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0xff, marker, ...word(body.length + 2), ...body]);
