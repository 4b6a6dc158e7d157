import type { SourceStorage } from '$lib/domain/source';
import type { SyncPlan } from '$lib/domain/sync';

/** What a sync found and has not applied: it waits for a person. */
export interface SyncReview {
  readonly source: SourceStorage;
  readonly plan: SyncPlan;
  /** Of the folder that was chosen for the storage, which is to be joined with it; null: the storage's own. */
  readonly folderName: string | null;
  /** Applies it, or leaves everything as it is. */
  decide(isAccepted: boolean): void;
}

/** Plans that wait, oldest first; any screen may show them. */
export function makeSyncReviews() {
  let waiting: readonly SyncReview[] = [];
  const listeners = new Set<(reviews: readonly SyncReview[]) => void>();
  const set = (next: readonly SyncReview[]): void => {
    waiting = next;
    for (const listener of listeners) listener(waiting);
  };
  return {
    /** Settles with the person's answer. */
    ask: (source: SourceStorage, plan: SyncPlan, folderName: string | null): Promise<boolean> =>
      new Promise((done) => {
        const review: SyncReview = {
          source,
          plan,
          folderName,
          decide(isAccepted) {
            set(waiting.filter((one) => one !== review));
            done(isAccepted);
          },
        };
        // A newer comparison of the same folder takes the place of an older one.
        for (const old of waiting) if (old.source.id === source.id) old.decide(false);
        set([...waiting, review]);
      }),
    /** Tells at once and at every change. The answer stops it. */
    watch: (onValue: (reviews: readonly SyncReview[]) => void): (() => void) => {
      listeners.add(onValue);
      onValue(waiting);
      return () => listeners.delete(onValue);
    },
  };
}
