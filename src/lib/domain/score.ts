/** Rounding error of 0 and 1 in a network's 32-bit numbers. */
const ROUNDING = 1e-6;

/**
 * A score as text: scores between 0 and 1 as percent, or as a number with `digits` digits. Files also contain scores
 * outside that range (87.5, -3): these are shown as plain numbers.
 */
export function formatScore(score: number, digits: number | null = null): string {
  if (score < -ROUNDING || score > 1 + ROUNDING) return plainNumber(score);
  return digits === null ? `${Math.round(score * 100)} %` : score.toFixed(digits);
}

/** Rounds to four decimal places, except numbers that would become 0. */
function plainNumber(value: number): string {
  const short = Number(value.toFixed(4));
  return String(short === 0 ? Number(value.toPrecision(4)) : short);
}
