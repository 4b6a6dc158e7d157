import type { ProjectId, SourceId } from '$lib/domain/ids';
import type { SyncPlan } from '$lib/domain/sync';
import type { FolderToRead, NamedFile } from '../ports/folders';
import type { JobReport } from '../ports/job-report';
import type { FoundDataset } from '../recognize-dataset';

export interface SyncSourceInput {
  readonly sourceId: SourceId;
  /** The changes that a person has seen and confirmed; absent to compare first. */
  readonly plan?: SyncPlan;
  /** The datasets that were found together with that plan. */
  readonly datasets?: readonly FoundDataset[];
  /** A folder that was chosen for the storage: once the person confirms, it is the storage's folder. */
  readonly chosen?: FolderToRead;
}

export interface SyncReport extends JobReport {
  /** The found changes, if a person has to confirm them before they are applied. */
  readonly plan?: SyncPlan;
  /** The datasets in the folder beside its pictures. */
  readonly datasets?: readonly FoundDataset[];
  /** Number of files that were never probed. */
  readonly unseen?: number;
}

export interface CopyFilesInput {
  readonly sourceId: SourceId;
  readonly files: readonly NamedFile[];
  readonly filter: string;
}

export interface InspectFilesInput {
  readonly projectId: ProjectId;
}
