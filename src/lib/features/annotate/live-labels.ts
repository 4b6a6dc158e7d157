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

/** Follows the project's labels, which any tab may change, and applies them to the open task. */
export class LiveLabels {
  resolve: ResolveLabel = (id) => id ?? null;
  #meaning: string | null = null;

  update(page: Page, project: Project): void {
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
      // The open task was read under the earlier labels.
      if (!isFirst) page.current?.catchUp().catch(notices.showError);
    }
    const first = labels[0]?.id;
    const session = page.current?.session;
    // Arms the first label for new regions; selected regions keep theirs.
    if (page.viewOptions.keepsArmed && session?.tools.armedLabel === null && first !== undefined)
      session.tools.arm(first);
  }
}
