import type { Annotation, Draft, DraftEntry } from '$lib/domain/annotation';
import type { EpochMs, ModelId, ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import type { TaskKept } from '$lib/domain/kept';
import { migrate, MIGRATIONS, SCHEMA_VERSION, type Row } from '$lib/domain/migrations';
import type { DetectorModel, PredictRun } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { Project } from '$lib/domain/project';
import type { SeenFile } from '$lib/domain/replaced';
import type { SourceStorage } from '$lib/domain/source';
import type { Tally } from '$lib/domain/tally';
import type { Task } from '$lib/domain/task';
import type { BulkActionRow, Tombstone, TrashRow } from '$lib/domain/trash';
import type { AnnotationVersion } from '$lib/domain/version';
import type { TaskWork } from '$lib/domain/work';
import type { EntityTable, Table } from 'dexie';
import { GuardedDexie } from './connection';

/** The way to a folder on disk, kept apart from its source because it cannot leave this browser. */
export interface HandleRow {
  readonly sourceId: SourceId;
  readonly handle: FileSystemDirectoryHandle;
}

export interface ThumbnailRow {
  readonly taskId: TaskId;
  readonly picture: Blob;
  /** The file that it was made of; absent in rows from before that was kept. */
  readonly of?: SeenFile | null;
  readonly madeAt: EpochMs;
}

/** Keys and indexes by schema version. Append only: databases out there were made with each of them. */
const INDEXES: Readonly<Record<number, Readonly<Record<string, string>>>> = {
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
    // Not unique any more: a file can have several pages, and a missing one can have a successor at its path.
    tasks: 'id, [projectId+number], [projectId+progress+number], [sourceId+path]',
    thumbnails: 'taskId, madeAt',
  },
  7: {
    bulkActions: 'id, projectId',
    restores: 'projectId',
    kept: 'taskId, projectId',
  },
};

/** One connection. `mayCreate`: whether its first opening makes the database where there is none. */
export class KakomiDexie extends GuardedDexie {
  declare readonly projects: EntityTable<Project, 'id'>;
  declare readonly sources: EntityTable<SourceStorage, 'id'>;
  declare readonly handles: EntityTable<HandleRow, 'sourceId'>;
  declare readonly tasks: EntityTable<Task, 'id'>;
  declare readonly annotations: EntityTable<Annotation, 'taskId'>;
  declare readonly drafts: EntityTable<Draft, 'taskId'>;
  declare readonly draftEntries: Table<DraftEntry, [TaskId, number]>;
  declare readonly draftsBehind: EntityTable<{ readonly taskId: TaskId }, 'taskId'>;
  declare readonly thumbnails: EntityTable<ThumbnailRow, 'taskId'>;
  declare readonly otherAnnotations: Table<Annotation, [TaskId, string]>;
  declare readonly predictions: EntityTable<Prediction, 'id'>;
  declare readonly versions: Table<AnnotationVersion, [TaskId, number]>;
  declare readonly work: EntityTable<TaskWork, 'taskId'>;
  declare readonly kept: EntityTable<TaskKept, 'taskId'>;
  declare readonly tallies: EntityTable<Tally, 'projectId'>;
  declare readonly models: Table<DetectorModel, [ModelId, number]>;
  declare readonly predictRuns: EntityTable<PredictRun, 'projectId'>;
  declare readonly bulkActions: EntityTable<BulkActionRow, 'id'>;
  /** Projects whose restore has not come to its end. */
  declare readonly restores: EntityTable<{ readonly projectId: ProjectId }, 'projectId'>;
  declare readonly trash: Table<TrashRow, [string, number]>;
  declare readonly tombstones: Table<Tombstone, [string, string]>;

  constructor(name = 'kakomi', mayCreate = true) {
    super(name, SCHEMA_VERSION, mayCreate);
    for (let version = 1; version <= SCHEMA_VERSION; version += 1) {
      const step = this.version(version).stores(INDEXES[version] ?? {});
      if (version > 1) {
        step.upgrade(async (transaction) => {
          // Only what changes shape: a table of a later version is not there yet.
          for (const name of Object.keys(MIGRATIONS.find(({ to }) => to === version)?.rows ?? {})) {
            await transaction
              .table(name)
              .toCollection()
              .modify((row: Row, place: { value: Row }) => {
                place.value = migrate(name, row, version - 1, version);
              });
          }
        });
      }
    }
  }
}
