import type { LabelId } from '$lib/domain/ids';
import { labelResolver, type ResolveLabel } from '$lib/domain/label-resolution';
import type { Project } from '$lib/domain/project';
import { notices } from '$lib/ui/notices.svelte';
import type { OpenedTask } from './opened-task.svelte';

/** The page that draws with the labels. */
interface Page {
  readonly current: OpenedTask | null;
  armed: LabelId | null;
  readonly viewOptions: { readonly keepsArmed: boolean };
}

/** The project's labels as they are now, whichever tab changes them: the open task follows. */
export class LabelsNow {
  resolve: ResolveLabel = (id) => id ?? null;
  #meaning: string | null = null;

  take(page: Page, project: Project): void {
    const { labels, removedLabels = [] } = project;
    const meaning = JSON.stringify([
      labels.map(({ id }) => id),
      removedLabels.map((one) => [one.label.id, one.to]),
    ]);
    const isFirst = this.#meaning === null;
    if (meaning !== this.#meaning) {
      this.#meaning = meaning;
      this.resolve = labelResolver(project);
      page.armed = this.resolve(page.armed);
      page.current?.session.setLabels(this.resolve);
      // What was read before has the labels of before.
      if (!isFirst) page.current?.catchUp().catch(notices.showError);
    }
    const first = labels[0]?.id;
    const session = page.current?.session;
    // Armed for what comes; a region that is selected keeps its label.
    if (page.viewOptions.keepsArmed && session?.tools.armedLabel === null && first !== undefined)
      session.tools.arm(first);
  }
}
