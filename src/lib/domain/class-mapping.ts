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

/** Proposes a label for each class of a model: the label of the same name. No label is proposed for two classes. */
export function proposeLabels(
  classNames: readonly string[],
  labels: readonly Label[],
): readonly (LabelId | null)[] {
  if (classNames.length === 1 && labels.length === 1) return [labels[0]!.id];
  const byName = new Map(labels.map(({ id, name }) => [folded(name), id]));
  return classNames.map((name) => byName.get(folded(name)) ?? null);
}

/**
 * Names for a model's classes: the model's own names; otherwise the project's labels in order if their number matches;
 * otherwise the class numbers. If the number of classes is unknown, a single label names a single class and several
 * labels are ignored: the classes become known when the model runs.
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

/** The detections of one class in a picture. */
export interface FoundClass {
  readonly classNumber: number;
  readonly count: number;
  /** The few boxes with the highest scores, highest first. */
  readonly best: readonly PredictedRegion[];
}

/** Maximum number of boxes of a class that are shown as small pictures. */
const MAX_EXAMPLES = 3;

/** Groups boxes by class, in descending order of count; equal counts by class number. */
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
      best: [...same].sort((a, b) => b.score - a.score).slice(0, MAX_EXAMPLES),
    }))
    .sort((a, b) => b.count - a.count || a.classNumber - b.classNumber);
}

/** The boxes of a model with the current names and labels of its classes. */
export const renamed = (
  regions: readonly PredictedRegion[],
  { classNames, labelOfClass }: Pick<DetectorModel, 'classNames' | 'labelOfClass'>,
): readonly PredictedRegion[] =>
  regions.map((region) => ({
    ...region,
    className: classNames[region.classNumber] ?? String(region.classNumber),
    labelId: labelOfClass[region.classNumber] ?? null,
  }));

/** Exactly `count` names: the given names, and numbers for the rest. */
export const namesUpTo = (count: number, names: readonly string[]): readonly string[] =>
  Array.from({ length: Math.max(count, names.length) }, (_, number) => names[number] ?? String(number));
