import type { ProfileId, ProjectId } from '$lib/domain/ids';
import type { OutputTarget } from '../ports/archives';
import type { JobReport } from '../ports/job-report';

export interface BackupInput {
  /** Null for everything. */
  readonly projectId: ProjectId | null;
  readonly withPictures: boolean;
  readonly withModels: boolean;
  /** Null for a backup without encryption. */
  readonly passphrase: string | null;
  readonly target: OutputTarget;
  /** The person at this browser. */
  readonly madeBy: ProfileId;
}

export interface RestoreInput {
  readonly file: File;
  readonly passphrase: string | null;
  /**
   * `preview` changes nothing. `beside` restores as new projects. `merge` merges into the projects with the same ids.
   */
  readonly mode: 'preview' | 'beside' | 'merge';
}

export interface MergeCounts {
  readonly added: number;
  readonly changed: number;
  readonly kept: number;
  /** Number of rows that were deleted here on purpose, and stay deleted. */
  readonly deleted: number;
}

export interface RestorePreview {
  readonly createdAt: number;
  readonly pictures: number;
  readonly projects: readonly {
    readonly id: ProjectId;
    readonly name: string;
    readonly tasks: number;
    readonly isHere: boolean;
  }[];
  /** Effect of a merge, by table. */
  readonly merge: Readonly<Record<string, MergeCounts>>;
}

export interface RestoreReport extends JobReport {
  /** The person whose backup of everything it is, if it says so. */
  readonly madeBy?: ProfileId;
  /** Present if the job ran as a preview. */
  readonly preview?: RestorePreview;
}
