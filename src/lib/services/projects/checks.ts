import type { ProjectCheck } from '$lib/domain/check';
import type { Project } from '$lib/domain/project';
import { reportOf } from '../job';
import type { Ports } from '../ports/ports';
import type { CheckProjectInput } from './contract';

/** Checks that a project's counts match its contents, and that every row belongs to a task. */
export function makeChecks({ jobs }: Pick<Ports, 'jobs'>) {
  return {
    /** `mends` repairs what can be repaired without losing anything. Returns null if it was cancelled. */
    async run({ id, name }: Pick<Project, 'id' | 'name'>, mends: boolean): Promise<ProjectCheck | null> {
      const input: CheckProjectInput = { projectId: id, mends };
      const outcome = await jobs.run({ kind: 'check-project', projectId: id, title: name, input });
      return reportOf(outcome)?.detail ?? null;
    },
  };
}
