/** How many pixels across and down share one pair of Cb and Cr: 1, 2 or 4 (TIFF 6.0, section 21). */
export interface Subsampling {
  readonly across: number;
  readonly down: number;
}

const unitBytes = ({ across, down }: Subsampling): number => across * down + 2;

/**
 * The number of bytes of a block of 8-bit samples in units: the luma of the unit's pixels, Cb and Cr. Units at the
 * edge are complete.
 */
export const packedBytes = (width: number, rows: number, by: Subsampling): number =>
  Math.ceil(width / by.across) * Math.ceil(rows / by.down) * unitBytes(by);

/** Converts the units of a block to pixels of interleaved Y, Cb and Cr: `[rows, width, 3]`. */
export function joinChroma(block: Uint8Array, width: number, rows: number, by: Subsampling): Uint8Array {
  const { across, down } = by;
  const out = new Uint8Array(width * rows * 3);
  const unitsAcross = Math.ceil(width / across);
  const [bytes, lumas] = [unitBytes(by), across * down];
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < width; x += 1) {
      const unit = (Math.floor(y / down) * unitsAcross + Math.floor(x / across)) * bytes;
      const to = (y * width + x) * 3;
      out[to] = block[unit + (y % down) * across + (x % across)]!;
      out[to + 1] = block[unit + lumas]!;
      out[to + 2] = block[unit + lumas + 1]!;
    }
  return out;
}
