import { ascii, viewOf } from '$lib/binary/bytes';
import { bytesOf } from '../bytes';

const LEAD_BYTES = 14;
/** The oldest header has no room for colour masks, which then follow it. */
const [PLAIN_HEADER, BIT_FIELDS] = [40, 3];

/** Makes a BMP file from an in-memory bitmap by prepending the 14 bytes of a file header (BITMAPFILEHEADER). */
export async function asBmp(file: Blob): Promise<Blob> {
  const { head } = await bytesOf(file);
  const view = viewOf(head);
  const [headerBytes, bits] = [view.getUint32(0, true), view.getUint16(14, true)];
  const colors = view.getUint32(32, true) || (bits <= 8 ? 2 ** bits : 0);
  const hasMasks = headerBytes === PLAIN_HEADER && view.getUint32(16, true) === BIT_FIELDS;
  const lead = new DataView(new ArrayBuffer(LEAD_BYTES));
  for (const [at, byte] of ascii('BM').entries()) lead.setUint8(at, byte);
  lead.setUint32(2, LEAD_BYTES + file.size, true);
  lead.setUint32(10, LEAD_BYTES + headerBytes + (hasMasks ? 12 : 0) + colors * 4, true);
  return new Blob([lead, file], { type: 'image/bmp' });
}
