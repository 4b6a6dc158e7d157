import type { Annotation, Draft } from '$lib/domain/annotation';
import { apply, byId, type RegionChange } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { EMPTY_HISTORY, type History, type Step } from '$lib/domain/history';
import type { RegionId, TaskId } from '$lib/domain/ids';
import type { KeptText } from '$lib/domain/kept';
import { resolveHistory, resolveMap, resolveRegions, resolveRow } from '$lib/domain/label-resolution';
import type { Region } from '$lib/domain/region';
import { summarize, type Task } from '$lib/domain/task';
import { versionOf } from '$lib/domain/version';
import { debounceLeadingTrailing } from './debounce';
import { expectTask } from '../expect-exists';
import type { Ports } from '../ports/ports';
import { resolverOf } from '../label-resolver';
import { readWork, undoSubmission, type Submission } from './undo-submission';
import { extraOf, readDraft } from '../read-draft';

/** A task as the labelling page opens it. */
export interface OpenTask {
  readonly task: Task;
  readonly annotation: Annotation | null;
  /** What is kept beside the regions; see [Note: Kept beside]. */
  readonly extra: KeptText | undefined;
  /** The draft's regions where there is one, else the submitted ones. */
  readonly regions: ReadonlyMap<RegionId, Region>;
  /** Undo and redo, as the draft's journal left them. */
  readonly history: History;
  /** Size of the picture that the draft was drawn on; null without a draft. */
  readonly draftSize: Size | null;
  /** How many changes the draft's journal held; null without a draft. */
  readonly draftLength: number | null;
  /** The annotation's revision that the draft was begun on; null without a draft. */
  readonly draftBasedOn: number | null;
  readonly journal: Journal;
}

/**
 * [Note: Journal]
 * Unsent work is kept as the regions it started from plus every change since, one row a change, written
 * the moment the change is made. So a gesture costs one small row, however many boxes the picture has, and
 * a killed browser finds everything again. A place in the journal can be taken once: a second tab that
 * writes to the same task fails with `edited-elsewhere` and cannot overwrite. An entry says whether it was new
 * work, an undo or a redo: so undo and redo are found again as well, for as long as the draft lives.
 */
export interface Journal {
  /** Its last place that is taken; null while there is no draft. */
  readonly length: number | null;
  /** Whether a length found on disk is all from here, counting a change that is just being written. */
  isOwn(length: number | null): boolean;
  /** Settles when the change is on disk. */
  append(change: RegionChange, imageSize: Size, step?: Step): Promise<void>;
  /** Submitted: nothing more belongs into it. */
  readonly isClosed: boolean;
  /** The draft is gone: what is still to be counted of it is not, and nothing more is taken. */
  close(): void;
}

/** Gestures that follow within this time, in milliseconds, are one row of them. */
const REST_MS = 150;

/**
 * [Note: Counts follow]
 * A gesture waits for one way to the disk only: its row in the journal, and a mark that the task's counts are
 * behind. The counts follow in a write of their own that takes the mark away: after the first gesture of a row
 * at once, for the others when the hand rests, so that no gesture waits for the counts of the one before. If the
 * browser is killed meanwhile, the next start finds the mark and counts anew.
 */
