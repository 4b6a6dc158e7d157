import { epochMs, type EpochMs } from '$lib/domain/ids';
import type { Ports } from '../ports/ports';

/** Number of projects in this browser when they were last seen. */
export interface LostProjects {
  readonly count: number;
  readonly seenAt: EpochMs;
}

/**
 * [Note: Lost projects]
 * A browser may delete its databases: when a disk fails, when it finds them corrupt, when it needs space. It reports
 * nothing, and an app without projects looks like a first visit. So the number of projects is also stored with the
 * preferences, which the browser stores separately. Someone who clears the site's data clears both, and gets no report.
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
    /** Starts recording the number of projects, at the start of the app. Returns a function that stops it. */
    start(): () => void {
      let isFirst = true;
      return database.watch(
        async () => (await database.projects.all()).length,
        (count) => {
          const before = isFirst ? held(preferences.get('projects-held')) : null;
          isFirst = false;
          if (count === 0 && before !== null) set(before);
          // The loss is reported until a person has seen it, also after another restart.
          if (count === 0 && lost !== null) return;
          set(null);
          remember(count);
        },
        // The connection itself reports why the data cannot be read.
        () => undefined,
      );
    },
    /** Calls back now and at every change, with null if nothing was lost. Returns an unsubscribe function. */
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

/** The recorded number of projects; null if there were none, or if nothing was recorded. */
function held(text: string | null): LostProjects | null {
  const [count = 0, seenAt = 0] = (text ?? '').split(' ').map(Number);
  return count > 0 ? { count, seenAt: epochMs(seenAt) } : null;
}
