import { epochMs, type ProjectId } from '$lib/domain/ids';
import { runJob } from '$lib/services/job';
import { WORKER_JOBS } from '$lib/services/worker-jobs';
import type { JobOutcome, Progress, WorkerJobKind } from '$lib/services/ports/jobs';
import { backupStream, openBackup } from '../archives/backup-archive';
import { openArchive } from '../archives/archive-reader';
import { writeBytes, writeText, writeZip } from '../archives/zip-writer';
import { makeDatabase } from '../database/database';
import { connect } from '../database/connection';
import { makeFolders } from '../folders/folders';
import { pictureFiles } from '../images/picture-files';
import { modelFiles } from '../models/model-files';
import { patterns } from '../patterns/patterns';

export type ToJob =
  | {
      readonly type: 'run';
      readonly kind: WorkerJobKind;
      readonly projectId: ProjectId;
      readonly input: unknown;
    }
  | { readonly type: 'cancel' };

export type FromJob =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'end'; readonly outcome: JobOutcome };

/** Progress is told at most this often. */
const REPORT_EVERY_MS = 100;

const cancelled = new AbortController();
const tell = (message: FromJob, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

const db = connect(undefined, false);
// While the worker waits for its job, it opens its own connection; a job that cannot have one says why.
db.open().catch(() => undefined);

/** One job; the worker ends with it. */
async function run(kind: WorkerJobKind, input: unknown): Promise<void> {
  let lastTold = 0;
  const outcome = await runJob(WORKER_JOBS[kind], input as never, {
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
  });
  db.close();
  // Columns of numbers are handed over: copying them would keep the page from its next frame.
  tell({ type: 'end', outcome }, [...buffersIn(outcome.state === 'done' ? outcome.report.detail : null)]);
}

/** What lies behind the columns in plain data, each once. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ReadonlySet<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) buffersIn(part, found);
  return found;
}

self.onmessage = ({ data }: MessageEvent<ToJob>) => {
  if (data.type === 'cancel') cancelled.abort();
  else void run(data.kind, data.input);
};
