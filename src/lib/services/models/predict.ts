import { AppError } from '$lib/domain/errors';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { Task } from '$lib/domain/task';
import type { PageJobContext } from '../ports/jobs';
import type { Database } from '../ports/database';
import { SkippedList } from '../job';
import type { JobReport } from '../ports/job-report';

export interface PredictInput {
  readonly projectId: ProjectId;
  readonly model: DetectorModel;
  readonly numbers: Int32Array;
}

/** Asks a model about one task and keeps what it says. */
export type AskModel = (
  model: DetectorModel,
  task: Task,
  signal: AbortSignal,
) => Promise<Pick<Prediction, 'regions'>>;

const PAGE = 200;
/** One picture in the network, one being decoded, one being written. */
const AT_ONCE = 3;
/** A model that fails on so many pictures one after the other fails on all. */
const GIVE_UP_AFTER = 5;

/**
 * Asks a model about many tasks, one prediction a task. What it has said already is not asked again, so a run
 * that was cut off goes on where it was. A picture that cannot be read is told, and does not stop the others.
 */
export async function predict(
  { projectId, model, numbers }: PredictInput,
  database: Database,
  ask: AskModel,
  { signal, report, whenRunning }: PageJobContext,
): Promise<JobReport> {
  const skipped = new SkippedList();
  let [predicted, already, boxes, failedInARow, done] = [0, 0, 0, 0, 0];
  const told = () => report({ done: (done += 1), total: numbers.length });

  const one = async (task: Task): Promise<void> => {
    try {
      const { regions } = await ask(model, task, signal);
      predicted += 1;
      boxes += regions.length;
      failedInARow = 0;
    } catch (error) {
      if (!(error instanceof AppError) || concernsAll(error)) throw error;
      if (error.code === 'model-failed' && (failedInARow += 1) >= GIVE_UP_AFTER) throw error;
      skipped.addTask(task, error.code);
    }
    told();
  };

  for (let at = 0; at < numbers.length; at += PAGE) {
    const tasks = await database.tasks.byNumbers(projectId, [...numbers.subarray(at, at + PAGE)]);
    const known = await askedAlready(database, model, tasks);
    const queue = tasks.filter(({ id }) => !known.has(id)).values();
    already += known.size;
    for (let i = 0; i < known.size; i += 1) told();
    const next = async (): Promise<void> => {
      for (const task of queue) {
        await whenRunning();
        signal.throwIfAborted();
        await one(task);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }
  return {
    counts: { predicted, boxes, ...(already > 0 ? { already } : {}) },
    ...skipped.report,
  };
}

async function askedAlready(
  database: Database,
  { id, version }: DetectorModel,
  tasks: readonly Task[],
): Promise<ReadonlySet<TaskId>> {
  const predictions = await database.predictions.forTasks(tasks.map((task) => task.id));
  const own = predictions.filter((one) => one.modelId === id && one.modelVersion === version);
  return new Set(own.map(({ taskId }) => taskId));
}

/** What the next picture would meet as well. */
const concernsAll = ({ code, about }: AppError): boolean =>
  ['permission-needed', 'folder-missing', 'storage-full', 'model-damaged', 'model-unsupported'].includes(
    code,
  ) || about['reason'] === 'out-of-memory';
