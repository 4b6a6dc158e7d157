import { AppError } from '$lib/domain/errors';
import type { Database } from '$lib/services/ports/database';
import { Dexie, liveQuery } from 'dexie';
import { makeDump } from './dump';
import type { KakomiDexie } from './schema';
import {
  annotationStore,
  draftStore,
  otherAnnotationStore,
  predictionStore,
  projectStore,
  sourceStore,
  taskStore,
  thumbnailStore,
} from './stores';

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
    otherAnnotations: otherAnnotationStore(db),
    dump: makeDump(db),

    async write(run) {
      const tables = [
        db.projects,
        db.sources,
        db.tasks,
        db.annotations,
        db.drafts,
        db.draftEntries,
        db.predictions,
        db.otherAnnotations,
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
