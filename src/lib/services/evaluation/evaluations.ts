import type { ProjectId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import { IMPORTED_MODEL } from '../dataset-items';
import { reportOf } from '../job';
import type { ModelVersionKey } from '../ports/database';
import type { Ports } from '../ports/ports';
import type { Evaluation } from './contract';
import type { Progress } from '../ports/job-report';

/** A source of predictions to evaluate: a version of a connected model, or the predictions of an imported file. */
export interface PredictionSource extends ModelVersionKey {
  readonly name: string;
  readonly isImported: boolean;
}

/** Evaluates models on the submitted annotations. */
export function makeEvaluations({ database, jobs }: Pick<Ports, 'database' | 'jobs'>) {
  return {
    /** Lists connected models in every version, the newest first, then imported predictions by name. */
    async choices(projectId: ProjectId): Promise<readonly PredictionSource[]> {
      const [models, said] = await Promise.all([
        database.models.forProject(projectId),
        database.predictions.saidBy(projectId),
      ]);
      const connected = [...models]
        .sort((a, b) => b.createdAt - a.createdAt)
        .map(({ id, version, name }) => ({
          projectId,
          modelId: id,
          modelVersion: version,
          name,
          isImported: false,
        }));
      const imported = said
        .filter(({ modelId }) => modelId.startsWith(IMPORTED_MODEL))
        .map((one) => ({ ...one, name: one.modelId.slice(IMPORTED_MODEL.length), isImported: true }));
      return [...connected, ...imported.sort((a, b) => a.name.localeCompare(b.name))];
    },

    /** Starts a worker ahead of time. */
    prepare: (): void => jobs.prepare(),

    /** Evaluates a model on the submitted tasks. Returns null if it was cancelled. */
    async run(
      { projectId, modelId, modelVersion }: ModelVersionKey,
      signal: AbortSignal,
      onProgress?: (progress: Progress) => void,
    ): Promise<Evaluation | null> {
      const outcome = await jobs.run({
        kind: 'evaluate-model',
        projectId,
        title: modelId,
        input: { projectId, modelId, modelVersion },
        isQuiet: true,
        signal,
        ...(onProgress && { onProgress }),
      });
      return reportOf(outcome)?.detail ?? null;
    },

    /** Returns the tasks with these numbers, by number. */
    async tasks(projectId: ProjectId, numbers: readonly number[]): Promise<ReadonlyMap<number, Task>> {
      const unique = [...new Set(numbers)].sort((a, b) => a - b);
      return new Map((await database.tasks.byNumbers(projectId, unique)).map((task) => [task.number, task]));
    },
  };
}
