import type { ProfileId, ProjectId } from '$lib/domain/ids';
import type { OutputTarget } from '../ports/archives';
import type { JobReport } from '../ports/job-report';

export interface BackupInput {
  /** Null: everything. */
  readonly projectId: ProjectId | null;
  readonly withPictures: boolean;
  readonly withModels: boolean;
  /** Null: not encrypted. */
  readonly passphrase: string | null;
  readonly target: OutputTarget;
  /** The person at this browser. */
  readonly madeBy: ProfileId;
}

export interface RestoreInput {
  readonly file: File;
  readonly passphrase: string | null;
  /** `preview` changes nothing. `beside`: as projects of their own. `merge`: into the projects of the same ids. */
  readonly mode: 'preview' | 'beside' | 'merge';
}

export interface MergeCounts {
  readonly added: number;
  readonly changed: number;
  readonly kept: number;
  /** Rows that were deleted here on purpose, and stay deleted. */
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
  /** By table: what a merge would do. */
  readonly merge: Readonly<Record<string, MergeCounts>>;
}

export interface RestoreReport extends JobReport {
  /** Whose backup of everything it is, where it says so. */
  readonly madeBy?: ProfileId;
  /** Present if the job ran as a preview. */
  readonly preview?: RestorePreview;
}
