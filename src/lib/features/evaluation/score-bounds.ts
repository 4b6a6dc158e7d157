import type { PredictedBoxes } from '$lib/domain/evaluation/columns';

/** Range and step of a score threshold. */
export interface ScoreBounds {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** The range is 0 to 1 as models predict, and wider if a file's scores are. */
export function scoreBounds(found: readonly Pick<PredictedBoxes, 'score'>[]): ScoreBounds {
  let [least, most] = [0, 1];
  for (const { score } of found)
    for (const one of score) {
      if (one < least) least = Math.floor(one);
      if (one > most) most = Math.ceil(one);
    }
  // The step is a power of ten, so that round values like 0.5 can be set.
  return { least, most, step: 10 ** (Math.ceil(Math.log10(most - least)) - 2) };
}
