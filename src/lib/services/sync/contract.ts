import type { ProjectId, SourceId } from '$lib/domain/ids';
import type { SyncPlan } from '$lib/domain/sync';
import type { FolderToRead, NamedFile } from '../ports/folders';
import type { JobReport } from '../ports/job-report';
import type { FoundDataset } from '../recognize-dataset';

export interface SyncSourceInput {
  readonly sourceId: SourceId;
  /** What a person has seen and agreed to; without one, compare first. */
  readonly plan?: SyncPlan;
  /** What was found together with that plan. */
  readonly datasets?: readonly FoundDataset[];
  /** A folder that was chosen for the storage: with the person's yes it is the storage's folder from then on. */
  readonly chosen?: FolderToRead;
}

export interface SyncReport extends JobReport {
  /** The found changes, if a person has to confirm them before they are applied. */
  readonly plan?: SyncPlan;
  /** The datasets that lie in the folder beside its pictures. */
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
