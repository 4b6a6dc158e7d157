import { viewOf } from '$lib/binary/bytes';
import { AppError } from '$lib/domain/errors';

/**
 * Values of the tag Predictor: none, horizontal differencing (TIFF 6.0, section 14), and floating point (technical
 * note 3).
 */
const [NONE, HORIZONTAL, FLOATING] = [1, 2, 3];

export interface PredictedRows {
  readonly predictor: number;
  readonly isLittle: boolean;
  /** The bits of each sample, which must be equal. */
  readonly bits: readonly number[];
  /** The samples of a row, and the number of samples per pixel. */
  readonly samples: number;
  readonly step: number;
}

/**
 * Undoes a predictor in place, row by row; samples stay in the file's byte order. Throws with the name of an
 * unknown predictor.
 */
export function undoPredictor(block: Uint8Array, rows: PredictedRows): void {
  const { predictor, bits, samples } = rows;
  if (predictor === NONE) return;
  const [width = 8] = bits;
  const isKnown =
    (predictor === HORIZONTAL && [8, 16, 32, 64].includes(width)) ||
    (predictor === FLOATING && [16, 24, 32, 64].includes(width));
  if (!isKnown || new Set(bits).size > 1)
    throw new AppError('picture-tiff-unsupported', {
      what: `Predictor ${predictor}, BitsPerSample ${bits.join(', ')}`,
    });
  const rowBytes = samples * (width / 8);
  for (let at = 0; at + rowBytes <= block.length; at += rowBytes) {
    const row = block.subarray(at, at + rowBytes);
    if (predictor === FLOATING) joinFloats(row, rows, width / 8);
    else addUp(row, rows, width);
  }
}

function addUp(row: Uint8Array, { isLittle, samples, step }: PredictedRows, bits: number): void {
  const view = viewOf(row);
  for (let i = step; i < samples; i += 1) {
    if (bits === 8) row[i] = row[i]! + row[i - step]!;
    else if (bits === 16)
      view.setUint16(
        i * 2,
        view.getUint16(i * 2, isLittle) + view.getUint16((i - step) * 2, isLittle),
        isLittle,
      );
    else if (bits === 32)
      view.setUint32(
        i * 4,
        view.getUint32(i * 4, isLittle) + view.getUint32((i - step) * 4, isLittle),
        isLittle,
      );
    else {
      const sum = view.getBigUint64(i * 8, isLittle) + view.getBigUint64((i - step) * 8, isLittle);
      view.setBigUint64(i * 8, sum, isLittle);
    }
  }
}

/**
 * Undoes the differencing of bytes, and reassembles floats: the row holds the highest bytes of all samples first,
 * whatever the file's byte order.
 */
function joinFloats(row: Uint8Array, { isLittle, samples, step }: PredictedRows, bytes: number): void {
  for (let i = step; i < row.length; i += 1) row[i] = row[i]! + row[i - step]!;
  const planes = row.slice();
  for (let i = 0; i < samples; i += 1)
    for (let byte = 0; byte < bytes; byte += 1)
      row[i * bytes + (isLittle ? bytes - 1 - byte : byte)] = planes[byte * samples + i]!;
}
