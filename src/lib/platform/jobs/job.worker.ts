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
import { serveWorker, Transfer, type Call, type CallContext, type Handlers } from '../workers/channel';

/** The call of each kind of job, with its own input and report. */
export type JobCalls = {
  readonly [K in WorkerJobKind]: Call<JobInput<K>, JobOutcome<ReportOf<K>>, Progress>;
};

/** Progress is reported at most this often. */
const REPORT_EVERY_MS = 100;

const db = connect(undefined, false);
// While the worker waits for its job, it opens its own database connection. If that fails, the job reports why.
db.open().catch(() => undefined);

/** Runs one job; the worker is terminated after it. */
async function run<K extends WorkerJobKind>(
  kind: K,
  input: JobInput<K>,
  { signal, report }: CallContext<Progress>,
): Promise<Transfer<JobOutcome<ReportOf<K>>>> {
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
    signal,
    report(progress) {
      if (performance.now() - lastTold < REPORT_EVERY_MS && progress.done !== progress.total) return;
      lastTold = performance.now();
      report(progress);
    },
  };
  const outcome = await runJob(WORKER_JOBS[kind], input, context);
  db.close();
  // Typed arrays are transferred: copying them would delay the page's next frame.
  return new Transfer(outcome, [...buffersIn(outcome.state === 'done' ? outcome.report : null)]);
}

/** Collects the buffers of all typed arrays in plain data, each once. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ReadonlySet<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) buffersIn(part, found);
  return found;
}

const serving = <K extends WorkerJobKind>(kind: K) => [
  kind,
  (input: JobInput<K>, context: CallContext<Progress>) => run(kind, input, context),
];
const kinds = Object.keys(WORKER_JOBS) as WorkerJobKind[];
serveWorker<JobCalls>(Object.fromEntries(kinds.map(serving)) as Handlers<JobCalls>);
