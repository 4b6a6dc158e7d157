import { asId, type ProfileId } from '$lib/domain/ids';
import type { Ports } from './ports/ports';

/** The profile id of the person at this browser, created on the first call. */
export function ownProfileId({ preferences, makeId }: Pick<Ports, 'preferences' | 'makeId'>): ProfileId {
  const known = preferences.get('profile');
  if (known !== null) return asId<'profile'>(known);
  const made = makeId();
  preferences.set('profile', made);
  return asId<'profile'>(made);
}
