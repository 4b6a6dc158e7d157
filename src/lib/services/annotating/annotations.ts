import type { Annotation, Draft, WorkKey } from '$lib/domain/annotation';
import { apply, byId, NO_CHOICES, type AnnotationChange, type Choices } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { EMPTY_HISTORY, type History, type Step } from '$lib/domain/history';
import type { ProfileId, RegionId, TaskId } from '$lib/domain/ids';
import type { KeptText } from '$lib/domain/kept';
import { resolveHistory, resolveMap, resolveRegions, resolveRow } from '$lib/domain/label-resolution';
import type { Region } from '$lib/domain/region';
import { summarize, type Task } from '$lib/domain/task';
import { versionOf } from '$lib/domain/version';
import { profileToEdit, referenceOf } from '$lib/domain/whose';
import { debounceLeadingTrailing } from './debounce';
import { expectTask } from '../expect-exists';
import type { Ports } from '../ports/ports';
import { resolverOf } from '../label-resolver';
import { ownProfileId } from '../own-profile';
import { readWork, undoSubmission, type Submission } from './undo-submission';
import { extraOf, playDraft, readDraft } from '../read-draft';
import { recount } from '../recount';

/** A task as the labelling page opens it. */
export interface OpenTask {
  readonly task: Task;
  /** Whose annotation is open for editing. See [Note: Whose] in domain/whose.ts. */
  readonly profileId: ProfileId;
  readonly annotation: Annotation | null;
  /** The annotation that counts for the task: another person's where the own one was never submitted. */
  readonly counted: Annotation | null;
  /** What is kept beside the regions; see [Note: Kept beside]. */
  readonly extra: KeptText | undefined;
  /** The draft's regions where there is one, else the submitted ones. */
  readonly regions: ReadonlyMap<RegionId, Region>;
  /** The draft's answers where there is a draft, else the submitted ones. */
  readonly choices: Choices;
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
  append(change: AnnotationChange, imageSize: Size, step?: Step): Promise<void>;
  /** Submitted: nothing more belongs into it. */
  readonly isClosed: boolean;
  /** The draft is gone: what is still to be counted of it is not, and nothing more is taken. */
  close(): void;
}

/** What a journal goes on from. */
type JournalStart = Pick<
  OpenTask,
  'task' | 'profileId' | 'annotation' | 'counted' | 'regions' | 'choices'
> & {
  readonly length: number | null;
};

/** Gestures that follow within this time, in milliseconds, are one row of them. */
const REST_MS = 150;

/**
 * [Note: Counts follow]
 * A gesture waits for one way to the disk only: its row in the journal, and a mark that the task's counts are
 * behind. The counts follow in a write of their own that takes the mark away: after the first gesture of a row
 * at once, for the others when the hand rests, so that no gesture waits for the counts of the one before. If the
 * browser is killed meanwhile, the next start finds the mark and counts anew.
 */
