import type { Annotation } from './annotation';
import { groupBy } from './group-by';
import type { EpochMs } from './ids';
import { isSameRegion, type Region } from './region';

/** One submitted state of an annotation, unchanged since, with its difference from the state before. */
export interface AnnotationVersion extends Omit<Annotation, 'createdAt'> {
  readonly changed: RegionCounts;
  /** When the submit was undone; absent if it was not. */
  readonly takenBackAt?: EpochMs;
}

/** Number of regions by kind of difference between two states. */
export interface RegionCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export function versionOf(annotation: Annotation, before: readonly Region[]): AnnotationVersion {
  const { createdAt: _, ...kept } = annotation;
  return { ...kept, changed: compareRegions(before, annotation.regions) };
}

export function compareRegions(before: readonly Region[], after: readonly Region[]): RegionCounts {
  const were = new Map(before.map((region) => [region.id, region]));
  const are = new Set(after.map((region) => region.id));
  const stayed = after.flatMap((region) => {
    const was = were.get(region.id);
    return was ? [[was, region] as const] : [];
  });
  return {
    added: after.length - stayed.length,
    changed: stayed.filter(([was, is]) => !isSameRegion(was, is)).length,
    removed: before.filter(({ id }) => !are.has(id)).length,
  };
}

/** Versions of one task, newest first: people in the order of their last submit, each person's versions by revision. */
export function newestFirst(versions: readonly AnnotationVersion[]): readonly AnnotationVersion[] {
  const byPerson = groupBy(versions, ({ profileId }) => profileId);
  const people = [...byPerson.values()].map((own) => own.toSorted((a, b) => b.revision - a.revision));
  return people.toSorted((a, b) => b[0]!.updatedAt - a[0]!.updatedAt).flat();
}
