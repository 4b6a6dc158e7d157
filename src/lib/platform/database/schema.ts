import type { Annotation, Draft, DraftEntry } from '$lib/domain/annotation';
import type { EpochMs, ModelId, ProfileId, ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { TaskKept } from '$lib/domain/kept';
import { migrate, MIGRATIONS, SCHEMA_VERSION } from '$lib/domain/migrations';
import type { DetectorModel, PredictRun } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { Profile } from '$lib/domain/profile';
import type { Project } from '$lib/domain/project';
import type { SeenFile } from '$lib/domain/replaced';
import type { SourceStorage } from '$lib/domain/source';
import type { Tally } from '$lib/domain/tally';
import type { Task } from '$lib/domain/task';
import type { BulkActionRow, Tombstone, TrashRow } from '$lib/domain/trash';
import type { AnnotationVersion } from '$lib/domain/version';
import type { TaskWork } from '$lib/domain/work';
import type { Dexie, EntityTable, Table } from 'dexie';
import { copyIntoNewTables, REKEYED_TABLES, renameOldTables } from './rekeyed';
import { rewriteRows } from './rewrite-rows';

/** Handle of a folder on disk, stored separately from its source because it cannot leave this browser. */
export interface HandleRow {
  readonly sourceId: SourceId;
  readonly handle: FileSystemDirectoryHandle;
}

export interface ThumbnailRow {
  readonly taskId: TaskId;
  readonly picture: Blob;
  /** The file that the thumbnail was made of; absent in rows from before that was stored. */
  readonly of?: SeenFile | null;
  readonly madeAt: EpochMs;
}

/** Keys and indexes by schema version. Append only: existing databases were created with each of them. */
const INDEXES: Readonly<Record<number, Readonly<Record<string, string | null>>>> = {
  1: {
    projects: 'id, createdAt',
    sources: 'id, projectId',
    handles: 'sourceId',
    tasks: 'id, [projectId+number], [projectId+progress+number], &[sourceId+path]',
    annotations: 'taskId, projectId',
    drafts: 'taskId, projectId',
    draftEntries: '[taskId+sequence]',
    thumbnails: 'taskId',
  },
  2: {
    draftsBehind: 'taskId',
    predictions: 'id, taskId, [projectId+modelId+modelVersion]',
  },
  3: {
    versions: '[taskId+revision], projectId',
    work: 'taskId, projectId',
    tallies: 'projectId',
    trash: '[actionId+sequence], projectId',
    tombstones: '[table+id], projectId',
    otherAnnotations: '[taskId+annotator], taskId, projectId',
  },
  4: {
    models: '[id+version], projectId',
    predictRuns: 'projectId',
  },
  5: {
    // No longer unique: a file can have several pages, and a missing one can have a successor at its path.
    tasks: 'id, [projectId+number], [projectId+progress+number], [sourceId+path]',
    thumbnails: 'taskId, madeAt',
  },
  7: {
    bulkActions: 'id, projectId',
    restores: 'projectId',
    kept: 'taskId, projectId',
  },
  // See [Note: New keys].
  9: {
    annotations: null,
    drafts: null,
    draftEntries: null,
    versions: null,
    work: null,
    annotations8: 'taskId, projectId',
    drafts8: 'taskId, projectId',
    draftEntries8: '[taskId+sequence]',
    versions8: '[taskId+revision], projectId',
    work8: 'taskId, projectId',
  },
  10: {
    profiles: 'id',
    annotations: '[taskId+profileId], projectId',
    drafts: '[taskId+profileId], projectId',
    draftEntries: '[taskId+profileId+sequence]',
    versions: '[taskId+profileId+revision], projectId',
    work: '[taskId+profileId], projectId',
    otherAnnotations: null,
    annotations8: null,
    drafts8: null,
    draftEntries8: null,
    versions8: null,
    work8: null,
  },
};

/** The tables as Dexie exposes them. */
export interface Tables {
  readonly profiles: EntityTable<Profile, 'id'>;
  readonly projects: EntityTable<Project, 'id'>;
  readonly sources: EntityTable<SourceStorage, 'id'>;
  readonly handles: EntityTable<HandleRow, 'sourceId'>;
  readonly tasks: EntityTable<Task, 'id'>;
  readonly annotations: Table<Annotation, [TaskId, ProfileId]>;
  readonly drafts: Table<Draft, [TaskId, ProfileId]>;
  readonly draftEntries: Table<DraftEntry, [TaskId, ProfileId, number]>;
  readonly draftsBehind: EntityTable<{ readonly taskId: TaskId }, 'taskId'>;
  readonly thumbnails: EntityTable<ThumbnailRow, 'taskId'>;
  readonly predictions: EntityTable<Prediction, 'id'>;
  readonly versions: Table<AnnotationVersion, [TaskId, ProfileId, number]>;
  readonly work: Table<TaskWork, [TaskId, ProfileId]>;
  readonly kept: EntityTable<TaskKept, 'taskId'>;
  readonly tallies: EntityTable<Tally, 'projectId'>;
  readonly models: Table<DetectorModel, [ModelId, number]>;
  readonly predictRuns: EntityTable<PredictRun, 'projectId'>;
  readonly bulkActions: EntityTable<BulkActionRow, 'id'>;
  /** Projects whose restore has not finished. */
  readonly restores: EntityTable<{ readonly projectId: ProjectId }, 'projectId'>;
  readonly trash: Table<TrashRow, [string, number]>;
  readonly tombstones: Table<Tombstone, [string, string]>;
}

/**
 * Declares every schema version, with the migration of rows from the version before. `onUpgrade` is called when a
 * migration begins: it takes a minute for 100,000 tasks.
 */
export function defineVersions(db: Dexie, onUpgrade: () => void): void {
  for (let version = 1; version <= SCHEMA_VERSION; version += 1) {
    const step = db.version(version).stores(INDEXES[version] ?? {});
    if (version > 1) {
      step.upgrade(async (transaction) => {
        onUpgrade();
        if (version === REKEYED_TABLES.setAsideIn) renameOldTables(transaction.idbtrans);
        const rekeyed = version === REKEYED_TABLES.filledIn ? await copyIntoNewTables(transaction) : [];
        // Only tables whose rows change shape: a table of a later version does not exist yet.
        const tables = Object.keys(MIGRATIONS.find(({ to }) => to === version)?.rows ?? {});
        for (const table of tables.filter((name) => !rekeyed.includes(name))) {
          await rewriteRows(transaction.idbtrans, table, table, (row) =>
            migrate(table, row, version - 1, version),
          );
        }
      });
    }
  }
}
