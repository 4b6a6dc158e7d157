import type { TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import { showErrorUnlessDeleted, type DeletedElsewhere } from './deleted-elsewhere.svelte';
import type { OpenedTask } from './opened-task.svelte';

/** The page that shows the task. */
interface Page {
  readonly current: OpenedTask | null;
  readonly deleted: DeletedElsewhere;
  reopen(): Promise<void>;
}

/**
 * Follows changes that other tabs and bulk actions make to the open task, and its deletion. Returns an unsubscribe
 * function.
 */
export function followRemoteChanges(services: Services, page: Page, taskId: TaskId): () => void {
  let isFirst = true;
  const catchUp = async (task: Task | undefined): Promise<void> => {
    const { current } = page;
    if (current?.opened.task.id !== taskId || task === undefined) return;
    const isReadOnly = (): boolean => current.session.document.isReadOnly;
    if (!isReadOnly()) return current.catchUp(task);
    if (isFirst) return;
    const opened = await services.annotations.open(taskId);
    if (page.current !== current) return;
    if (opened.annotation?.revision !== current.opened.annotation?.revision) await page.reopen();
    // Nobody edits here, so undo and redo stay as they are.
    else if (isReadOnly()) current.session.document.receiveAll(opened, { from: 'others' });
  };
  const stop = services.tasks.watchTasks(
    [taskId],
    ([task]) => {
      page.deleted.update(taskId, task !== undefined);
      catchUp(task).catch(showErrorUnlessDeleted);
      isFirst = false;
    },
    notices.showError,
  );
  return () => {
    stop();
    page.deleted.forget();
  };
}
