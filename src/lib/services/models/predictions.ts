import { AppError } from '$lib/domain/errors';
import { asId, type ProjectId, type TaskId } from '$lib/domain/ids';
import { resolveRow } from '$lib/domain/label-resolution';
import type { DetectorModel, PredictRun, RanOn } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import { summarizePredictions, type Task } from '$lib/domain/task';
import type { LabelStream } from '$lib/domain/stream';
import { predict } from './predict';
import { expectProject, expectTask } from '../expect-exists';
import type { Models, ReadPicture } from './models';
import type { RunnableModel } from '../ports/inference';
import type { Ports } from '../ports/ports';
import { resolverOf } from '../label-resolver';
import type { JobOutcome } from '../ports/job-report';

/** Stores and reads the predictions of models for tasks. */
export function makePredictions(
  { database, jobs, clock, makeId }: Ports,
  models: Pick<Models, 'runnable' | 'pictureReader' | 'detect'>,
) {
  /** The files of the model that ran last stay open. */
  let last: { readonly model: DetectorModel; readonly runnable: RunnableModel } | null = null;

  const runnableOf = async (model: DetectorModel): Promise<RunnableModel> => {
    if (last?.model !== model) last = { model, runnable: await models.runnable(model) };
    return last.runnable;
  };

  /** Runs a model on one task and stores the prediction, replacing that version's earlier one. */
  const makeRunner =
    (read: ReadPicture) =>
    async (
      model: DetectorModel,
      task: Pick<Task, 'id' | 'projectId' | 'sourceId' | 'path' | 'page' | 'size'>,
      signal: AbortSignal,
      isUrgent = false,
    ): Promise<Prediction & { readonly ranOn: RanOn }> => {
      const [runnable, picture] = await Promise.all([runnableOf(model), read(task)]);
      const { regions, size, ranOn } = await models.detect(runnable, model, picture, { signal, isUrgent });
      const prediction = await database.write(async () => {
        await expectTask(database, task.id);
        const present = await database.predictions.forTask(task.id);
        const before = present.find((one) => isBy(one, model));
        const next: Prediction = {
          id: before?.id ?? asId<'prediction'>(makeId()),
          taskId: task.id,
          projectId: task.projectId,
          modelId: model.id,
          modelVersion: model.version,
          regions,
          rejected: [],
          createdAt: clock.now(),
        };
        await database.predictions.put([next]);
        const all = [...present.filter((one) => one !== before), next];
        await database.tasks.update(task.id, {
          ...summarizePredictions(all),
          ...(task.size === null ? { size } : {}),
        });
        return next;
      }, ['predictions', 'tasks']);
      return { ...resolveRow(prediction, await resolverOf(database, task.projectId)), ranOn };
    };

  const start = async (run: PredictRun, title: string): Promise<JobOutcome> => {
    const { projectId, numbers } = run;
    const model = await database.models.get(run.modelId, run.modelVersion);
    if (!model) throw new AppError('file-missing', { path: title });
    return jobs.runOnPage({
      kind: 'predict',
      projectId,
      title,
      async work(context) {
        await database.write(async () => {
          await expectProject(database, projectId);
          await database.models.putRun(run);
        }, ['models', 'projects']);
        try {
          const ask = makeRunner(models.pictureReader());
          const report = await predict({ projectId, model, numbers }, database, ask, context);
          await database.models.deleteRun(projectId);
          return report;
        } catch (error) {
          // A failed run can be resumed; a cancelled one is finished.
          if (context.signal.aborted) await database.models.deleteRun(projectId);
          throw error;
        }
      },
    });
  };

  return {
    ask: (...about: Parameters<ReturnType<typeof makeRunner>>) =>
      makeRunner(models.pictureReader())(...about),

    /** Returns the prediction of a model's version for a task; null if there is none. */
    async of(taskId: TaskId, model: DetectorModel): Promise<Prediction | null> {
      const said = (await database.predictions.forTask(taskId)).find((one) => isBy(one, model));
      return said ? resolveRow(said, await resolverOf(database, said.projectId)) : null;
    },

    /** Stores which boxes of a prediction the person rejected; ignored if the prediction was replaced meanwhile. */
    reject: ({ id, taskId, createdAt }: Prediction, rejected: readonly number[]): Promise<void> =>
      database.write(async () => {
        const present = (await database.predictions.forTask(taskId)).find((one) => one.id === id);
        if (present?.createdAt === createdAt) await database.predictions.put([{ ...present, rejected }]);
      }, ['predictions']),

    /** Runs a model on many tasks, in the background. */
    retrieve: (model: DetectorModel, numbers: LabelStream, title: string): Promise<JobOutcome> =>
      start(
        {
          projectId: model.projectId,
          modelId: model.id,
          modelVersion: model.version,
          numbers: Int32Array.from(numbers),
        },
        title,
      ),

    /** Calls back with a run that a reload or a failure interrupted. */
    watchUnfinished(
      projectId: ProjectId,
      onValue: (run: PredictRun | null) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(async () => (await database.models.run(projectId)) ?? null, onValue, onError);
    },

    goOn: (run: PredictRun, title: string): Promise<JobOutcome> => start(run, title),
    forgetRun: (projectId: ProjectId): Promise<void> => database.models.deleteRun(projectId),
  };
}

const isBy = (prediction: Prediction, { id, version }: DetectorModel): boolean =>
  prediction.modelId === id && prediction.modelVersion === version;
