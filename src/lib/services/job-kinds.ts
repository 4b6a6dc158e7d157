import type { BackupInput, RestoreInput, RestoreReport } from './backup/contract';
import type { EditTasksInput } from './bulk/contract';
import type { Evaluation } from './evaluation/contract';
import type {
  CheckExportInput,
  ExportCheck,
  ExportDatasetInput,
  ImportDatasetInput,
  ImportPreview,
} from './exchange/contract';
import type { ModelVersionKey } from './ports/database';
import type { DetailedReport, JobReport } from './ports/job-report';
import type { CheckProjectInput, LabelUse, LabelUseInput, ProjectCheckReport } from './projects/contract';
import type { CopyFilesInput, InspectFilesInput, SyncReport, SyncSourceInput } from './sync/contract';

/** Jobs that run in a worker of their own, with their input and report. Both are plain data. */
export interface WorkerJobKinds {
  'sync-source': { readonly input: SyncSourceInput; readonly report: SyncReport };
  'copy-files': { readonly input: CopyFilesInput; readonly report: JobReport };
  'inspect-files': { readonly input: InspectFilesInput; readonly report: JobReport };
  'check-export': { readonly input: CheckExportInput; readonly report: DetailedReport<ExportCheck> };
  'export-dataset': { readonly input: ExportDatasetInput; readonly report: JobReport };
  'import-dataset': { readonly input: ImportDatasetInput; readonly report: DetailedReport<ImportPreview> };
  'check-project': { readonly input: CheckProjectInput; readonly report: ProjectCheckReport };
  'count-label-use': { readonly input: LabelUseInput; readonly report: DetailedReport<LabelUse> };
  'evaluate-model': { readonly input: ModelVersionKey; readonly report: DetailedReport<Evaluation> };
  'edit-tasks': { readonly input: EditTasksInput; readonly report: JobReport };
  backup: { readonly input: BackupInput; readonly report: JobReport };
  restore: { readonly input: RestoreInput; readonly report: RestoreReport };
}

/**
 * Jobs that run in the page: those of detectors, which only wait for a worker, and those that need the locks between
 * tabs.
 */
export interface PageJobKinds {
  predict: { readonly report: JobReport };
  'submit-drafts': { readonly report: JobReport };
}

export type WorkerJobKind = keyof WorkerJobKinds;
export type PageJobKind = keyof PageJobKinds;
export type JobKind = WorkerJobKind | PageJobKind;
export type JobInput<K extends WorkerJobKind> = WorkerJobKinds[K]['input'];
export type ReportOf<K extends JobKind> = (WorkerJobKinds & PageJobKinds)[K]['report'];
