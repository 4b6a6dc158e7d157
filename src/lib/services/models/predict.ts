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

/** Runs a model on one task and stores the prediction. */
export type RunModel = (
  model: DetectorModel,
  task: Task,
  signal: AbortSignal,
) => Promise<Pick<Prediction, 'regions'>>;

const PAGE = 200;
/** Number of pictures at a time: one in the network, one being decoded, one being written. */
const MAX_CONCURRENT = 3;
/** After failing on this many pictures in a row, a model is assumed to fail on all. */
const GIVE_UP_AFTER = 5;

/**
 * Runs a model on many tasks, one prediction per task. Tasks that have a prediction already are skipped, so an
 * interrupted run continues where it was. A picture that cannot be read is reported, and does not stop the others.
 */
export async function predict(
  { projectId, model, numbers }: PredictInput,
  database: Database,
  runModel: RunModel,
  { signal, report, whenRunning }: PageJobContext,
): Promise<JobReport> {
  const skipped = new SkippedList();
  let [predicted, already, boxes, failedInARow, done] = [0, 0, 0, 0, 0];
  const reportDone = () => report({ done: (done += 1), total: numbers.length });

  const one = async (task: Task): Promise<void> => {
    try {
      const { regions } = await runModel(model, task, signal);
      predicted += 1;
      boxes += regions.length;
      failedInARow = 0;
    } catch (error) {
      if (!(error instanceof AppError) || affectsEveryPicture(error)) throw error;
      if (error.code === 'model-failed' && (failedInARow += 1) >= GIVE_UP_AFTER) throw error;
      skipped.addTask(task, error.code);
    }
    reportDone();
  };

  for (let at = 0; at < numbers.length; at += PAGE) {
    const tasks = await database.tasks.byNumbers(projectId, [...numbers.subarray(at, at + PAGE)]);
    const known = await alreadyPredicted(database, model, tasks);
    const queue = tasks.filter(({ id }) => !known.has(id)).values();
    already += known.size;
    for (let i = 0; i < known.size; i += 1) reportDone();
    const next = async (): Promise<void> => {
      for (const task of queue) {
        await whenRunning();
        signal.throwIfAborted();
        await one(task);
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, next));
  }
  return {
    counts: { predicted, boxes, ...(already > 0 ? { already } : {}) },
    ...skipped.report,
  };
}

async function alreadyPredicted(
  database: Database,
  { id, version }: DetectorModel,
  tasks: readonly Task[],
): Promise<ReadonlySet<TaskId>> {
  const predictions = await database.predictions.forTasks(tasks.map((task) => task.id));
  const own = predictions.filter((one) => one.modelId === id && one.modelVersion === version);
  return new Set(own.map(({ taskId }) => taskId));
}

/** Whether the next picture would fail in the same way. */
const affectsEveryPicture = ({ code, about }: AppError): boolean =>
  ['permission-needed', 'folder-missing', 'storage-full', 'model-damaged', 'model-unsupported'].includes(
    code,
  ) || about['reason'] === 'out-of-memory';
