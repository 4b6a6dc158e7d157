import { epochMs } from '$lib/domain/ids';
import { runJob, type JobContext } from '$lib/services/job';
import type { JobInput, ReportOf, WorkerJobKind } from '$lib/services/job-kinds';
import type { JobOutcome, Progress } from '$lib/services/ports/job-report';
import { WORKER_JOBS } from '$lib/services/worker-jobs';
import { backupStream, openBackup } from '../archives/backup-archive';
import { openArchive } from '../archives/archive-reader';
import { writeBytes, writeText, writeZip } from '../archives/zip-writer';
import { makeDatabase } from '../database/database';
import { connect } from '../database/connection';
import { makeFolders } from '../folders/folders';
import { pictureFiles } from '../images/picture-files';
import { modelFiles } from '../models/model-files';
import { patterns } from '../patterns/patterns';

export interface ToRunOf<K extends WorkerJobKind> {
  readonly type: 'run';
  readonly kind: K;
  readonly input: JobInput<K>;
}
/** Any kind of job with its own input. */
type ToRun<K extends WorkerJobKind = WorkerJobKind> = { readonly [Kind in K]: ToRunOf<Kind> }[K];

export interface ToCancel {
  readonly type: 'cancel';
}

export type FromJob<K extends WorkerJobKind = WorkerJobKind> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'end'; readonly outcome: JobOutcome<ReportOf<K>> };

/** Progress is told at most this often. */
const REPORT_EVERY_MS = 100;

const cancelled = new AbortController();
const tell = (message: FromJob, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

const db = connect(undefined, false);
// While the worker waits for its job, it opens its own connection; a job that cannot have one says why.
db.open().catch(() => undefined);

/** One job; the worker ends with it. */
async function run<K extends WorkerJobKind>({ kind, input }: ToRun<K>): Promise<void> {
  let lastTold = 0;
  const context: JobContext = {
    ports: {
      database: makeDatabase(db),
      folders: makeFolders(db),
      archives: {
        writeZip,
        writeText,
        open: openArchive,
        openBackup,
        writeBackup: async (target, entries, passphrase, signal) =>
          writeBytes(target, await backupStream(entries, passphrase), signal),
      },
      modelFiles,
      patterns,
      pictureFiles,
      clock: { now: () => epochMs(Date.now()) },
      makeId: () => crypto.randomUUID(),
    },
    signal: cancelled.signal,
    report(progress) {
      if (performance.now() - lastTold < REPORT_EVERY_MS && progress.done !== progress.total) return;
      lastTold = performance.now();
      tell({ type: 'progress', progress });
    },
  };
  const outcome = await runJob(WORKER_JOBS[kind], input, context);
  db.close();
  // Columns of numbers are handed over: copying them would keep the page from its next frame.
  tell({ type: 'end', outcome }, [...buffersIn(outcome.state === 'done' ? outcome.report : null)]);
}

/** What lies behind the columns in plain data, each once. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ReadonlySet<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) buffersIn(part, found);
  return found;
}

self.onmessage = ({ data }: MessageEvent<ToRun | ToCancel>) => {
  if (data.type === 'cancel') cancelled.abort();
  else void run(data);
};
