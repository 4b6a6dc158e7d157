import type { SourceStorage } from '$lib/domain/source';
import type { SyncPlan } from '$lib/domain/sync';

/** Changes that a sync found and has not applied, because they wait for a person. */
export interface SyncReview {
  readonly source: SourceStorage;
  readonly plan: SyncPlan;
  /** Name of the folder that was chosen for the storage, to be connected with it; null if it is the storage's own. */
  readonly folderName: string | null;
  /** Applies the changes, or leaves everything as it is. */
  decide(isAccepted: boolean): void;
}

/** Plans that wait for review, oldest first; any screen may show them. */
export function makeSyncReviews() {
  let waiting: readonly SyncReview[] = [];
  const listeners = new Set<(reviews: readonly SyncReview[]) => void>();
  const set = (next: readonly SyncReview[]): void => {
    waiting = next;
    for (const listener of listeners) listener(waiting);
  };
  return {
    /** Resolves with the person's answer. */
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
        // A newer comparison of the same folder replaces an older one.
        for (const old of waiting) if (old.source.id === source.id) old.decide(false);
        set([...waiting, review]);
      }),
    /** Calls back now and at every change. Returns an unsubscribe function. */
    watch: (onValue: (reviews: readonly SyncReview[]) => void): (() => void) => {
      listeners.add(onValue);
      onValue(waiting);
      return () => listeners.delete(onValue);
    },
  };
}
