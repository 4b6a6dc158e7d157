import type { WorkerJobKind } from './job-kinds';
import { backup } from './backup/backup';
import { checkExportJob } from './exchange/check-export';
import { checkProject } from './projects/check-project';
import { copyFiles } from './sync/copy-files';
import { countLabelUseJob } from './projects/count-label-use';
import { editTasks } from './bulk/edit-tasks';
import { evaluateModel } from './evaluation/evaluate-model';
import { exportDataset } from './exchange/export-dataset';
import { importDataset } from './exchange/import-dataset';
import { inspectFiles } from './sync/inspect-files';
import type { Job } from './job';
import { restore } from './backup/restore';
import { syncSource } from './sync/sync-source';

/** The jobs that run in a worker of their own. */
export const WORKER_JOBS: { readonly [K in WorkerJobKind]: Job<K> } = {
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
