import type { EpochMs, ProfileId } from './ids';

/**
 * A person who annotates. The id stays the same when the name changes.
 *
 * [Note: Profiles]
 * Every annotation, draft, version and note belongs to a task and a profile. The person at this browser has a random
 * id, stored in the preference `profile`. A person of whom only a name is known, from a file, has an id derived from
 * that name, so that importing the file twice, or on two computers, means the same person. Work whose person is unknown
 * (files without names, and everything from before there were profiles) belongs to `NOBODY`.
 */
export interface Profile {
  readonly id: ProfileId;
  /** Empty if the person chose no name. */
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

const BY_NAME = 'name:';

/** The id of a person known by name alone. */
export const profileIdOf = (name: string): ProfileId => `${BY_NAME}${name.trim()}` as ProfileId;

/** Owner of work whose person is unknown. */
export const NOBODY = profileIdOf('');

/** A second unknown person on one task. A name is never a blank, so nobody else has this id. */
export const NOBODY_ELSE = `${BY_NAME} ` as ProfileId;

/** Names of profiles by id. */
export type ProfileNames = ReadonlyMap<ProfileId, string>;

export const namesOf = (profiles: readonly Profile[]): ProfileNames =>
  new Map(profiles.map(({ id, name }) => [id, name]));

/** The name of a profile; empty if unknown. */
export const nameOf = (id: ProfileId, names: ProfileNames): string =>
  names.get(id) ?? (id.startsWith(BY_NAME) ? id.slice(BY_NAME.length).trim() : '');

/**
 * The profile that a name in a file means: a profile with that name known here, otherwise the one derived from the
 * name.
 */
export function profileNamed(name: string, names: ProfileNames): ProfileId {
  if (name.trim() === '') return NOBODY;
  for (const [id, known] of names) if (known === name.trim()) return id;
  return profileIdOf(name);
}
