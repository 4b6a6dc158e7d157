import type { ProjectCheck } from '$lib/domain/check';
import type { Project } from '$lib/domain/project';
import { reportOf } from '../job';
import type { Ports } from '../ports/ports';
import type { CheckProjectInput } from './contract';

/** Whether a project's counts are those of its contents, and every row belongs to a task. */
export function makeChecks({ jobs }: Pick<Ports, 'jobs'>) {
  return {
    /** `mends`: puts right what can be put right without losing anything. Null: it was cancelled. */
    async run({ id, name }: Pick<Project, 'id' | 'name'>, mends: boolean): Promise<ProjectCheck | null> {
      const input: CheckProjectInput = { projectId: id, mends };
      const outcome = await jobs.run({ kind: 'check-project', projectId: id, title: name, input });
      return reportOf(outcome)?.detail ?? null;
    },
  };
}
