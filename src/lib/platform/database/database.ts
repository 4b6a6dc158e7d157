import type { Database, WritableStore } from '$lib/services/ports/database';
import { auditStore } from './audit';
import { makeDump } from './dump';
import { withAppErrors, toAppError } from './to-app-error';
import { makeRowStore } from './row-store';
import type { KakomiDexie } from './connection';
import {
  annotationStore,
  draftStore,
  keptStore,
  modelStore,
  predictionStore,
  profileStore,
  projectStore,
  sourceStore,
  thumbnailStore,
  trashStore,
  versionStore,
  workStore,
} from './stores';
import { taskStore } from './task-store';
import { watchLive } from './watch-live';

/** The tables that each store uses. */
const TABLES_OF_STORE: Readonly<Record<WritableStore, readonly string[]>> = {
  projects: ['projects', 'restores'],
  sources: ['sources', 'handles'],
  // A task's counts are part of its project's tally, and its thumbnail is deleted with it.
  tasks: ['tasks', 'tallies', 'thumbnails'],
  annotations: ['annotations'],
  drafts: ['drafts', 'draftEntries', 'draftsBehind'],
  predictions: ['predictions'],
  versions: ['versions'],
  work: ['work'],
  kept: ['kept'],
  profiles: ['profiles'],
  models: ['models', 'predictRuns'],
  thumbnails: ['thumbnails'],
  trash: ['bulkActions', 'trash', 'tombstones'],
};
const ALL_STORES = Object.keys(TABLES_OF_STORE) as WritableStore[];

/** Implements the Database port with Dexie. */
export function makeDatabase(db: KakomiDexie): Database {
  return {
    projects: withAppErrors(projectStore(db), db),
    sources: withAppErrors(sourceStore(db), db),
    tasks: withAppErrors(taskStore(db), db),
    annotations: withAppErrors(annotationStore(db), db),
    drafts: withAppErrors(draftStore(db), db),
    thumbnails: withAppErrors(thumbnailStore(db), db),
    predictions: withAppErrors(predictionStore(db), db),
    versions: withAppErrors(versionStore(db), db),
    work: withAppErrors(workStore(db), db),
    kept: withAppErrors(keptStore(db), db),
    trash: withAppErrors(trashStore(db), db),
    profiles: withAppErrors(profileStore(db), db),
    models: withAppErrors(modelStore(db), db),
    rows: withAppErrors(makeRowStore(db), db),
    dump: makeDump(db),
    audit: auditStore(db),

    async write(run, stores = ALL_STORES) {
      try {
        return await db.transaction(
          'rw',
          stores.flatMap((store) => TABLES_OF_STORE[store]),
          // Dexie keeps a transaction open across awaits only for a function that is declared async.
          async () => await run(),
        );
      } catch (error) {
        throw toAppError(error, db);
      }
    },

    read: (run, stores) =>
      db.transaction(
        'r',
        stores.flatMap((store) => TABLES_OF_STORE[store]),
        run,
      ),

    watch: (read, onValue, onError) => watchLive(db, read, onValue, onError),
  };
}
