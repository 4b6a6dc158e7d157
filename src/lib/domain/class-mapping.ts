import type { LabelId } from './ids';
import type { DetectorModel } from './model';
import type { PredictedRegion } from './prediction';
import type { Label } from './project';

const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');

/** The label that each of a model's classes probably means: the one of its name; one class and one label belong together. */
export function proposeLabels(
  classNames: readonly string[],
  labels: readonly Label[],
): readonly (LabelId | null)[] {
  if (classNames.length === 1 && labels.length === 1) return [labels[0]!.id];
  const byName = new Map(labels.map(({ id, name }) => [folded(name), id]));
  return classNames.map((name) => byName.get(folded(name)) ?? null);
}

/**
 * Names for a model's classes: its own; else the project's labels in their order, where there are as many; else
 * the class numbers. Where nobody knows how many classes there are, one label is taken for one class, and several
 * for nothing: the classes show when the model runs.
 */
export function nameClasses(
  {
    classNames,
    classCount,
  }: { readonly classNames: readonly string[] | null; readonly classCount: number | null },
  labels: readonly Label[],
): readonly string[] {
  if (classNames !== null) return classNames;
  if (classCount === null && labels.length !== 1) return [];
  if (classCount === null || classCount === labels.length) return labels.map(({ name }) => name);
  return Array.from({ length: classCount }, (_, number) => String(number));
}

/** What a model found of one class in a picture. */
export interface FoundClass {
  readonly classNumber: number;
  readonly count: number;
  /** The surest first, a few. */
  readonly best: readonly PredictedRegion[];
}

/** How many boxes of a class are shown as small pictures. */
const MOST_EXAMPLES = 3;

/** By falling count; equal counts by class number. */
export function foundClasses(regions: readonly PredictedRegion[]): readonly FoundClass[] {
  const byClass = new Map<number, PredictedRegion[]>();
  for (const region of regions) {
    const same = byClass.get(region.classNumber);
    if (same) same.push(region);
    else byClass.set(region.classNumber, [region]);
  }
  return [...byClass]
    .map(([classNumber, same]) => ({
      classNumber,
      count: same.length,
      best: [...same].sort((a, b) => b.score - a.score).slice(0, MOST_EXAMPLES),
    }))
    .sort((a, b) => b.count - a.count || a.classNumber - b.classNumber);
}

/** A model's boxes by what its classes are called and labelled now. */
export const renamed = (
  regions: readonly PredictedRegion[],
  { classNames, labelOfClass }: Pick<DetectorModel, 'classNames' | 'labelOfClass'>,
): readonly PredictedRegion[] =>
  regions.map((region) => ({
    ...region,
    className: classNames[region.classNumber] ?? String(region.classNumber),
    labelId: labelOfClass[region.classNumber] ?? null,
  }));

/** So many names: those given, the others by number. */
export const namesUpTo = (count: number, names: readonly string[]): readonly string[] =>
  Array.from({ length: Math.max(count, names.length) }, (_, number) => names[number] ?? String(number));
