import type { IssueCode } from '$lib/domain/dataset';
import type { ErrorCode } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';

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
}

/** A report with more than counts can say, for the screen that started the job. */
export interface DetailedReport<Detail> extends JobReport {
  readonly detail: Detail;
}

export type JobOutcome<Report extends JobReport = JobReport> =
  | { readonly state: 'done'; readonly report: Report }
  | { readonly state: 'cancelled' }
  | {
      readonly state: 'failed';
      readonly code: ErrorCode | null;
      readonly about: Readonly<Record<string, string | number>>;
      readonly detail: string;
    };
