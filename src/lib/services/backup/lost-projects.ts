import { epochMs, type EpochMs } from '$lib/domain/ids';
import type { Ports } from '../ports/ports';

/** How many projects this browser held when they were last seen. */
export interface LostProjects {
  readonly count: number;
  readonly seenAt: EpochMs;
}

/**
 * [Note: Lost projects]
 * A browser may throw its databases away: where a disk has failed, where it finds them corrupt, where it makes room.
 * It says nothing, and an app without projects looks like a first visit. So how many there are is also kept where
 * small choices are, which the browser stores apart. Whoever clears the site's data clears both, and is told nothing.
 */
export function makeLostProjects({
  database,
  preferences,
  clock,
}: Pick<Ports, 'database' | 'preferences' | 'clock'>) {
  const listeners = new Set<(lost: LostProjects | null) => void>();
  let lost: LostProjects | null = null;

  const set = (next: LostProjects | null): void => {
    if (next === lost) return;
    lost = next;
    for (const listener of listeners) listener(lost);
  };
  const remember = (count: number): void => preferences.set('projects-held', `${count} ${clock.now()}`);

  return {
    /** At the start of the app: remembers from now on how many projects there are. Returns a function that stops it. */
    start(): () => void {
      let isFirst = true;
      return database.watch(
        async () => (await database.projects.all()).length,
        (count) => {
          const before = isFirst ? held(preferences.get('projects-held')) : null;
          isFirst = false;
          if (count === 0 && before !== null) set(before);
          // What was lost is told until a person has seen it, also after another restart.
          if (count === 0 && lost !== null) return;
          set(null);
          remember(count);
        },
        // Why the data cannot be read is told by the connection itself.
        () => undefined,
      );
    },
    /** Calls back now and at every change; null: nothing was lost. Returns an unsubscribe function. */
    watch(onChange: (lost: LostProjects | null) => void): () => void {
      listeners.add(onChange);
      onChange(lost);
      return () => listeners.delete(onChange);
    },
    dismiss(): void {
      remember(0);
      set(null);
    },
  };
}

/** Null where none were held, or where nobody has written it down. */
function held(text: string | null): LostProjects | null {
  const [count = 0, seenAt = 0] = (text ?? '').split(' ').map(Number);
  return count > 0 ? { count, seenAt: epochMs(seenAt) } : null;
}
