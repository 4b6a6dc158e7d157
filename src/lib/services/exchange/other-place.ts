import type { Annotation } from '$lib/domain/annotation';
import type { ProfileId } from '$lib/domain/ids';
import { profileNamed, type ProfileNames } from '$lib/domain/profile';

/** The annotations that a task has while a further one is imported. */
interface Present {
  /** The one that counts. */
  readonly own: Annotation | null;
  readonly stored: readonly Annotation[];
  /** By this very import. */
  readonly written: readonly Annotation[];
  readonly people: ProfileNames;
}

/**
 * Where the annotation of another annotator goes: under the name that the file says, with a number where that person
 * has one already, and in the place that this annotator's work had before. `index`: its place in the file, from 0.
 */
export function otherPlace(said: string, index: number, { own, stored, written, people }: Present) {
  const counted = own ? [own] : [];
  const isTaken = [...written, ...counted].some((one) => one.annotator === profileNamed(said, people));
  const name = isTaken ? `${said} (${index + 1})`.trim() : said;
  const annotator = profileNamed(name, people);
  const known = stored.find((one) => one.annotator === annotator) ?? null;
  const profileId = known?.profileId ?? freeProfile(annotator, [...counted, ...stored, ...written]);
  return { name, profileId, known };
}

/** A profile without an annotation on the task: somebody's correction may stand in an annotator's own place. */
function freeProfile(annotator: ProfileId, present: readonly Annotation[]): ProfileId {
  const taken = new Set(present.map(({ profileId }) => profileId));
  let free = annotator;
  for (let count = 2; taken.has(free); count += 1) free = `${annotator} (${count})` as ProfileId;
  return free;
}
