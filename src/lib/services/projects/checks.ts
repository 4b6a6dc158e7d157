import type { ProjectCheck } from '$lib/domain/check';
import { AppError } from '$lib/domain/errors';
import type { Project } from '$lib/domain/project';
import type { Ports } from '../ports/ports';
import type { CheckProjectInput } from './contract';

/** Whether a project's counts are those of its contents, and every row belongs to a task. */
export function makeChecks({ jobs }: Pick<Ports, 'jobs'>) {
  return {
    /** `mends`: puts right what can be put right without losing anything. Null: it was cancelled. */
    async run({ id, name }: Pick<Project, 'id' | 'name'>, mends: boolean): Promise<ProjectCheck | null> {
      const input: CheckProjectInput = { projectId: id, mends };
      const outcome = await jobs.run({ kind: 'check-project', projectId: id, title: name, input });
      if (outcome.state === 'cancelled') return null;
      if (outcome.state === 'done') return outcome.report.detail;
      throw outcome.code === null ? new Error(outcome.detail) : new AppError(outcome.code, outcome.about);
    },
  };
}
