import type { Annotation } from '$lib/domain/annotation';
import type { ProfileId } from '$lib/domain/ids';
import { profileNamed, type ProfileNames } from '$lib/domain/profile';

/** The existing annotations of a task while another one is imported. */
interface ExistingAnnotations {
  /** The annotation that counts. */
  readonly own: Annotation | null;
  readonly stored: readonly Annotation[];
  /** Annotations written by this import. */
  readonly written: readonly Annotation[];
  readonly people: ProfileNames;
}

/**
 * The profile and key for another annotator's annotation: named as in the file, with a number if that person has one
 * already, and in the position that this annotator's work had before. `index`: its position in the file, from 0.
 */
export function otherPlace(
  said: string,
  index: number,
  { own, stored, written, people }: ExistingAnnotations,
) {
  const counted = own ? [own] : [];
  const isTaken = [...written, ...counted].some((one) => one.annotator === profileNamed(said, people));
  const name = isTaken ? `${said} (${index + 1})`.trim() : said;
  const annotator = profileNamed(name, people);
  const known = stored.find((one) => one.annotator === annotator) ?? null;
  const profileId = known?.profileId ?? freeProfile(annotator, [...counted, ...stored, ...written]);
  return { name, profileId, known };
}

/**
 * A profile without an annotation on the task, because somebody's correction may be stored under the annotator's own
 * profile.
 */
function freeProfile(annotator: ProfileId, present: readonly Annotation[]): ProfileId {
  const taken = new Set(present.map(({ profileId }) => profileId));
  let free = annotator;
  for (let count = 2; taken.has(free); count += 1) free = `${annotator} (${count})` as ProfileId;
  return free;
}
