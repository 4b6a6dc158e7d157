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
  /** The profile whose annotation is open for editing. See [Note: Whose] in domain/whose.ts. */
  readonly profileId: ProfileId;
  readonly annotation: Annotation | null;
  /** The annotation that counts for the task: another person's if this profile has never submitted one. */
  readonly counted: Annotation | null;
  /** Content of a file beside the regions; see [Note: Kept beside]. */
  readonly extra: KeptText | undefined;
  /** The draft's regions if there is a draft, otherwise the submitted ones. */
  readonly regions: ReadonlyMap<RegionId, Region>;
  /** The draft's answers if there is a draft, otherwise the submitted ones. */
  readonly choices: Choices;
  /** Undo and redo, replayed from the draft's journal. */
  readonly history: History;
  /** Size of the picture that the draft was drawn on; null without a draft. */
  readonly draftSize: Size | null;
  /** Number of changes in the draft's journal; null without a draft. */
  readonly draftLength: number | null;
  /** Revision of the annotation that the draft is based on; null without a draft. */
  readonly draftBasedOn: number | null;
  readonly journal: Journal;
}

/** The key of the work that is open for editing. */
export const workKeyOf = ({ task, profileId }: Pick<OpenTask, 'task' | 'profileId'>): WorkKey => ({
  taskId: task.id,
  profileId,
});

/**
 * [Note: Journal]
 * A draft is stored as the regions it started from plus every change since, one row per change, written the moment the
 * change is made. So a gesture costs one small row, however many boxes the picture has, and a killed browser finds
 * everything again. Each position in the journal can be written only once: a second tab that writes to the same task
 * fails with `edited-elsewhere` and cannot overwrite. An entry says whether it was new work, an undo or a redo: so undo
 * and redo can be replayed as well, for as long as the draft lives.
 */
export interface Journal {
  /** Position of its last entry; null if there is no draft. */
  readonly length: number | null;
  /**
   * Whether all entries up to a length found on disk were written by this journal, including one that is just being
   * written.
   */
  isOwn(length: number | null): boolean;
  /** Resolves when the change is on disk. */
  append(change: AnnotationChange, imageSize: Size, step?: Step): Promise<void>;
  /** True once the draft was submitted: nothing more is appended. */
  readonly isClosed: boolean;
  /**
   * Closes the journal because the draft no longer exists: pending counts are dropped, and nothing more is appended.
   */
  close(): void;
}

/** The state that a journal continues from. */
type JournalStart = Pick<
  OpenTask,
  'task' | 'profileId' | 'annotation' | 'counted' | 'regions' | 'choices'
> & {
  readonly length: number | null;
};

/** In milliseconds: gestures that follow each other within this time form one series. */
const REST_MS = 150;

