import { AppError } from '$lib/domain/errors';
import type { TaskId } from '$lib/domain/ids';
import type { IssueCode } from '$lib/domain/dataset';
import type { makeAnnotations, OpenTask } from './annotations';
import { SkippedList } from '../job';
import type { PageJobContext } from '../ports/jobs';
import type { JobReport } from '../ports/job-report';

type Annotations = ReturnType<typeof makeAnnotations>;

/**
 * Submits the drafts of many tasks, each as if its own Submit were pressed now. A draft that a person has to look at
 * first stays a draft and is reported: a task that is open elsewhere, a draft that is older than another submission or
 * whose picture was replaced, and a draft without boxes, since a picture is only ever marked empty on purpose.
 */
export async function submitDrafts(
  taskIds: readonly TaskId[],
  annotations: Annotations,
  { signal, report }: Pick<PageJobContext, 'signal' | 'report'>,
): Promise<JobReport> {
  const skipped = new SkippedList();
  let submitted = 0;
  for (const [at, taskId] of taskIds.entries()) {
    signal.throwIfAborted();
    const refused = await submitOne(taskId, annotations);
    if (refused === null) submitted += 1;
    else if (refused !== 'nothing') skipped.addTask(refused.task, refused.code);
    report({ done: at + 1, total: taskIds.length });
  }
  return { counts: { submitted }, ...skipped.report };
}

interface Refused extends Pick<OpenTask, 'task'> {
  readonly code: IssueCode | 'edited-elsewhere';
}

/** Returns null if the draft was submitted, `nothing` if there was nothing left to submit. */
async function submitOne(taskId: TaskId, annotations: Annotations): Promise<Refused | 'nothing' | null> {
  const release = await annotations.lock(taskId, () => undefined);
  try {
    const opened = await annotations.open(taskId);
    const { task, regions, draftBasedOn, draftSize, annotation } = opened;
    if (draftBasedOn === null || draftSize === null) return 'nothing';
    if (release === null) return { task, code: 'unsent-open' };
    if (draftBasedOn !== (annotation?.revision ?? 0)) return { task, code: 'unsent-older' };
    if (task.size && (task.size.width !== draftSize.width || task.size.height !== draftSize.height))
      return { task, code: 'picture-replaced' };
    if (regions.size === 0) return { task, code: 'unsent-empty' };
    try {
      await annotations.submit(opened, [...regions.values()], draftSize);
      return null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'edited-elsewhere') return { task, code: error.code };
      throw error;
    }
  } catch (error) {
    // The task was deleted meanwhile.
    if (error instanceof AppError && error.code === 'task-missing') return 'nothing';
    throw error;
  } finally {
    release?.();
  }
}
