import { outcomeOf } from '$lib/services/job';
import type {
  JobOutcome,
  JobRecord,
  JobRunner,
  PageJobRequest,
  WorkerJobRequest,
} from '$lib/services/ports/jobs';
import type { Locks } from '$lib/services/ports/coordination';
import { PolicedWorker as Worker } from '../policed-worker';
import { workerFailure } from '../worker-failure';
import type { FromJob, ToJob } from './job.worker';

/** A cancelled job may finish what it is writing; after this it is ended. */
const GRACE_MS = 2000;

/** Runs each job in a worker of its own, under a lock, so that two tabs never run the same one at once. */
export function makeJobRunner(locks: Locks, makeId: () => string): JobRunner {
  let records: readonly JobRecord[] = [];
  const listeners = new Set<(jobs: readonly JobRecord[]) => void>();
  const cancels = new Map<string, () => void>();
  const gates = new Map<string, Gate>();
  let ready: Worker | null = null;

  const set = (next: readonly JobRecord[]): void => {
    records = next;
    for (const listener of listeners) listener(records);
  };
  const change = (id: string, changes: Partial<JobRecord>): void =>
    set(records.map((record) => (record.id === id ? { ...record, ...changes } : record)));

  return {
    prepare() {
      ready ??= startWorker();
    },
    async run(request) {
      const id = makeId();
      const { kind, projectId, title } = request;
      const release = request.isQuiet ? () => undefined : await locks.tryHold(`job/${kind}/${projectId}`);
      if (release === null && request.isHousekeeping) return JOB_RUNNING;
      const record: JobRecord = {
        id,
        kind,
        projectId,
        title,
        startedAt: performance.now(),
        progress: { done: 0, total: null },
        canPause: 'work' in request,
        isPaused: false,
        outcome: null,
      };
      if (!request.isQuiet) set([record, ...records]);
      const outcome =
        release === null
          ? JOB_RUNNING
          : await ('work' in request ? onPage(id, request) : inWorker(id, request));
      release?.();
      cancels.delete(id);
      gates.delete(id);
      if (outcome.state === 'done') await request.finish?.();
      if (request.isHousekeeping && outcome.state === 'done') set(records.filter((one) => one.id !== id));
      else change(id, { outcome });
      return outcome;
    },
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

  function onPage(id: string, { work, onProgress, signal }: PageJobRequest): Promise<JobOutcome> {
    const cancelled = new AbortController();
    const gate = makeGate();
    gates.set(id, gate);
    cancels.set(id, () => {
      cancelled.abort();
      gate.open();
    });
    signal?.addEventListener('abort', () => cancels.get(id)?.());
    const report: Parameters<typeof work>[0]['report'] = (progress) => {
      change(id, { progress });
      onProgress?.(progress);
    };
    return outcomeOf(
      () => work({ signal: cancelled.signal, report, whenRunning: gate.passed }),
      cancelled.signal,
    );
  }

  function inWorker(
    id: string,
    { kind, projectId, input, onProgress, signal }: WorkerJobRequest,
  ): Promise<JobOutcome> {
    const worker = ready ?? startWorker();
    ready = null;
    const send = (message: ToJob) => worker.postMessage(message);
    return new Promise<JobOutcome>((done) => {
      worker.onmessage = ({ data }: MessageEvent<FromJob>) => {
        if (data.type === 'progress') {
          change(id, { progress: data.progress });
          onProgress?.(data.progress);
        } else done(data.outcome);
      };
      worker.onerror = (event) =>
        void outcomeOf(() => Promise.reject(workerFailure(event)), new AbortController().signal).then(done);
      cancels.set(id, () => {
        send({ type: 'cancel' });
        setTimeout(() => done({ state: 'cancelled' }), GRACE_MS);
      });
      signal?.addEventListener('abort', () => cancels.get(id)?.());
      send({ type: 'run', kind, projectId, input });
    }).finally(() => worker.terminate());
  }
}

interface Gate {
  close(): void;
  open(): void;
  readonly passed: () => Promise<void>;
}

/** What a paused job waits at. */
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

const startWorker = (): Worker => new Worker(new URL('./job.worker.ts', import.meta.url), { type: 'module' });

const JOB_RUNNING: JobOutcome = { state: 'failed', code: 'job-running', about: {}, detail: 'job-running' };
