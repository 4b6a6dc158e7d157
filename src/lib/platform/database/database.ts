import { AppError } from '$lib/domain/errors';
import type { Database } from '$lib/services/ports/database';
import { Dexie, liveQuery } from 'dexie';
import type { KakomiDexie } from './schema';
import {
  annotationStore,
  draftStore,
  predictionStore,
  projectStore,
  sourceStore,
  thumbnailStore,
  trashStore,
} from './stores';
import { taskStore } from './task-store';

/** Dexie behind the Database port. */
export function makeDatabase(db: KakomiDexie): Database {
  return {
    projects: projectStore(db),
    sources: sourceStore(db),
    tasks: taskStore(db),
    annotations: annotationStore(db),
    drafts: draftStore(db),
    thumbnails: thumbnailStore(db),
    predictions: predictionStore(db),
    trash: trashStore(db),

    async write(run) {
      const tables = [
        db.projects,
        db.sources,
        db.tasks,
        db.annotations,
        db.drafts,
        db.draftEntries,
        db.predictions,
        db.thumbnails,
        db.tallies,
        db.trash,
        db.tombstones,
      ];
      try {
        return await db.transaction('rw', tables, run);
      } catch (error) {
        throw foreseen(error);
      }
    },

    watch(read, onValue, onError) {
      const subscription = liveQuery(read).subscribe({ next: onValue, error: onError });
      return () => subscription.unsubscribe();
    },
  };
}

/** Tells when a newer version in another tab wants the database; this tab's connection is closed for it. */
export function watchSuperseded(db: KakomiDexie, onSuperseded: () => void): () => void {
  let isWatching = true;
  db.on('versionchange', () => {
    db.close();
    if (isWatching) onSuperseded();
  });
  return () => {
    isWatching = false;
  };
}

/** What a failed write means for people, where we know it. */
function foreseen(error: unknown): unknown {
  const inner = error instanceof Dexie.DexieError && error.inner instanceof Error ? error.inner : error;
  const name = inner instanceof Error ? inner.name : '';
  if (name === 'QuotaExceededError') return new AppError('storage-full', {}, { cause: error });
  if (name === 'VersionError' || name === 'DatabaseClosedError')
    return new AppError('newer-version-running', {}, { cause: error });
  return error;
}
