import type { ProjectCheck } from '$lib/domain/check';
import type { LabelId, ProjectId } from '$lib/domain/ids';
import type { LabelHolder } from '$lib/domain/tables';
import type { DetailedReport } from '../ports/job-report';

export interface CheckProjectInput {
  readonly projectId: ProjectId;
  /** Puts right what can be put right without losing anything. */
  readonly mends: boolean;
}

export type ProjectCheckReport = DetailedReport<ProjectCheck>;

/** How often something refers to a label: boxes, or classes of a model; and in how many tasks, versions or models. */
export interface HeldBy {
  readonly boxes: number;
  readonly places: number;
}

/** Only what refers to the label at all. */
export type LabelUse = ReadonlyMap<LabelHolder, HeldBy>;

export interface LabelUseInput {
  readonly projectId: ProjectId;
  readonly labelId: LabelId;
}
