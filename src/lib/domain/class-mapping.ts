import type { LabelId } from './ids';
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
