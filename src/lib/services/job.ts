import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { JobOutcome, JobReport, Progress } from './ports/jobs';
import type { JobPorts } from './ports/ports';

export interface JobContext {
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** Long work. Input and report are plain data; running it again skips what is done. */
export type Job<Input> = (input: Input, context: JobContext) => Promise<JobReport>;

/** Runs a job to one of its three ends. */
export const runJob = <Input>(job: Job<Input>, input: Input, context: JobContext): Promise<JobOutcome> =>
  outcomeOf(() => job(input, context), context.signal);

/** Being cancelled is not a failure. */
export async function outcomeOf(work: () => Promise<JobReport>, signal: AbortSignal): Promise<JobOutcome> {
  try {
    return { state: 'done', report: await work() };
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' };
    if (error instanceof AppError)
      return { state: 'failed', code: error.code, about: error.about, detail: error.message };
    return { state: 'failed', code: null, about: {}, detail: String(error) };
  }
}

type Line = JobReport['skipped'][number];

const KEPT_LINES = 1000;

/** Collects what was left out or changed: every one is counted, the first ones are kept. */
export class SkippedList {
  readonly kept: Line[] = [];
  count = 0;
  #noteCount = 0;
  readonly #notes: ReadonlySet<Line['code']>;

  /** `notes`: what is told of things that are taken all the same. */
  constructor(notes: ReadonlySet<Line['code']> = new Set()) {
    this.#notes = notes;
  }

  /** As a report has it. */
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
    if (this.kept.length < KEPT_LINES) this.kept.push(isNote ? { ...line, isNote } : line);
  }
}
