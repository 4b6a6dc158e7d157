import { AppError } from '$lib/domain/errors';
import type { LabelId, ProjectId, TaskId } from '$lib/domain/ids';
import type { LabelStream } from '$lib/domain/stream';
import type { BulkAction } from '$lib/domain/trash';
import type { CreateHow, ModelVersion } from './jobs/create-annotations';
import type { EditTasksInput } from './jobs/edit-tasks';
import type { JobOutcome } from './ports/jobs';
import type { Ports } from './ports/ports';

export type DeleteAction = Exclude<BulkAction, 'merge-label' | 'create-annotations'>;

/** An action that can still be taken back. */
export interface Undoable {
  readonly actionId: string;
  readonly action: BulkAction;
  readonly projectId: ProjectId;
  /** How many tasks it changed. */
  readonly tasks: number;
}

/** Older ones are emptied out of the trash. */
const KEPT_ACTIONS = 10;
const PAGE = 1000;

/** What the data manager does to many tasks at once. Every action can be undone until the page is left. */
export function makeBulkEdits({ database, jobs, makeId, preferences }: Ports) {
  const undoable: Undoable[] = [];

  const run = async (
    projectId: ProjectId,
    title: string,
    edit: Exclude<EditTasksInput['edit'], { action: 'undo' }>,
  ): Promise<Undoable | null> => {
    const actionId = makeId();
    const input: EditTasksInput = { projectId, actionId, edit };
    const outcome = await jobs.run({ kind: 'edit-tasks', projectId, title, input });
    throwIfFailed(outcome);
    // A cancelled action has done a part, which can be taken back just as well.
    const tasks = outcome.state === 'done' ? (outcome.report.counts['tasks'] ?? 0) : edit.numbers.length;
    if (tasks === 0) return null;
    const done = { actionId, action: edit.action, projectId, tasks };
    undoable.push(done);
    if (undoable.length > KEPT_ACTIONS) await database.trash.deleteAction(undoable.shift()!.actionId);
    return done;
  };

  return {
    delete: (
      projectId: ProjectId,
      action: DeleteAction,
      numbers: LabelStream,
      title: string,
      of?: ModelVersion,
    ) => run(projectId, title, { action, numbers, ...(of && { of }) }),

    /** What a model said, as annotations of the tasks that nobody has touched. */
    createAnnotations: (
      projectId: ProjectId,
      numbers: LabelStream,
      how: Omit<CreateHow, 'annotator'>,
      title: string,
    ) => {
      const annotator = preferences.get('annotator') ?? '';
      return run(projectId, title, { action: 'create-annotations', numbers, how: { ...how, annotator } });
    },

    /** Every box of these tasks that wears `from` wears `to` afterwards, also in unsent work. */
    mergeLabel: (projectId: ProjectId, numbers: LabelStream, from: LabelId, to: LabelId, title: string) =>
      run(projectId, title, { action: 'merge-label', numbers, from, to }),

    /** The last action on a project that can be taken back. */
    last: (projectId: ProjectId): Undoable | null =>
      undoable.findLast((done) => done.projectId === projectId) ?? null,

    async undo(done: Undoable, title: string): Promise<void> {
      const { projectId, actionId } = done;
      const input: EditTasksInput = { projectId, actionId, edit: { action: 'undo' } };
      const outcome = await jobs.run({ kind: 'edit-tasks', projectId, title, input });
      throwIfFailed(outcome);
      if (outcome.state === 'done') undoable.splice(undoable.indexOf(done), 1);
    },

    /** The paths of tasks by their numbers, in that order, one a line. */
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

function throwIfFailed(outcome: JobOutcome): void {
  if (outcome.state !== 'failed') return;
  if (outcome.code !== null) throw new AppError(outcome.code, outcome.about);
  throw new Error(outcome.detail);
}
