import UTIF from 'utif2';

/** Values of the tag Compression (TIFF 6.0, sections 10 and 11). */
const [RLE, GROUP_3, GROUP_4] = [2, 3, 4];
export const FAX: ReadonlySet<number> = new Set([RLE, GROUP_3, GROUP_4]);

type DecodeRows = (
  data: Uint8Array,
  from: number,
  length: number,
  target: number[],
  to: number,
  width: number,
  fillOrder: number,
  isTwoDimensional?: boolean,
) => void;
/** The package's decoders of a single block, which its types lack. */
const BLOCKS = UTIF.decode as unknown as Readonly<
  Record<'_decodeG2' | '_decodeG3' | '_decodeG4', DecodeRows>
>;

export interface FaxLayout {
  /** In pixels. */
  readonly width: number;
  /** 2 means that the first pixel is in the lowest bit. */
  readonly fillOrder: number;
  /** For Group 3: whether rows may refer to the row before (T4Options, bit 0). */
  readonly isTwoDimensional: boolean;
}

/**
 * Decodes a block of fax codes to rows of one bit per pixel, each padded to whole bytes; 1 is black. Returns fewer
 * rows than the page has if the block is truncated: the target array grows, so its length shows that.
 */
export function faxBlock(
  block: Uint8Array,
  compression: number,
  { width, fillOrder, isTwoDimensional }: FaxLayout,
): Uint8Array {
  const rows: number[] = [];
  const decode =
    compression === GROUP_4
      ? BLOCKS._decodeG4
      : compression === GROUP_3
        ? BLOCKS._decodeG3
        : BLOCKS._decodeG2;
  decode(block, 0, block.length, rows, 0, width, fillOrder, isTwoDimensional);
  return Uint8Array.from(rows);
}