/**
 * [Note: Counts follow]
 * A gesture waits for only one write: its row in the journal, with a mark that the task's counts are out of date. The
 * counts are updated in a write of their own that removes the mark (debounced): immediately after the first gesture of
 * a series, for the others when the series ends, so that no gesture waits for the counts of the one before. If the
 * browser is killed meanwhile, the next start finds the mark and counts again.
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
    const [draft, resolve] = await Promise.all([
      unsent ? playDraft(database, unsent) : null,
      resolverOf(database, task.projectId),
    ]);
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

  /** Writes a task's summary. `length` is the length of the journal that the summary was computed from. */
  const count = (key: WorkKey, length: number | null, summary: ReturnType<typeof summarize>): Promise<void> =>
    database.write(async () => {
      // The journal is longer by now, or was submitted: these counts are out of date, and the newer gesture counts
      // itself.
      if ((await database.drafts.length(key)) !== length) return;
      await database.tasks.update(key.taskId, summary);
      await database.drafts.unmarkBehind(key.taskId);
    }, ['tasks', 'drafts']);

  /** Writes the submitted annotation and its version, deletes the draft and refreshes the counts: all or nothing. */
  const finish = async (
    opened: OpenTask,
    outcome: Pick<Annotation, 'regions' | 'choices' | 'isSkipped' | 'imageSize'>,
  ): Promise<Submission> => {
    const submission = await database.write(async () => {
      const { task, annotation, journal } = opened;
      const key = workKeyOf(opened);
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
        // Versions outlive a deleted annotation, so none may be overwritten.
        revision: Math.max(stored?.revision ?? 0, await database.versions.lastRevision(key)) + 1,
        createdAt: stored?.createdAt ?? clock.now(),
        updatedAt: clock.now(),
        ...extraOf(stored, before.draft),
      };
      // An annotation that came from elsewhere (an import, an older Kakomi) has no version of its own yet.
      if (stored && !(await database.versions.has(key, stored.revision)))
        await database.versions.put(versionOf(stored, []));
      await database.versions.put(versionOf(next, stored?.regions ?? []));
      await database.annotations.put(next);
      await database.drafts.delete(key);
      const otherDraft = await readDraft(database, task.id);
      await database.tasks.update(task.id, summarize(next, otherDraft && [...otherDraft.regions.values()]));
      return { task, written: next, before };
    }, ['tasks', 'annotations', 'drafts', 'versions', 'projects']);
    // The journal closes only now: if the disk refuses the submit, the draft stays and still has to be counted.
    opened.journal.close();
    return submission;
  };

  return {
    open,
    /** Whether a task is still as it was opened: nobody has drawn or submitted since. */
    async isCurrent(opened: OpenTask): Promise<boolean> {
      const { annotation, journal } = opened;
      const key = workKeyOf(opened);
      const [stored, length] = await Promise.all([
        database.annotations.get(key),
        database.drafts.length(key),
      ]);
      return stored?.revision === annotation?.revision && journal.isOwn(length);
    },
    /** Whether somebody else has written to a task since it was opened. `task` is its current row. */
    async isChangedElsewhere(opened: OpenTask, task: Task): Promise<boolean> {
      const { counted, journal } = opened;
      if (journal.isClosed) return false;
      const length = await database.drafts.length(workKeyOf(opened));
      return (length ?? 0) !== (journal.length ?? 0) || task.annotatedAt !== (counted?.updatedAt ?? null);
    },
    submit: (
      opened: OpenTask,
      regions: readonly Region[],
      imageSize: Size,
      choices: Choices = opened.choices,
    ) => finish(opened, { regions, choices, isSkipped: false, imageSize }),
    /** Marks the picture as skipped; its regions are kept. */
    skip: (
      opened: OpenTask,
      regions: readonly Region[],
      imageSize: Size | null,
      choices: Choices = opened.choices,
    ) => finish(opened, { regions, choices, isSkipped: true, imageSize }),
    /** See `undoSubmission` in undo-submission.ts. */
    undoSubmission: (submission: Submission) => undoSubmission({ database, clock }, submission),
    /** Counts, at the start, the tasks that a killed browser left uncounted. */
    async countBehind(): Promise<void> {
      for (const taskId of await database.drafts.allBehind()) {
        // Reads and writes in one transaction, because another tab may be drawing meanwhile.
        await database.write(async () => {
          await recount(database, [taskId]);
          await database.drafts.unmarkBehind(taskId);
        }, ['tasks', 'annotations', 'drafts', 'predictions']);
      }
    },
    /**
     * Takes the lock of a task, so that only one tab edits it. Returns null if another tab has the lock. Calls `onLost`
     * if another tab takes it over.
     */
    lock: (taskId: TaskId, onLost: () => void) => locks.tryHold(`edit/${taskId}`, onLost),
    /**
     * Takes a task over from the tab that edits it. What that tab committed is kept, and from now on it can only view
     * the task.
     */
    takeOver: (taskId: TaskId, onLost: () => void) => locks.takeOver(`edit/${taskId}`, onLost),
  };

  function makeJournal(opened: JournalStart): Journal {
    const { task, annotation, counted } = opened;
    const key = workKeyOf(opened);
    let { length, regions } = opened;
    let attempted = length;
    let isClosed = false;
    const countSoon = debounceLeadingTrailing(() => {
      if (isClosed) return;
      // If it fails, the mark stays and the next start repairs the counts.
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
