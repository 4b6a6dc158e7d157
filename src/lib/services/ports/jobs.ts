import type { ProjectId } from '$lib/domain/ids';
import type { JobInput, JobKind, PageJobKind, ReportOf, WorkerJobKind } from '../job-kinds';
import type { JobOutcome, Progress } from './job-report';

/** A job as the list of jobs shows it. */
export type JobRecord<K extends JobKind = JobKind> = {
  [Kind in K]: {
    readonly id: string;
    readonly kind: Kind;
    readonly projectId: ProjectId;
    /** What it works on, for people: a storage's title, a file's name. */
    readonly title: string;
    /** Since the page was loaded, in milliseconds. */
    readonly startedAt: number;
    readonly progress: Progress;
    readonly canPause: boolean;
    readonly isPaused: boolean;
    readonly outcome: JobOutcome<ReportOf<Kind>> | null;
  };
}[K];

/** What a job of the page is told, and tells. */
export interface PageJobContext {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  /** Settles at once, or when a paused job goes on. */
  readonly whenRunning: () => Promise<void>;
}

interface AnyJobRequest {
  readonly projectId: ProjectId;
  readonly title: string;
  /** Work of the page once the worker is done, such as handing over a download. */
  readonly finish?: () => Promise<void>;
  /** Only looks: writes nothing, so that it needs no lock, and its screen shows how it goes instead of the tray. */
  readonly isQuiet?: boolean;
  /** Housekeeping: runs only if no other one of its kind does, and is off the list once it went well. */
  readonly isHousekeeping?: boolean;
  /** For that screen. */
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
  /** Gets a worker ready, where a job is likely to be asked for soon: it then starts at once. */
  prepare(): void;
  /** Runs a job in a worker of its own. Settles when it has ended, well or not. */
  run<K extends WorkerJobKind>(request: WorkerJobRequest<K>): Promise<JobOutcome<ReportOf<K>>>;
  /** Runs a job of the page, which can be paused. Settles when it has ended, well or not. */
  runOnPage<K extends PageJobKind>(request: PageJobRequest<K>): Promise<JobOutcome<ReportOf<K>>>;
  cancel(id: string): void;
  /** For jobs that can: what is under way is finished, then it waits. */
  pause(id: string): void;
  goOn(id: string): void;
  /** Takes an ended job off the list. */
  dismiss(id: string): void;
  /** Newest first; calls back at once and at every change. Returns an unsubscribe function. */
  watch(onValue: (jobs: readonly JobRecord[]) => void): () => void;
}
