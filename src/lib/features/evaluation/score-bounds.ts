import type { FoundBoxes } from '$lib/domain/evaluation/columns';

/** What a threshold of scores can be set to. */
export interface ScoreBounds {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** From 0 to 1 as models give them; wider where the scores of a file are. */
export function scoreBounds(found: readonly Pick<FoundBoxes, 'score'>[]): ScoreBounds {
  let [least, most] = [0, 1];
  for (const { score } of found)
    for (const one of score) {
      if (one < least) least = Math.floor(one);
      if (one > most) most = Math.ceil(one);
    }
  // A power of ten, so that 0.5 and other plain numbers can be set.
  return { least, most, step: 10 ** (Math.ceil(Math.log10(most - least)) - 2) };
}
