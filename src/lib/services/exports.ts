import { AppError } from '$lib/domain/errors';
import { EXPORT_KINDS, exportTraits } from './export-kinds';
import { archiveName } from './jobs/archive-name';
import type { ExportCheck } from './jobs/check-export';
import type { ExportDatasetInput } from './jobs/export-dataset';
import type { JobOutcome } from './ports/jobs';
import type { Ports } from './ports/ports';

export type ExportChoice = Omit<ExportDatasetInput, 'target'>;

export function makeExports({ database, archives, jobs, clock }: Ports) {
  return {
    kinds: EXPORT_KINDS,
    traits: exportTraits,

    /** What the export would leave out or change; null: given up. */
    async check(choice: ExportChoice, signal: AbortSignal): Promise<ExportCheck | null> {
      const { projectId, kind } = choice;
      const outcome = await jobs.run({
        kind: 'check-export',
        projectId,
        title: kind,
        input: choice,
        isQuiet: true,
        signal,
      });
      if (outcome.state === 'cancelled') return null;
      if (outcome.state === 'done') return outcome.report.detail as ExportCheck;
      throw outcome.code === null ? new Error(outcome.detail) : new AppError(outcome.code, outcome.about);
    },

    /** Asks where to, then writes there. Null: the person closed the dialog. */
    async run(choice: ExportChoice): Promise<JobOutcome | null> {
      const { projectId, kind } = choice;
      const project = await database.projects.get(projectId);
      if (!project) throw new AppError('project-missing');
      if (project.labels.length === 0) throw new AppError('labels-missing');
      const { ending } = exportTraits(kind);
      const target = await archives.choose(archiveName(project.name, kind, new Date(clock.now()), ending));
      if (target === null) return null;
      const input: ExportDatasetInput = { ...choice, target };
      const finish = () => archives.deliver(target);
      return jobs.run({ kind: 'export-dataset', projectId, title: target.name, input, finish });
    },
  };
}
