import type { ProjectId } from '$lib/domain/ids';

export interface CheckProjectInput {
  readonly projectId: ProjectId;
  /** Puts right what can be put right without losing anything. */
  readonly mends: boolean;
}
