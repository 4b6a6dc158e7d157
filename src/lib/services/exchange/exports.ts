import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import { EXPORT_KINDS, exportTraits, hasClassGaps } from './export-kinds';
import { archiveName } from '../archive-name';
import type { PageJobContext } from '../ports/jobs';
import type { Ports } from '../ports/ports';
import { reportOf } from '../job';
import type { ExportCheck, ExportDatasetInput } from './contract';
import type { JobOutcome, JobReport } from '../ports/job-report';

export type ExportChoice = Omit<ExportDatasetInput, 'target'>;

/** What to do with unsent work before an export: the tasks to submit, and the name of that job in the tray. */
export interface Unsent {
  readonly taskIds: readonly TaskId[];
  readonly title: string;
}

/** Submits the unsent work of tasks, each as if its own Submit were pressed. */
export type SubmitDrafts = (taskIds: readonly TaskId[], context: PageJobContext) => Promise<JobReport>;

export function makeExports({ database, archives, jobs, clock }: Ports, submitDrafts: SubmitDrafts) {
  return {
    kinds: EXPORT_KINDS,
    traits: exportTraits,
    hasGaps: hasClassGaps,

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
      return reportOf(outcome)?.detail ?? null;
    },

    /**
     * Asks where to, submits what was asked for, then writes. Null: the person closed the dialog. Drafts that
     * could not be submitted stay drafts; their job's report names them.
     */
    async run(choice: ExportChoice, unsent: Unsent | null = null): Promise<JobOutcome | null> {
      const { projectId, kind } = choice;
      const project = await database.projects.get(projectId);
      if (!project) throw new AppError('project-missing');
      if (project.labels.length === 0) throw new AppError('labels-missing');
      const { ending } = exportTraits(kind);
      const target = await archives.choose(archiveName(project.name, kind, new Date(clock.now()), ending));
      if (target === null) return null;
      if (unsent !== null && unsent.taskIds.length > 0) {
        const { taskIds, title } = unsent;
        const work = (context: PageJobContext) => submitDrafts(taskIds, context);
        const submitting = await jobs.runOnPage({ kind: 'submit-drafts', projectId, title, work });
        if (submitting.state !== 'done') return submitting;
      }
      const input: ExportDatasetInput = { ...choice, target };
      const finish = () => archives.deliver(target);
      return jobs.run({ kind: 'export-dataset', projectId, title: target.name, input, finish });
    },
  };
}
