import type { Annotation, Draft, DraftEntry } from '$lib/domain/annotation';
import type { ProjectId, LabelId, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { Prediction } from '$lib/domain/prediction';
import { summarize, summarizePredictions, type Task } from '$lib/domain/task';
import type { BulkAction, TaskWhole, Tombstone } from '$lib/domain/trash';
import { readDraft } from '../annotations';
import type { Database } from '../ports/database';
import type { JobPorts } from '../ports/ports';
import { acceptable, createAnnotation, isOf, type CreateHow, type ModelVersion } from './create-annotations';
import { SkippedList, type Job } from './job';
import { putBack } from './put-back';

export interface EditTasksInput {
  readonly projectId: ProjectId;
  readonly actionId: string;
  readonly edit:
    | {
        readonly action: Exclude<BulkAction, 'merge-label' | 'create-annotations'>;
        readonly numbers: Int32Array;
        /** Whose predictions; left out: everybody's. */
        readonly of?: ModelVersion;
      }
    | { readonly action: 'create-annotations'; readonly numbers: Int32Array; readonly how: CreateHow }
    | {
        readonly action: 'merge-label';
        readonly numbers: Int32Array;
        readonly from: LabelId;
        readonly to: LabelId;
      }
    /** Takes back the action with this id. */
    | { readonly action: 'undo' };
}

const BATCH = 250;

/**
 * Deletes or relabels many tasks' work, batch by batch. Each batch and what it took away are written together,
 * so an action that was stopped half-way can be undone as far as it came.
 */
export const editTasks: Job<EditTasksInput> = async (input, context) => {
  const { ports, signal, report } = context;
  const { database } = ports;
  const { edit } = input;
  const skipped = new SkippedList();
  if (edit.action === 'undo') {
    const restored = await putBack(input.actionId, context, skipped);
    return { counts: { restored }, skipped: skipped.kept, skippedCount: skipped.count };
  }
  let [tasks, predictions, boxes] = [0, 0, 0];
  for (let at = 0, sequence = 1; at < edit.numbers.length; at += BATCH, sequence += 1) {
    signal.throwIfAborted();
    const numbers = [...edit.numbers.subarray(at, at + BATCH)];
    await database.write(async () => {
      const rows = await database.tasks.byNumbers(input.projectId, numbers);
      const wholes = (await wholeTasks(database, rows))
        .map((whole) => ({ ...whole, predictions: concerned(whole.predictions, edit) }))
        .filter((whole) => isTouched(whole, edit));
      await database.trash.put({
        actionId: input.actionId,
        sequence,
        projectId: input.projectId,
        action: edit.action,
        tasks: wholes,
      });
      await apply(ports, edit, wholes);
      tasks += wholes.length;
      predictions += wholes.reduce((sum, whole) => sum + whole.predictions.length, 0);
      boxes += edit.action === 'merge-label' ? boxesWith(wholes, edit.from) : 0;
      if (edit.action === 'create-annotations')
        for (const whole of wholes) boxes += acceptable(whole, edit.how).length;
    });
    report({ done: Math.min(at + BATCH, edit.numbers.length), total: edit.numbers.length });
  }
  const counts: Readonly<Record<typeof edit.action, Readonly<Record<string, number>>>> = {
    'delete-tasks': { tasks },
    'delete-annotations': { tasks },
    'delete-predictions': { tasks, predictions },
    'merge-label': { tasks, boxes },
    'create-annotations': { tasks, boxes },
  };
  return { counts: counts[edit.action], skipped: [], skippedCount: 0 };
};

type Edit = Exclude<EditTasksInput['edit'], { action: 'undo' }>;

/** Which of a task's predictions an edit is about. */
function concerned(predictions: readonly Prediction[], edit: Edit): readonly Prediction[] {
  const of =
    edit.action === 'delete-predictions'
      ? (edit.of ?? null)
      : edit.action === 'create-annotations'
        ? edit.how.of
        : null;
  return of === null ? predictions : predictions.filter((one) => isOf(one, of));
}

/** Tasks with everything that hangs on them. */
async function wholeTasks(database: Database, tasks: readonly Task[]): Promise<readonly TaskWhole[]> {
  const ids = tasks.map((task) => task.id);
  const annotations = await database.annotations.getMany(ids);
  const predictions = await database.predictions.forTasks(ids);
  const wholes: TaskWhole[] = [];
  for (const [at, task] of tasks.entries()) {
    const draft = task.progress === 'draft' ? ((await database.drafts.get(task.id)) ?? null) : null;
    wholes.push({
      task,
      annotation: annotations[at] ?? null,
      draft,
      entries: draft === null ? [] : await database.drafts.entries(task.id),
      predictions: predictions.filter(({ taskId }) => taskId === task.id),
    });
  }
  return wholes;
}

function isTouched({ task, annotation, draft, predictions }: TaskWhole, edit: Edit): boolean {
  switch (edit.action) {
    case 'delete-tasks':
      return true;
    case 'delete-annotations':
      return annotation !== null || draft !== null;
    case 'delete-predictions':
      return predictions.length > 0;
    case 'create-annotations':
      return annotation === null && draft === null && task.size !== null && predictions.length > 0;
    case 'merge-label':
      return task.labelIds.includes(edit.from) || regionsOf(annotation).some(wears(edit.from));
  }
}

async function apply(ports: JobPorts, edit: Edit, wholes: readonly TaskWhole[]): Promise<void> {
  const { database } = ports;
  const tasks = wholes.map((whole) => whole.task);
  switch (edit.action) {
    case 'delete-tasks':
      await dropWork(database, wholes);
      await dropPredictions(database, wholes);
      await database.tasks.deleteMany(tasks);
      return bury(ports, 'tasks', tasks);
    case 'delete-annotations':
      await dropWork(database, wholes);
      await database.tasks.putMany(tasks.map((task) => ({ ...task, ...summarize(null, null) })));
      return bury(ports, 'annotations', tasks);
    case 'delete-predictions':
      await dropPredictions(database, wholes);
      for (const { id } of tasks)
        await database.tasks.update(id, summarizePredictions(await database.predictions.forTask(id)));
      return;
    case 'create-annotations':
      for (const whole of wholes) await createAnnotation(ports, whole, edit.how);
      return;
    case 'merge-label':
      for (const whole of wholes) await relabel(ports, whole, edit.from, edit.to);
  }
}

async function dropWork(database: Database, wholes: readonly TaskWhole[]): Promise<void> {
  await database.annotations.deleteMany(wholes.map(({ task }) => task.id));
  for (const { task, draft } of wholes) if (draft !== null) await database.drafts.delete(task.id);
}

const dropPredictions = (database: Database, wholes: readonly TaskWhole[]): Promise<void> =>
  database.predictions.delete(wholes.flatMap(({ predictions }) => predictions.map(({ id }) => id)));

function bury(
  { database, clock }: JobPorts,
  table: Tombstone['table'],
  tasks: readonly Pick<Task, 'id' | 'projectId'>[],
): Promise<void> {
  const deletedAt = clock.now();
  return database.trash.bury(tasks.map(({ id, projectId }) => ({ id, table, projectId, deletedAt })));
}

/** The journal keeps its places, so that a tab which has the task open cannot write over the new labels. */
async function relabel(
  { database, clock }: JobPorts,
  { task, annotation, draft, entries }: TaskWhole,
  from: LabelId,
  to: LabelId,
): Promise<void> {
  const turn = (region: Region): Region => (region.labelId === from ? { ...region, labelId: to } : region);
  const turnAll = (regions: ReadonlyMap<RegionId, Region>) =>
    new Map([...regions].map(([id, region]) => [id, turn(region)]));
  const next: Annotation | null = annotation && {
    ...annotation,
    regions: annotation.regions.map(turn),
    revision: annotation.revision + 1,
    updatedAt: clock.now(),
  };
  if (next !== null) await database.annotations.put(next);
  if (draft !== null) {
    const based: Draft = {
      ...draft,
      regions: draft.regions.map(turn),
      basedOn: next?.revision ?? draft.basedOn,
    };
    await database.drafts.put(based);
    await database.drafts.putEntries(
      entries.map((entry): DraftEntry => ({
        ...entry,
        change: { before: turnAll(entry.change.before), after: turnAll(entry.change.after) },
      })),
    );
  }
  const now = draft === null ? null : await readDraft(database, task.id);
  await database.tasks.update(task.id, summarize(next, now && [...now.regions.values()]));
}

const wears = (labelId: LabelId) => (region: Region) => region.labelId === labelId;
const regionsOf = (annotation: Annotation | null): readonly Region[] => annotation?.regions ?? [];

/** Boxes as the list counts them: of unsent work where there is any. */
const boxesWith = (wholes: readonly TaskWhole[], labelId: LabelId): number =>
  wholes.reduce((sum, { task }) => sum + (task.labelCounts[task.labelIds.indexOf(labelId)] ?? 0), 0);
