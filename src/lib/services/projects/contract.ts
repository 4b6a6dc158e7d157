import type { ProjectCheck } from '$lib/domain/check';
import type { LabelId, ProjectId } from '$lib/domain/ids';
import type { LabelHolder } from '$lib/domain/tables';
import type { DetailedReport } from '../ports/job-report';

export interface CheckProjectInput {
  readonly projectId: ProjectId;
  /** Whether to repair what can be repaired without losing anything. */
  readonly mends: boolean;
}

export type ProjectCheckReport = DetailedReport<ProjectCheck>;

/**
 * How often one kind of holder refers to a label: the number of boxes or model classes, and the number of tasks,
 * versions or models that contain them.
 */
export interface UseCount {
  readonly boxes: number;
  readonly places: number;
}

/** Only the holders that refer to the label. */
export type LabelUse = ReadonlyMap<LabelHolder, UseCount>;

export interface LabelUseInput {
  readonly projectId: ProjectId;
  readonly labelId: LabelId;
}
