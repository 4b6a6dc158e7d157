import type { Annotation, Draft } from '$lib/domain/annotation';
import { apply, byId, type RegionChange } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { RegionId, TaskId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { summarize, type Task } from '$lib/domain/task';
import type { Database } from './ports/database';
import type { Ports } from './ports/ports';

/** A task as the labelling page opens it. */
export interface OpenTask {
  readonly task: Task;
  readonly annotation: Annotation | null;
  /** The draft's regions where there is one, else the submitted ones. */
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly hasDraft: boolean;
  readonly journal: Journal;
}

/**
 * [Note: Journal]
 * Unsent work is kept as the regions it started from plus every change since, one row a change, written
 * the moment the change is made. So a gesture costs one small row, however many boxes the picture has, and
 * a killed browser finds everything again. A place in the journal can be taken once: a second tab that
 * writes to the same task fails with `edited-elsewhere` and cannot overwrite.
 */
export interface Journal {
  /** Settles when the change is on disk. */
  append(change: RegionChange, imageSize: Size): Promise<void>;
}

export function makeAnnotations({ database, clock, locks, preferences }: Ports) {
  const open = async (taskId: TaskId): Promise<OpenTask> => {
    const [task, annotation, draft] = await Promise.all([
      database.tasks.get(taskId),
      database.annotations.get(taskId),
      readDraft(database, taskId),
    ]);
    if (!task) throw new AppError('task-missing');
    const regions = draft?.regions ?? byId(annotation?.regions ?? []);
    return {
      task,
      annotation: annotation ?? null,
      regions,
      hasDraft: draft !== null,
      journal: makeJournal(task, annotation ?? null, regions, draft?.length ?? null),
    };
  };

  /** Writes what was submitted, drops the draft and refreshes the counts: all or nothing. */
  const finish = (opened: OpenTask, outcome: Pick<Annotation, 'regions' | 'isSkipped' | 'imageSize'>) =>
    database.write(async () => {
      const { task, annotation } = opened;
      const stored = (await database.annotations.get(task.id)) ?? null;
      if ((stored?.revision ?? 0) !== (annotation?.revision ?? 0))
        throw new AppError('edited-elsewhere', { path: task.path });
      const next: Annotation = {
        taskId: task.id,
        projectId: task.projectId,
        ...outcome,
        annotator: preferences.get('annotator') ?? '',
        revision: (stored?.revision ?? 0) + 1,
        createdAt: stored?.createdAt ?? clock.now(),
        updatedAt: clock.now(),
      };
      await database.annotations.put(next);
      await database.drafts.delete(task.id);
      await database.tasks.update(task.id, summarize(next, null));
      return next;
    });

  return {
    open,
    submit: (opened: OpenTask, regions: readonly Region[], imageSize: Size) =>
      finish(opened, { regions, isSkipped: false, imageSize }),
    /** Leaves the picture out; what was drawn is kept with it. */
    skip: (opened: OpenTask, regions: readonly Region[], imageSize: Size | null) =>
      finish(opened, { regions, isSkipped: true, imageSize }),
    /** Only one tab edits a task. Null: another one does. */
    lock: (taskId: TaskId) => locks.tryHold(`edit/${taskId}`),
  };

  function makeJournal(
    task: Task,
    annotation: Annotation | null,
    start: ReadonlyMap<RegionId, Region>,
    draftLength: number | null,
  ): Journal {
    let length = draftLength;
    let regions = start;
    return {
      async append(change, imageSize) {
        const after = apply(regions, change);
        const sequence = (length ?? 0) + 1;
        await database.write(async () => {
          if (length === null) await database.drafts.put(newDraft(imageSize));
          await database.drafts.append({ taskId: task.id, sequence, change });
          await database.tasks.update(task.id, summarize(annotation, [...after.values()]));
        });
        length = sequence;
        regions = after;
      },
    };

    function newDraft(imageSize: Size): Draft {
      const basedOn = annotation?.revision ?? 0;
      return {
        taskId: task.id,
        projectId: task.projectId,
        regions: [...start.values()],
        basedOn,
        imageSize,
        savedAt: clock.now(),
      };
    }
  }
}

/** A draft with its journal played back; null where the task has none. */
export async function readDraft(
  database: Pick<Database, 'drafts'>,
  taskId: TaskId,
): Promise<{
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly length: number;
  readonly imageSize: Size;
} | null> {
  const draft = await database.drafts.get(taskId);
  if (!draft) return null;
  const entries = await database.drafts.entries(taskId);
  const regions = entries.reduce((now, entry) => apply(now, entry.change), byId(draft.regions));
  return { regions, length: entries.at(-1)?.sequence ?? 0, imageSize: draft.imageSize };
}