export function makeAnnotations({ database, clock, locks, preferences }: Ports) {
  const open = async (taskId: TaskId): Promise<OpenTask> => {
    const [task, stored, draft] = await Promise.all([
      database.tasks.get(taskId),
      database.annotations.get(taskId),
      readDraft(database, taskId),
    ]);
    if (!task) throw new AppError('task-missing');
    const resolve = await resolverOf(database, task.projectId);
    const annotation = stored ? resolveRow(stored, resolve) : null;
    const regions = draft ? resolveMap(draft.regions, resolve) : byId(annotation?.regions ?? []);
    return {
      task,
      annotation,
      regions,
      history: draft ? resolveHistory(draft.history, resolve) : EMPTY_HISTORY,
      extra: annotation?.extra ?? draft?.extra,
      draftSize: draft?.imageSize ?? null,
      draftLength: draft?.length ?? null,
      draftBasedOn: draft?.basedOn ?? null,
      journal: makeJournal(task, annotation, regions, draft?.length ?? null),
    };
  };

  /** `length`: how much of the journal the summary is of. */
  const count = (
    taskId: TaskId,
    length: number | null,
    summary: ReturnType<typeof summarize>,
  ): Promise<void> =>
    database.write(async () => {
      // The journal is longer by now, or was submitted: these counts are old. The newer gesture counts itself.
      if ((await database.drafts.length(taskId)) !== length) return;
      await database.tasks.update(taskId, summary);
      await database.drafts.unmarkBehind(taskId);
    }, ['tasks', 'drafts']);

  /** Writes what was submitted and its version, drops the draft and refreshes the counts: all or nothing. */
  const finish = async (
    opened: OpenTask,
    outcome: Pick<Annotation, 'regions' | 'isSkipped' | 'imageSize'>,
  ): Promise<Submission> => {
    const submission = await database.write(async () => {
      const { task, annotation, journal } = opened;
      await expectTask(database, task.id);
      const before = await readWork(database, task.id);
      const stored = before.annotation;
      const isOurs =
        (stored?.revision ?? 0) === (annotation?.revision ?? 0) &&
        (await database.drafts.length(task.id)) === journal.length;
      if (!isOurs) throw new AppError('edited-elsewhere', { path: task.path });
      const resolve = await resolverOf(database, task.projectId);
      const next: Annotation = {
        taskId: task.id,
        projectId: task.projectId,
        ...outcome,
        // A label that another tab has removed meanwhile is not written again.
        regions: resolveRegions(outcome.regions, resolve),
        annotator: preferences.get('annotator') ?? '',
        // Versions outlive a deleted annotation; none is written over.
        revision: Math.max(stored?.revision ?? 0, await database.versions.lastRevision(task.id)) + 1,
        createdAt: stored?.createdAt ?? clock.now(),
        updatedAt: clock.now(),
        ...extraOf(stored, before.draft),
      };
      // What came from elsewhere (an import, an older Kakomi) has no version of its own yet.
      if (stored && !(await database.versions.has(task.id, stored.revision)))
        await database.versions.put(versionOf(stored, []));
      await database.versions.put(versionOf(next, stored?.regions ?? []));
      await database.annotations.put(next);
      await database.drafts.delete(task.id);
      await database.tasks.update(task.id, summarize(next, null));
      return { task, written: next, before };
    }, ['tasks', 'annotations', 'drafts', 'versions', 'projects']);
    // Only now: a submit that the disk refused leaves the draft, which is still to be counted.
    opened.journal.close();
    return submission;
  };

  return {
    open,
    /** Whether a task is still as it was opened: nobody drew or submitted meanwhile. */
    async isCurrent({ task, annotation, journal }: OpenTask): Promise<boolean> {
      const [stored, length] = await Promise.all([
        database.annotations.get(task.id),
        database.drafts.length(task.id),
      ]);
      return stored?.revision === annotation?.revision && journal.isOwn(length);
    },
    /** Whether somebody else has written to a task since it was opened; `task`: its row as it is now. */
    async isChangedElsewhere({ annotation, journal }: OpenTask, task: Task): Promise<boolean> {
      if (journal.isClosed) return false;
      const length = await database.drafts.length(task.id);
      return (length ?? 0) !== (journal.length ?? 0) || task.annotatedAt !== (annotation?.updatedAt ?? null);
    },
    submit: (opened: OpenTask, regions: readonly Region[], imageSize: Size) =>
      finish(opened, { regions, isSkipped: false, imageSize }),
    /** Leaves the picture out; what was drawn is kept with it. */
    skip: (opened: OpenTask, regions: readonly Region[], imageSize: Size | null) =>
      finish(opened, { regions, isSkipped: true, imageSize }),
    /** See `undoSubmission` in undo-submission.ts. */
    undoSubmission: (submission: Submission) => undoSubmission({ database, clock }, submission),
    /** At the start: counts what a killed browser left uncounted. */
    async countBehind(): Promise<void> {
      for (const taskId of await database.drafts.allBehind()) {
        // Read and written in one: another tab may go on drawing meanwhile.
        await database.write(async () => {
          const annotation = (await database.annotations.get(taskId)) ?? null;
          const draft = await readDraft(database, taskId);
          await count(
            taskId,
            draft?.length ?? null,
            summarize(annotation, draft && [...draft.regions.values()]),
          );
        });
      }
    },
    /** Only one tab edits a task. Null: another one does. `onLost`: another tab took it over. */
    lock: (taskId: TaskId, onLost: () => void) => locks.tryHold(`edit/${taskId}`, onLost),
    /** Takes a task from the tab that edits it; what that one committed is kept, and it can only look from now on. */
    takeOver: (taskId: TaskId, onLost: () => void) => locks.takeOver(`edit/${taskId}`, onLost),
  };

  function makeJournal(
    task: Task,
    annotation: Annotation | null,
    start: ReadonlyMap<RegionId, Region>,
    draftLength: number | null,
  ): Journal {
    let length = draftLength;
    let attempted = draftLength;
    let regions = start;
    let isClosed = false;
    const countSoon = debounceLeadingTrailing(() => {
      if (isClosed) return;
      // If it fails, the mark stays and the next start mends it.
      count(task.id, length, summarize(annotation, [...regions.values()])).catch(() => undefined);
    }, REST_MS);
    return {
      get length() {
        return length;
      },
      isOwn: (stored) => stored === length || (stored !== null && stored === attempted),
      async append(change, imageSize, step = 'do') {
        if (isClosed) throw new AppError('edited-elsewhere', { path: task.path });
        const after = apply(regions, change);
        const sequence = (length ?? 0) + 1;
        attempted = sequence;
        await database.drafts.append(
          { taskId: task.id, sequence, change, step },
          length === null ? newDraft(imageSize) : null,
        );
        length = sequence;
        regions = after;
        countSoon();
      },
      get isClosed() {
        return isClosed;
      },
      close() {
        isClosed = true;
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
