import type { Database, WritableStore } from '$lib/services/ports/database';
import { auditStore } from './audit';
import { makeDump } from './dump';
import { foreseeing, foreseen } from './foreseen';
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
    projects: foreseeing(projectStore(db), db),
    sources: foreseeing(sourceStore(db), db),
    tasks: foreseeing(taskStore(db), db),
    annotations: foreseeing(annotationStore(db), db),
    drafts: foreseeing(draftStore(db), db),
    thumbnails: foreseeing(thumbnailStore(db), db),
    predictions: foreseeing(predictionStore(db), db),
    versions: foreseeing(versionStore(db), db),
    work: foreseeing(workStore(db), db),
    kept: foreseeing(keptStore(db), db),
    trash: foreseeing(trashStore(db), db),
    profiles: foreseeing(profileStore(db), db),
    models: foreseeing(modelStore(db), db),
    rows: foreseeing(makeRowStore(db), db),
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
        throw foreseen(error, db);
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
