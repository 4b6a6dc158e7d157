import type { WorkerJobKind } from '../ports/jobs';
import { backup } from './backup';
import { checkExportJob } from './check-export';
import { checkProject } from './check-project';
import { copyFiles } from './copy-files';
import { countLabelUseJob } from './count-label-use';
import { editTasks } from './edit-tasks';
import { evaluateModel } from './evaluate-model';
import { exportDataset } from './export-dataset';
import { importDataset } from './import-dataset';
import { inspectFiles } from './inspect-files';
import type { Job } from './job';
import { restore } from './restore';
import { syncSource } from './sync-source';

/** The jobs that run in a worker of their own. The input of a kind is what its job takes. */
export const WORKER_JOBS: Readonly<Record<WorkerJobKind, Job<never>>> = {
  'sync-source': syncSource,
  'check-export': checkExportJob,
  'check-project': checkProject,
  'evaluate-model': evaluateModel,
  'copy-files': copyFiles,
  'count-label-use': countLabelUseJob,
  'export-dataset': exportDataset,
  'edit-tasks': editTasks,
  'import-dataset': importDataset,
  backup,
  restore,
  'inspect-files': inspectFiles,
};
