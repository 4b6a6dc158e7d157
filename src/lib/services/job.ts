import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { JobInput, ReportOf, WorkerJobKind } from './job-kinds';
import type { DetailedReport, JobOutcome, JobReport, Progress } from './ports/job-report';
import type { JobPorts } from './ports/ports';

export interface JobContext {
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** A long-running job. Input and report are plain data; running it again skips what is done. */
export type Job<K extends WorkerJobKind> = (input: JobInput<K>, context: JobContext) => Promise<ReportOf<K>>;

/** Runs work until it is done, cancelled or failed. Cancelling is not a failure. */
export async function outcomeOf<Report extends JobReport>(
  work: () => Promise<Report>,
  signal: AbortSignal,
): Promise<JobOutcome<Report>> {
  try {
    return { state: 'done', report: await work() };
  } catch (error) {
    return outcomeOfError(error, signal);
  }
}

export function outcomeOfError(error: unknown, signal: AbortSignal): JobOutcome<never> {
  if (signal.aborted) return { state: 'cancelled' };
  if (error instanceof AppError)
    return { state: 'failed', code: error.code, about: error.about, detail: error.message };
  return { state: 'failed', code: null, about: {}, detail: String(error) };
}

/** Runs a job until it is done, cancelled or failed. */
export const runJob = <Input, Report extends JobReport>(
  job: (input: Input, context: JobContext) => Promise<Report>,
  input: Input,
  context: JobContext,
): Promise<JobOutcome<Report>> => outcomeOf(() => job(input, context), context.signal);

/** Returns the report of an ended job, or null if it was cancelled. Throws the error that it failed with. */
export function reportOf<Report extends JobReport>(outcome: JobOutcome<Report>): Report | null {
  if (outcome.state === 'done') return outcome.report;
  if (outcome.state === 'cancelled') return null;
  throw outcome.code === null ? new Error(outcome.detail) : new AppError(outcome.code, outcome.about);
}

/** The fields of a report if nothing was left out. */
export const NOTHING_SKIPPED = { skipped: [], skippedCount: 0 } as const satisfies Partial<JobReport>;

/** The report of a job that only answers a question. */
export const answering = <Detail>(detail: Detail): DetailedReport<Detail> => ({
  counts: {},
  ...NOTHING_SKIPPED,
  detail,
});

type Line = JobReport['skipped'][number];

const MAX_LINES = 1000;

/** Collects what was left out or changed: everything is counted, the first lines are stored. */
export class SkippedList {
  readonly kept: Line[] = [];
  count = 0;
  #noteCount = 0;
  readonly #notes: ReadonlySet<Line['code']>;

  /** `notes`: codes that are notes, because the thing was imported all the same. */
  constructor(notes: ReadonlySet<Line['code']> = new Set()) {
    this.#notes = notes;
  }

  /** The fields of a job's report. */
  get report(): Pick<JobReport, 'skipped' | 'skippedCount' | 'noteCount'> {
    return {
      skipped: this.kept,
      skippedCount: this.count,
      ...(this.#noteCount === 0 ? {} : { noteCount: this.#noteCount }),
    };
  }

  add(path: string, code: Line['code'], taskId?: TaskId, place?: string): void {
    this.#keep({ path, code, ...(taskId && { taskId }), ...(place && { place }) });
  }

  addTask({ id, path, page }: Pick<Task, 'id' | 'path' | 'page'>, code: Line['code']): void {
    this.#keep({ path, code, taskId: id, ...(page > 1 && { page }) });
  }

  #keep(line: Line): void {
    this.count += 1;
    const isNote = this.#notes.has(line.code);
    if (isNote) this.#noteCount += 1;
    if (this.kept.length < MAX_LINES) this.kept.push(isNote ? { ...line, isNote } : line);
  }
}
