import type { Database, WritableStore } from '$lib/services/ports/database';
import { liveQuery } from 'dexie';
import { auditStore } from './audit';
import { makeDump } from './dump';
import { foreseen } from './foreseen';
import { makeRowStore } from './row-store';
import type { KakomiDexie } from './schema';
import {
  annotationStore,
  draftStore,
  modelStore,
  otherAnnotationStore,
  predictionStore,
  projectStore,
  sourceStore,
  thumbnailStore,
  trashStore,
  versionStore,
  workStore,
} from './stores';
import { taskStore } from './task-store';

/** The tables behind each store. */
const TABLES: Readonly<Record<WritableStore, readonly string[]>> = {
  projects: ['projects'],
  sources: ['sources', 'handles'],
  // A task's counts are part of its project's tally, and its thumbnail goes with it.
  tasks: ['tasks', 'tallies', 'thumbnails'],
  annotations: ['annotations'],
  drafts: ['drafts', 'draftEntries', 'draftsBehind'],
  predictions: ['predictions'],
  versions: ['versions'],
  work: ['work'],
  otherAnnotations: ['otherAnnotations'],
  models: ['models', 'predictRuns'],
  thumbnails: ['thumbnails'],
  trash: ['bulkActions', 'trash', 'tombstones'],
};
const ALL_STORES = Object.keys(TABLES) as WritableStore[];

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
    versions: versionStore(db),
    work: workStore(db),
    trash: trashStore(db),
    otherAnnotations: otherAnnotationStore(db),
    models: modelStore(db),
    rows: makeRowStore(db),
    dump: makeDump(db),
    audit: auditStore(db),

    async write(run, stores = ALL_STORES) {
      try {
        return await db.transaction(
          'rw',
          stores.flatMap((store) => TABLES[store]),
          // Dexie keeps a transaction open across awaits only for a function that is async by itself.
          async () => await run(),
        );
      } catch (error) {
        throw foreseen(error);
      }
    },

    read: (run, stores) =>
      db.transaction(
        'r',
        stores.flatMap((store) => TABLES[store]),
        run,
      ),

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