export function makeAnnotations(ports: Ports) {
  const { database, clock, locks } = ports;
  const open = async (taskId: TaskId): Promise<OpenTask> => {
    const [task, annotations, drafts] = await Promise.all([
      database.tasks.get(taskId),
      database.annotations.forTask(taskId),
      database.drafts.forTask(taskId),
    ]);
    if (!task) throw new AppError('task-missing');
    const profileId = profileToEdit(annotations, drafts, task.reference, ownProfileId(ports));
    const counted = referenceOf(annotations, task.reference);
    const isOwn = (row: WorkKey) => row.profileId === profileId;
    const stored = annotations.find(isOwn);
    const unsent = drafts.find(isOwn);
    const draft = unsent ? await playDraft(database, unsent) : null;
    const resolve = await resolverOf(database, task.projectId);
    const annotation = stored ? resolveRow(stored, resolve) : null;
    const regions = draft ? resolveMap(draft.regions, resolve) : byId(annotation?.regions ?? []);
    const choices = draft?.choices ?? annotation?.choices ?? NO_CHOICES;
    return {
      task,
      profileId,
      annotation,
      counted,
      regions,
      choices,
      history: draft ? resolveHistory(draft.history, resolve) : EMPTY_HISTORY,
      extra: annotation?.extra ?? draft?.extra,
      draftSize: draft?.imageSize ?? null,
      draftLength: draft?.length ?? null,
      draftBasedOn: draft?.basedOn ?? null,
      journal: makeJournal({
        ...{ task, profileId, annotation, counted, regions, choices },
        length: draft?.length ?? null,
      }),
    };
  };

  /** `length`: how much of the journal the summary is of. */
  const count = (key: WorkKey, length: number | null, summary: ReturnType<typeof summarize>): Promise<void> =>
    database.write(async () => {
      // The journal is longer by now, or was submitted: these counts are old. The newer gesture counts itself.
      if ((await database.drafts.length(key)) !== length) return;
      await database.tasks.update(key.taskId, summary);
      await database.drafts.unmarkBehind(key.taskId);
    }, ['tasks', 'drafts']);

  /** Writes what was submitted and its version, drops the draft and refreshes the counts: all or nothing. */
  const finish = async (
    opened: OpenTask,
    outcome: Pick<Annotation, 'regions' | 'choices' | 'isSkipped' | 'imageSize'>,
  ): Promise<Submission> => {
    const submission = await database.write(async () => {
      const { task, profileId, annotation, journal } = opened;
      const key: WorkKey = { taskId: task.id, profileId };
      const { reference } = await expectTask(database, task.id);
      const before = { ...(await readWork(database, key)), reference };
      const stored = before.annotation;
      const isOurs =
        (stored?.revision ?? 0) === (annotation?.revision ?? 0) &&
        (await database.drafts.length(key)) === journal.length;
      if (!isOurs) throw new AppError('edited-elsewhere', { path: task.path });
      const resolve = await resolverOf(database, task.projectId);
      const next: Annotation = {
        ...key,
        projectId: task.projectId,
        ...outcome,
        // A label that another tab has removed meanwhile is not written again.
        regions: resolveRegions(outcome.regions, resolve),
        annotator: ownProfileId(ports),
        // Versions outlive a deleted annotation; none is written over.
        revision: Math.max(stored?.revision ?? 0, await database.versions.lastRevision(key)) + 1,
        createdAt: stored?.createdAt ?? clock.now(),
        updatedAt: clock.now(),
        ...extraOf(stored, before.draft),
      };
      // What came from elsewhere (an import, an older Kakomi) has no version of its own yet.
      if (stored && !(await database.versions.has(key, stored.revision)))
        await database.versions.put(versionOf(stored, []));
      await database.versions.put(versionOf(next, stored?.regions ?? []));
      await database.annotations.put(next);
      await database.drafts.delete(key);
      const otherDraft = await readDraft(database, task.id);
      await database.tasks.update(task.id, summarize(next, otherDraft && [...otherDraft.regions.values()]));
      return { task, written: next, before };
    }, ['tasks', 'annotations', 'drafts', 'versions', 'projects']);
    // Only now: a submit that the disk refused leaves the draft, which is still to be counted.
    opened.journal.close();
    return submission;
  };

  return {
    open,
    /** Whether a task is still as it was opened: nobody drew or submitted meanwhile. */
    async isCurrent({ task, profileId, annotation, journal }: OpenTask): Promise<boolean> {
      const key: WorkKey = { taskId: task.id, profileId };
      const [stored, length] = await Promise.all([
        database.annotations.get(key),
        database.drafts.length(key),
      ]);
      return stored?.revision === annotation?.revision && journal.isOwn(length);
    },
    /** Whether somebody else has written to a task since it was opened; `task`: its row as it is now. */
    async isChangedElsewhere({ profileId, counted, journal }: OpenTask, task: Task): Promise<boolean> {
      if (journal.isClosed) return false;
      const length = await database.drafts.length({ taskId: task.id, profileId });
      return (length ?? 0) !== (journal.length ?? 0) || task.annotatedAt !== (counted?.updatedAt ?? null);
    },
    submit: (
      opened: OpenTask,
      regions: readonly Region[],
      imageSize: Size,
      choices: Choices = opened.choices,
    ) => finish(opened, { regions, choices, isSkipped: false, imageSize }),
    /** Leaves the picture out; what was drawn is kept with it. */
    skip: (
      opened: OpenTask,
      regions: readonly Region[],
      imageSize: Size | null,
      choices: Choices = opened.choices,
    ) => finish(opened, { regions, choices, isSkipped: true, imageSize }),
    /** See `undoSubmission` in undo-submission.ts. */
    undoSubmission: (submission: Submission) => undoSubmission({ database, clock }, submission),
    /** At the start: counts what a killed browser left uncounted. */
    async countBehind(): Promise<void> {
      for (const taskId of await database.drafts.allBehind()) {
        // Read and written in one: another tab may go on drawing meanwhile.
        await database.write(async () => {
          await recount(database, [taskId]);
          await database.drafts.unmarkBehind(taskId);
        }, ['tasks', 'annotations', 'drafts', 'predictions']);
      }
    },
    /** Only one tab edits a task. Null: another one does. `onLost`: another tab took it over. */
    lock: (taskId: TaskId, onLost: () => void) => locks.tryHold(`edit/${taskId}`, onLost),
    /** Takes a task from the tab that edits it; what that one committed is kept, and it can only look from now on. */
    takeOver: (taskId: TaskId, onLost: () => void) => locks.takeOver(`edit/${taskId}`, onLost),
  };

  function makeJournal(opened: JournalStart): Journal {
    const { task, profileId, annotation, counted } = opened;
    const key: WorkKey = { taskId: task.id, profileId };
    let { length, regions } = opened;
    let attempted = length;
    let isClosed = false;
    const countSoon = debounceLeadingTrailing(() => {
      if (isClosed) return;
      // If it fails, the mark stays and the next start mends it.
      count(key, length, summarize(counted, [...regions.values()])).catch(() => undefined);
    }, REST_MS);
    return {
      get length() {
        return length;
      },
      isOwn: (stored) => stored === length || (stored !== null && stored === attempted),
      async append(change, imageSize, step = 'do') {
        if (isClosed) throw new AppError('edited-elsewhere', { path: task.path });
        const after = apply(regions, change.regions);
        const sequence = (length ?? 0) + 1;
        attempted = sequence;
        await database.drafts.append(
          { ...key, sequence, change, step },
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
        ...key,
        projectId: task.projectId,
        regions: [...opened.regions.values()],
        choices: opened.choices,
        basedOn,
        imageSize,
        savedAt: clock.now(),
      };
    }
  }
}
