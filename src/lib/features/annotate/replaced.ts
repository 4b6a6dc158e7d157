import type { ReplacedChoice } from '$lib/domain/replaced';
import type { Services } from '$lib/services/services';
import { notices } from '$lib/ui/notices.svelte';
import type { OpenedTask } from './opened-task.svelte';

/** The page that shows the task. */
interface Page {
  readonly current: OpenedTask | null;
  reopen(): Promise<void>;
}

/** Reopens the task if its picture's file has changed while the person was in another tab. */
export async function showChangedPicture(services: Services, page: Page): Promise<void> {
  const { current } = page;
  if (current === null || (await services.tasks.isCurrent(current.opened.task, current.picture))) return;
  await current.session.document.settled();
  if (page.current === current) await page.reopen();
}

/** Applies the person's choice about the regions of a replaced picture. */
export async function chooseReplaced(services: Services, page: Page, choice: ReplacedChoice): Promise<void> {
  const { current } = page;
  if (!current?.replaced) return;
  try {
    await services.replacedPictures.choose(current.opened, current.replaced, choice);
  } catch (error) {
    notices.showError(error);
  }
  if (page.current === current) await page.reopen();
}
