/** What 32-bit numbers of a network may miss 0 or 1 by. */
const ROUNDING = 1e-6;

/**
 * A score in words: between 0 and 1 as percent, or with `digits` as a number of so many. Files also give scores that
 * are no shares (87.5, -3): these are shown as the numbers they are.
 */
export function shownScore(score: number, digits: number | null = null): string {
  if (score < -ROUNDING || score > 1 + ROUNDING) return plainNumber(score);
  return digits === null ? `${Math.round(score * 100)} %` : score.toFixed(digits);
}

/** Four digits after the point are enough, but for numbers that would be 0 with them. */
function plainNumber(value: number): string {
  const short = Number(value.toFixed(4));
  return String(short === 0 ? Number(value.toPrecision(4)) : short);
}
