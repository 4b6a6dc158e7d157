import type { IssueCode } from '$lib/domain/dataset';
import type { ErrorCode } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';

/** `total` is null if the amount of work is unknown. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

/** The report that a job returns at its end: plain data, so that it crosses from a worker. */
export interface JobReport {
  /** Counts of what was done, by kind: `added`, `missing`, `tasks`, `boxes` ... */
  readonly counts: Readonly<Record<string, number>>;
  /** The first 1,000 things that were left out or changed, and why. */
  readonly skipped: readonly {
    readonly path: string;
    readonly code: ErrorCode | IssueCode;
    readonly taskId?: TaskId;
    /** Page number, from 1, in a file with several pages. */
    readonly page?: number;
    /** Place in the file. */
    readonly place?: string;
    /** Whether it is a note: the thing was imported all the same. */
    readonly isNote?: true;
  }[];
  readonly skippedCount: number;
  /** Number of notes among `skippedCount`; absent if there are none. */
  readonly noteCount?: number;
}

/** A report with more than counts, for the screen that started the job. */
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
