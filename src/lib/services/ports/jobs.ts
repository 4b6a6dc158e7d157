import type { IssueCode } from '$lib/domain/dataset';
import type { ErrorCode } from '$lib/domain/errors';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { SyncPlan } from '$lib/domain/sync';
import type { FoundDataset } from '../recognize-dataset';

/** `total` is null while nobody knows how much there is. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

/** What a job tells at its end: plain data, so that it crosses from a worker. */
export interface JobReport {
  /** What was done, by kind: `added`, `missing`, `tasks`, `boxes` ... */
  readonly counts: Readonly<Record<string, number>>;
  /** What was left out or changed, and why; the first 1,000. */
  readonly skipped: readonly {
    readonly path: string;
    readonly code: ErrorCode | IssueCode;
    readonly taskId?: TaskId;
    /** Of a file with several, from 1. */
    readonly page?: number;
    /** Where in the file. */
    readonly place?: string;
    /** It was taken all the same: there is something to know about it. */
    readonly isNote?: true;
  }[];
  readonly skippedCount: number;
  /** How many of `skippedCount` were taken all the same; absent: none. */
  readonly noteCount?: number;
  /** More than counts can say, for the screen that started it. */
  readonly detail?: unknown;
  /** Of a sync that has to be seen before it is applied: what it found. */
  readonly plan?: SyncPlan;
  /** Of a sync: the datasets that lie in the folder beside its pictures. */
  readonly datasets?: readonly FoundDataset[];
  /** Of a sync: how many files nobody has looked into yet. */
  readonly unseen?: number;
}

export type JobOutcome =
  | { readonly state: 'done'; readonly report: JobReport }
  | { readonly state: 'cancelled' }
  | {
      readonly state: 'failed';
      readonly code: ErrorCode | null;
      readonly about: Readonly<Record<string, string | number>>;
      readonly detail: string;
    };

/** Jobs that run in a worker of their own. */
export type WorkerJobKind =
  | 'sync-source'
  | 'check-export'
  | 'check-project'
  | 'evaluate-model'
  | 'copy-files'
  | 'count-label-use'
  | 'inspect-files'
  | 'export-dataset'
  | 'edit-tasks'
  | 'import-dataset'
  | 'backup'
  | 'restore';
/** Jobs of the page: the detectors', which only waits for a worker, and what needs the locks between tabs. */
export type PageJobKind = 'predict' | 'submit-drafts';
export type JobKind = WorkerJobKind | PageJobKind;

export interface JobRecord {
  readonly id: string;
  readonly kind: JobKind;
  readonly projectId: ProjectId;
  /** What it works on, for people: a storage's title, a file's name. */
  readonly title: string;
  /** Since the page was loaded, in milliseconds. */
  readonly startedAt: number;
  readonly progress: Progress;
  readonly canPause: boolean;
  readonly isPaused: boolean;
  readonly outcome: JobOutcome | null;
}

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

export interface WorkerJobRequest extends AnyJobRequest {
  readonly kind: WorkerJobKind;
  /** Plain data that crosses into a worker. */
  readonly input: unknown;
}

export interface PageJobRequest extends AnyJobRequest {
  readonly kind: PageJobKind;
  readonly work: (context: PageJobContext) => Promise<JobReport>;
}

export type JobRequest = WorkerJobRequest | PageJobRequest;

export interface JobRunner {
  /** Gets a worker ready, where a job is likely to be asked for soon: it then starts at once. */
  prepare(): void;
  /** Settles when the job has ended, well or not. */
  run(request: JobRequest): Promise<JobOutcome>;
  cancel(id: string): void;
  /** For jobs that can: what is under way is finished, then it waits. */
  pause(id: string): void;
  goOn(id: string): void;
  /** Takes an ended job off the list. */
  dismiss(id: string): void;
  /** Newest first; tells at once and at every change. The answer stops it. */
  watch(onValue: (jobs: readonly JobRecord[]) => void): () => void;
}
