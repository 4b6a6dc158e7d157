import type { TaskId } from '$lib/domain/ids';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import type { DeletedElsewhere } from './deleted-elsewhere.svelte';
import type { OpenedTask } from './opened-task.svelte';

/** The page that shows the task. */
interface Page {
  readonly current: OpenedTask | null;
  readonly deleted: DeletedElsewhere;
  reopen(): Promise<void>;
}

/** Shows what another tab does to the open task: everything while this one only looks, and always that it is deleted. */
export function followElsewhere(services: Services, page: Page, taskId: TaskId): () => void {
  let isFirst = true;
  const catchUp = async (): Promise<void> => {
    const { current } = page;
    if (!current?.session.isReadOnly || current.opened.task.id !== taskId) return;
    const opened = await services.annotations.open(taskId);
    if (page.current !== current) return;
    if (opened.annotation?.revision !== current.opened.annotation?.revision) await page.reopen();
    else current.session.show(opened.regions);
  };
  const stop = services.tasks.watchTasks(
    [taskId],
    (tasks) => {
      page.deleted.see(taskId, tasks.length > 0);
      if (!isFirst && tasks.length > 0) catchUp().catch(notices.fail);
      isFirst = false;
    },
    notices.fail,
  );
  return () => {
    stop();
    page.deleted.forget();
  };
}
