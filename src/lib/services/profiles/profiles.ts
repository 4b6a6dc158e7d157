import type { Profile, ProfileNames } from '$lib/domain/profile';
import { namesOf } from '$lib/domain/profile';
import { ownProfileId } from '../own-profile';
import type { Ports } from '../ports/ports';

/** The people who annotate. See [Note: Profiles] in domain/profile.ts. */
export function makeProfiles(ports: Ports) {
  const { database, clock, preferences } = ports;

  /** The person at this browser, stored or not yet. */
  async function own(): Promise<Profile> {
    const id = ownProfileId(ports);
    const now = clock.now();
    const name = preferences.get('annotator') ?? '';
    return (await database.profiles.get(id)) ?? { id, name, createdAt: now, updatedAt: now };
  }

  return {
    own,
    /** Stores, at the start, the name that the person chose before there were profiles, once. */
    async keepEarlierName(): Promise<void> {
      if (preferences.get('annotator') === null) return;
      await database.write(async () => {
        const profile = await own();
        if ((await database.profiles.get(profile.id)) === undefined) await database.profiles.put(profile);
      }, ['profiles']);
    },
    renameOwn: (name: string): Promise<void> =>
      database.write(async () => {
        await database.profiles.put({ ...(await own()), name: name.trim(), updatedAt: clock.now() });
      }, ['profiles']),
    /** Calls back with the names of all profiles now and after every change. Returns an unsubscribe function. */
    watchNames: (onValue: (names: ProfileNames) => void, onError: (error: unknown) => void): (() => void) =>
      database.watch(async () => namesOf(await database.profiles.all()), onValue, onError),
  };
}
