import type { EpochMs, ProfileId } from './ids';

/**
 * A person who annotates. The id stays when the name changes.
 *
 * [Note: Profiles]
 * Every annotation, draft, version and note belongs to a task and a profile. The person at this browser has a random
 * id, kept in the preference `profile`. A person of whom only a name is known, because a file said so, has an id made
 * of that name, so that importing the file twice, or on two computers, means the same person. Work of which nobody
 * knows the person (files without names, and everything from before there were profiles) belongs to `NOBODY`.
 */
export interface Profile {
  readonly id: ProfileId;
  /** Empty while the person chose none. */
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

const BY_NAME = 'name:';

/** The profile of somebody known by name alone. */
export const profileIdOf = (name: string): ProfileId => `${BY_NAME}${name.trim()}` as ProfileId;

/** Whose work it is where nobody knows. */
export const NOBODY = profileIdOf('');

/** A second nameless person on one task. No name is a blank, so nobody else has this id. */
export const NOBODY_ELSE = `${BY_NAME} ` as ProfileId;

/** Names of profiles by id. */
export type ProfileNames = ReadonlyMap<ProfileId, string>;

export const namesOf = (profiles: readonly Profile[]): ProfileNames =>
  new Map(profiles.map(({ id, name }) => [id, name]));

/** The name of a profile; empty where nobody knows one. */
export const nameOf = (id: ProfileId, names: ProfileNames): string =>
  names.get(id) ?? (id.startsWith(BY_NAME) ? id.slice(BY_NAME.length).trim() : '');

/** The profile that a file means by a name: one known here by that name, else one of that name alone. */
export function profileNamed(name: string, names: ProfileNames): ProfileId {
  if (name.trim() === '') return NOBODY;
  for (const [id, known] of names) if (known === name.trim()) return id;
  return profileIdOf(name);
}
