import type { Annotation, Draft, WorkKey } from './annotation';
import type { EpochMs, ProfileId } from './ids';
import { NOBODY } from './profile';
import type { Task } from './task';

/**
 * A choice of annotations: the one that a task points to (`Task.reference`), those of one person, or everybody's.
 *
 * [Note: Whose]
 * Several people can annotate one task, each with an annotation and a draft of their own. The task points to the
 * annotation that counts for lists, formats with one annotation per picture, and evaluation. A Submit points the task
 * to what was submitted; a merge points it to the latest. An annotation is never overwritten by another person's.
 */
export type Whose =
  { readonly of: 'reference' } | { readonly of: 'profile'; readonly id: ProfileId } | { readonly of: 'all' };

export const REFERENCE: Whose = { of: 'reference' };
export const EVERYBODY: Whose = { of: 'all' };

type Pointer = ProfileId | null | undefined;

/** The annotation that counts for a task: the one it points to, otherwise the latest. */
export const referenceOf = <One extends Pick<Annotation, 'profileId' | 'updatedAt'>>(
  annotations: readonly One[],
  reference: Pointer,
): One | null => annotations.find(({ profileId }) => profileId === reference) ?? latestOf(annotations);

/** The key of the annotation that a task points to. */
export const referenceKey = ({ id, reference }: Pick<Task, 'id' | 'reference'>): WorkKey => ({
  taskId: id,
  profileId: reference ?? NOBODY,
});

/** The annotation that was changed last. */
export const latestOf = <One extends Pick<Annotation, 'profileId' | 'updatedAt'>>(
  annotations: readonly One[],
): One | null => last(annotations, ({ updatedAt }) => updatedAt);

/** The chosen annotations of a task, the one that counts first. */
export function annotationsOf(
  annotations: readonly Annotation[],
  reference: Pointer,
  whose: Whose,
): readonly Annotation[] {
  if (whose.of === 'profile') return annotations.filter(({ profileId }) => profileId === whose.id);
  const first = referenceOf(annotations, reference);
  if (first === null) return [];
  return whose.of === 'reference' ? [first] : [first, ...annotations.filter((one) => one !== first)];
}

/** The draft that a task shows: the one begun last. */
export const draftShown = <One extends Pick<Draft, 'profileId' | 'savedAt'>>(
  drafts: readonly One[],
): One | null => last(drafts, ({ savedAt }) => savedAt);

/**
 * The profile whose work opens for editing: a draft first, so that none is hidden; then the annotation that counts; on
 * an untouched task, `me`.
 */
export const profileToEdit = (
  annotations: readonly Annotation[],
  drafts: readonly Draft[],
  reference: Pointer,
  me: ProfileId,
): ProfileId => draftShown(drafts)?.profileId ?? referenceOf(annotations, reference)?.profileId ?? me;

/** The row with the latest time; at equal times, the one with the smallest profile id. Null if there is no row. */
function last<One extends Pick<WorkKey, 'profileId'>>(
  rows: readonly One[],
  timeOf: (row: One) => EpochMs,
): One | null {
  const [latest] = rows.toSorted((a, b) => timeOf(b) - timeOf(a) || (a.profileId < b.profileId ? -1 : 1));
  return latest ?? null;
}
