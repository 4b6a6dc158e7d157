import type { ProjectId } from '$lib/domain/ids';
import type { JobInput, JobKind, PageJobKind, ReportOf, WorkerJobKind } from '../job-kinds';
import type { JobOutcome, Progress } from './job-report';

/** A job as the list of jobs shows it. */
export type JobRecord<K extends JobKind = JobKind> = {
  [Kind in K]: {
    readonly id: string;
    readonly kind: Kind;
    readonly projectId: ProjectId;
    /** Name of the object that it works on: a storage's title, a file's name. */
    readonly title: string;
    /** In milliseconds since the page was loaded. */
    readonly startedAt: number;
    readonly progress: Progress;
    readonly canPause: boolean;
    readonly isPaused: boolean;
    readonly outcome: JobOutcome<ReportOf<Kind>> | null;
  };
}[K];

/** Inputs and callbacks of a job that runs in the page. */
export interface PageJobContext {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  /** Resolves at once, or when a paused job is resumed. */
  readonly whenRunning: () => Promise<void>;
}

interface AnyJobRequest {
  readonly projectId: ProjectId;
  readonly title: string;
  /** Runs in the page once the worker is done, for example to deliver a download. */
  readonly finish?: () => Promise<void>;
  /** Whether the job only reads: it needs no lock, and its screen shows the progress instead of the tray. */
  readonly isQuiet?: boolean;
  /** Housekeeping: runs only if no other job of its kind does, and is removed from the list when it succeeds. */
  readonly isHousekeeping?: boolean;
  /** Called with the progress, for that screen. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface WorkerJobRequest<K extends WorkerJobKind> extends AnyJobRequest {
  readonly kind: K;
  /** Plain data that crosses into a worker. */
  readonly input: JobInput<K>;
}

export interface PageJobRequest<K extends PageJobKind> extends AnyJobRequest {
  readonly kind: K;
  readonly work: (context: PageJobContext) => Promise<ReportOf<K>>;
}

export interface JobRunner {
  /** Starts a worker ahead of time, if a job is likely to be requested soon. */
  prepare(): void;
  /** Runs a job in a worker of its own. Resolves when it has ended, successfully or not. */
  run<K extends WorkerJobKind>(request: WorkerJobRequest<K>): Promise<JobOutcome<ReportOf<K>>>;
  /** Runs a job in the page, which can be paused. Resolves when it has ended, successfully or not. */
  runOnPage<K extends PageJobKind>(request: PageJobRequest<K>): Promise<JobOutcome<ReportOf<K>>>;
  cancel(id: string): void;
  /** Pauses a job that supports it, after its current step. */
  pause(id: string): void;
  goOn(id: string): void;
  /** Removes an ended job from the list. */
  dismiss(id: string): void;
  /** Newest first; calls back at once and at every change. Returns an unsubscribe function. */
  watch(onValue: (jobs: readonly JobRecord[]) => void): () => void;
}
