import type { LabelId, ProjectId, TaskId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { LabelStream } from '$lib/domain/stream';
import { expired, type BulkAction, type BulkActionRow } from '$lib/domain/trash';
import type { CreateHow, Edit, ModelVersion } from './bulk-kind';
import { settle } from './do-action';
import { reportOf } from '../job';
import { ownProfileId } from '../own-profile';
import type { Ports } from '../ports/ports';
import type { EditTasksInput } from './contract';
import type { JobOutcome } from '../ports/job-report';

export type DeleteAction = Extract<BulkAction, `delete-${string}`>;

const PAGE = 1000;

/** The bulk actions of the data manager, and their undo. See [Note: Bulk actions]. */
export function makeBulkEdits(ports: Ports) {
  const { database, jobs, locks, clock, makeId } = ports;

  const job = async (input: EditTasksInput, title: string, isHousekeeping = false): Promise<JobOutcome> => {
    const { projectId, actionId } = input;
    const outcome = await jobs.run({ kind: 'edit-tasks', projectId, title, input, isHousekeeping });
    // A worker that was terminated early could not record that its finished batches stay. If that cannot be written
    // here either, the next start undoes them.
    if (outcome.state !== 'done' && !isRunningElsewhere(outcome))
      await settle(database, actionId).catch(() => undefined);
    return outcome;
  };

  /** Deletes actions that are too old or too large to be kept. */
  const trim = (projectId: ProjectId): Promise<void> =>
    database.write(async () => {
      for (const { id } of expired(await database.trash.actions(projectId), clock.now()))
        await database.trash.deleteAction(id);
    }, ['trash']);

  const run = async (projectId: ProjectId, title: string, edit: Edit): Promise<BulkActionRow | null> => {
    const actionId = makeId();
    const outcome = await job({ projectId, actionId, edit }, title);
    await trim(projectId);
    reportOf(outcome);
    // A cancelled action has finished some batches, which can be undone as well.
    return (await database.trash.action(actionId)) ?? null;
  };

  return {
    delete: (
      projectId: ProjectId,
      action: DeleteAction,
      numbers: LabelStream,
      title: string,
      of?: ModelVersion,
    ) => run(projectId, title, { action, numbers, ...(of && { of }) }),

    /** Creates annotations from a model's predictions, for tasks that nobody has worked on. */
    createAnnotations: (
      projectId: ProjectId,
      numbers: LabelStream,
      how: Omit<CreateHow, 'annotator'>,
      title: string,
    ) => {
      const annotator = ownProfileId(ports);
      return run(projectId, title, { action: 'create-annotations', numbers, how: { ...how, annotator } });
    },

    /** Changes every box of these tasks from label `from` to label `to`, also in drafts. */
    mergeLabel: (projectId: ProjectId, numbers: LabelStream, from: LabelId, to: LabelId, title: string) =>
      run(projectId, title, { action: 'merge-label', numbers, from, to }),

    /** Removes a storage from its project, with its tasks or without them. */
    removeStorage: ({ id, projectId }: SourceStorage, keepsTasks: boolean, title: string) =>
      run(projectId, title, {
        action: 'remove-storage',
        numbers: keepsTasks ? new Int32Array() : null,
        sourceId: id,
        keepsTasks,
      }),

    /** Calls back with the actions of a project that can be undone or are in progress, newest first, from any tab. */
    watch: (
      projectId: ProjectId,
      onValue: (actions: readonly BulkActionRow[]) => void,
      onError: (error: unknown) => void,
    ): (() => void) =>
      database.watch(
        async () => (await database.trash.actions(projectId)).toSorted((a, b) => b.startedAt - a.startedAt),
        onValue,
        onError,
      ),

    /** Undoes an action. Returns how many things were restored, and how many had been changed since. */
    async undo(
      { id: actionId, projectId }: Pick<BulkActionRow, 'id' | 'projectId'>,
      title: string,
    ): Promise<{ readonly restored: number; readonly refused: number }> {
      const outcome = await job({ projectId, actionId, edit: { action: 'undo' } }, title);
      const report = reportOf(outcome);
      return { restored: report?.counts['restored'] ?? 0, refused: report?.skippedCount ?? 0 };
    },

    /** Deletes an action, so that it can no longer be undone. An action in progress is left alone. */
    forget: (id: string): Promise<void> =>
      database.write(async () => {
        if ((await database.trash.action(id))?.state === 'done') await database.trash.deleteAction(id);
      }, ['trash']),

    /**
     * Recovers at the start: undoes an interrupted action, finishes an interrupted Undo, and deletes what is too old.
     * If another tab is working on an action, waits until that tab has ended.
     */
    async recover(
      titleOf: (action: BulkAction) => string,
      onRecovered: (action: BulkActionRow) => void = () => undefined,
    ): Promise<void> {
      await database.trash.sweep();
      const actions = await database.trash.allActions();
      for (const projectId of new Set(actions.map((action) => action.projectId))) await trim(projectId);
      for (const action of actions.filter(({ state }) => state !== 'done')) {
        const { id: actionId, projectId } = action;
        const input: EditTasksInput = { projectId, actionId, edit: { action: 'recover' } };
        let outcome: JobOutcome | null = null;
        while (outcome === null || isRunningElsewhere(outcome)) {
          (await locks.hold(`job/edit-tasks/${projectId}`))();
          const still = await database.trash.action(actionId);
          if (!still || still.state === 'done') break;
          outcome = await job(input, titleOf(action.action), true);
        }
        if (outcome?.state === 'done')
          onRecovered((await database.trash.action(actionId)) ?? { ...action, refused: 0 });
      }
    },

    /** Counts the tasks that somebody worked on: those submitted or skipped, and those with a draft. */
    async workIn(
      projectId: ProjectId,
      numbers: LabelStream,
    ): Promise<{ readonly submitted: number; readonly drafts: number }> {
      let [submitted, drafts] = [0, 0];
      for (let at = 0; at < numbers.length; at += PAGE)
        for (const task of await database.tasks.byNumbers(projectId, [...numbers.subarray(at, at + PAGE)])) {
          // A submitted task with a draft counts as both.
          if (task.annotatedAt !== null) submitted += 1;
          if (task.progress === 'draft') drafts += 1;
        }
      return { submitted, drafts };
    },

    /** The paths of tasks by their numbers, in that order, one per line. */
    async paths(projectId: ProjectId, numbers: LabelStream): Promise<string> {
      const paths: string[] = [];
      for (let at = 0; at < numbers.length; at += PAGE)
        for (const task of await database.tasks.byNumbers(projectId, [...numbers.subarray(at, at + PAGE)]))
          paths.push(task.path);
      return paths.join('\n');
    },

    async ids(projectId: ProjectId, numbers: LabelStream): Promise<readonly TaskId[]> {
      const ids: TaskId[] = [];
      for (let at = 0; at < numbers.length; at += PAGE)
        for (const task of await database.tasks.byNumbers(projectId, [...numbers.subarray(at, at + PAGE)]))
          ids.push(task.id);
      return ids;
    },
  };
}

const isRunningElsewhere = (outcome: JobOutcome): boolean =>
  outcome.state === 'failed' && outcome.code === 'job-running';
