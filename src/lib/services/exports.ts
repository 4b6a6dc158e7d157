import { AppError } from '$lib/domain/errors';
import type { ProjectId } from '$lib/domain/ids';
import type { ExportDatasetInput } from './jobs/export-dataset';
import { archiveName } from './jobs/archive-name';
import type { JobOutcome } from './ports/jobs';
import type { Ports } from './ports/ports';

export interface ExportChoice {
  readonly format: ExportDatasetInput['format'];
  readonly scope: ExportDatasetInput['scope'];
  readonly firstNumber: 0 | 1;
}

export function makeExports({ database, archives, jobs, clock }: Ports) {
  return {
    /** Asks where to, then writes there. Null: the person closed the dialog. */
    async run(projectId: ProjectId, choice: ExportChoice): Promise<JobOutcome | null> {
      const project = await database.projects.get(projectId);
      if (!project) throw new AppError('project-missing');
      if (project.labels.length === 0) throw new AppError('labels-missing');
      const target = await archives.choose(archiveName(project.name, choice.format, new Date(clock.now())));
      if (target === null) return null;
      const input: ExportDatasetInput = { projectId, ...choice, target };
      const finish = () => archives.deliver(target);
      return jobs.run({ kind: 'export-dataset', projectId, title: target.name, input, finish });
    },
  };
}
