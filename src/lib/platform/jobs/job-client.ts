import { outcomeOf, outcomeOfError } from '$lib/services/job';
import type { JobKind, PageJobKind, ReportOf, WorkerJobKind } from '$lib/services/job-kinds';
import type { JobOutcome, Progress } from '$lib/services/ports/job-report';
import type { JobRecord, JobRunner, PageJobRequest, WorkerJobRequest } from '$lib/services/ports/jobs';
import type { Locks } from '$lib/services/ports/coordination';
import { openChannel, type Channel } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import type { JobCalls } from './job.worker';

/** A cancelled job has this long to finish what it is writing; then its worker is terminated. */
const GRACE_MS = 2000;

/** Runs each job in its own worker and under a lock, so that two tabs never run the same job at once. */
export function makeJobRunner(locks: Locks, makeId: () => string): JobRunner {
  let records: readonly JobRecord[] = [];
  const listeners = new Set<(jobs: readonly JobRecord[]) => void>();
  const cancels = new Map<string, () => void>();
  const gates = new Map<string, Gate>();
  let ready: Channel<JobCalls> | null = null;

  const set = (next: readonly JobRecord[]): void => {
    records = next;
    for (const listener of listeners) listener(records);
  };
  const change = (id: string, changes: Changes): void =>
    set(records.map((record) => (record.id === id ? ({ ...record, ...changes } as JobRecord) : record)));

  return {
    prepare() {
      ready ??= openWorker();
      ready.start();
    },
    run: (request) => listed(request, false, (id) => inWorker(id, request)),
    runOnPage: (request) => listed(request, true, (id) => onPage(id, request)),
    cancel: (id) => cancels.get(id)?.(),
    pause(id) {
      gates.get(id)?.close();
      change(id, { isPaused: true });
    },
    goOn(id) {
      gates.get(id)?.open();
      change(id, { isPaused: false });
    },
    dismiss: (id) => set(records.filter((record) => record.id !== id || record.outcome === null)),
    watch(onValue) {
      listeners.add(onValue);
      onValue(records);
      return () => listeners.delete(onValue);
    },
  };

  /** Runs a job under its lock, and keeps its record up to date. */
  async function listed<K extends JobKind>(
    request: Listed<K>,
    canPause: boolean,
    start: (id: string) => Promise<JobOutcome<ReportOf<K>>>,
  ): Promise<JobOutcome<ReportOf<K>>> {
    const id = makeId();
    const { kind, projectId, title } = request;
    const release = request.isQuiet ? () => undefined : await locks.tryHold(`job/${kind}/${projectId}`);
    if (release === null && request.isHousekeeping) return JOB_RUNNING;
    const record: AnyRecord = {
      id,
      kind,
      projectId,
      title,
      startedAt: performance.now(),
      progress: { done: 0, total: null },
      canPause,
      isPaused: false,
      outcome: null,
    };
    if (!request.isQuiet) set([record as JobRecord, ...records]);
    const outcome = release === null ? JOB_RUNNING : await start(id);
    release?.();
    cancels.delete(id);
    gates.delete(id);
    if (outcome.state === 'done') await request.finish?.();
    if (request.isHousekeeping && outcome.state === 'done') set(records.filter((one) => one.id !== id));
    else change(id, { outcome });
    return outcome;
  }

  function onPage<K extends PageJobKind>(
    id: string,
    { work, onProgress, signal }: PageJobRequest<K>,
  ): Promise<JobOutcome<ReportOf<K>>> {
    const cancelled = new AbortController();
    const gate = makeGate();
    gates.set(id, gate);
    cancels.set(id, () => {
      cancelled.abort();
      gate.open();
    });
    signal?.addEventListener('abort', () => cancels.get(id)?.());
    const report = (progress: Progress) => {
      change(id, { progress });
      onProgress?.(progress);
    };
    return outcomeOf(
      () => work({ signal: cancelled.signal, report, whenRunning: gate.passed }),
      cancelled.signal,
    );
  }

  async function inWorker<K extends WorkerJobKind>(
    id: string,
    { kind, input, onProgress, signal }: WorkerJobRequest<K>,
  ): Promise<JobOutcome<ReportOf<K>>> {
    const worker = ready ?? openWorker();
    ready = null;
    const cancelled = new AbortController();
    cancels.set(id, () => cancelled.abort());
    signal?.addEventListener('abort', () => cancelled.abort());
    const onReport = (progress: Progress): void => {
      change(id, { progress });
      onProgress?.(progress);
    };
    try {
      return await worker.call(kind, input, { signal: cancelled.signal, graceMs: GRACE_MS, onReport });
    } catch (error) {
      return outcomeOfError(error, cancelled.signal);
    } finally {
      worker.stop();
    }
  }
}

/** The fields that the records of all kinds share. */
type AnyRecord = Pick<JobRecord, keyof JobRecord>;
type Changes = Partial<Pick<JobRecord, 'progress' | 'isPaused' | 'outcome'>>;

/** The fields of a request that say how the job is listed. */
type Listed<K extends JobKind> = Pick<
  WorkerJobRequest<WorkerJobKind>,
  'projectId' | 'title' | 'finish' | 'isQuiet' | 'isHousekeeping'
> & { readonly kind: K };

interface Gate {
  close(): void;
  open(): void;
  readonly passed: () => Promise<void>;
}

/** A paused job awaits this gate. */
function makeGate(): Gate {
  let passing = Promise.resolve();
  let open = (): void => undefined;
  return {
    close() {
      passing = new Promise((done) => (open = done));
    },
    open: () => open(),
    passed: () => passing,
  };
}

const openWorker = (): Channel<JobCalls> =>
  openChannel<JobCalls>(() => new Worker(new URL('./job.worker.ts', import.meta.url), { type: 'module' }));

const JOB_RUNNING: JobOutcome<never> = {
  state: 'failed',
  code: 'job-running',
  about: {},
  detail: 'job-running',
};
