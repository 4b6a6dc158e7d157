/** Sorts places by falling score; equal scores stay in their order. */
export const byFallingScore = (places: Uint32Array, score: Float64Array): Uint32Array =>
  places.sort((a, b) => score[b]! - score[a]! || a - b);
