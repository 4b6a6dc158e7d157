import type { Summary } from '$lib/domain/evaluation/summary';
import type { Messages } from '$lib/ui/i18n/en';

export type Measure = keyof Messages['evaluation']['measures'];

/** The twelve COCO metrics, in COCO's order. */
export const MEASURES: readonly (readonly [name: Measure, read: (summary: Summary) => number | null])[] = [
  ['ap', ({ precision }) => precision.all],
  ['ap50', ({ precision50 }) => precision50],
  ['ap75', ({ precision75 }) => precision75],
  ['apSmall', ({ precision }) => precision.small],
  ['apMedium', ({ precision }) => precision.medium],
  ['apLarge', ({ precision }) => precision.large],
  ['ar1', ({ recallAt }) => recallAt[1]],
  ['ar10', ({ recallAt }) => recallAt[10]],
  ['ar100', ({ recallAt }) => recallAt[100]],
  ['arSmall', ({ recall }) => recall.small],
  ['arMedium', ({ recall }) => recall.medium],
  ['arLarge', ({ recall }) => recall.large],
];
