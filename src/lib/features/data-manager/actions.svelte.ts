import type { LabelId } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import type { DeleteAction, Undoable } from '$lib/services/bulk-edits';
import type { CreateHow, ModelVersion } from '$lib/services/jobs/create-annotations';
import type { Services } from '$lib/services/services';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import type { ActionId } from './action-list';
import type { DataManagerState } from './data-manager.svelte';

/** Actions that have to know about whose predictions they are. */
export type PredictionAction = 'retrieve-predictions' | 'create-annotations' | 'delete-predictions';

/** What the Actions menu does to the selected tasks, and the way back. */
export class ActionsState {
  readonly #services: Services;
  readonly #view: DataManagerState;

  /** The last action that can be undone. */
  last = $state.raw<Undoable | null>(null);
  /** What was done, in words. */
  told = $state('');
  isMerging = $state(false);
  /** What the dialog about predictions asks; null: it is closed. */
  asking = $state.raw<{
    readonly action: PredictionAction;
    readonly models: readonly DetectorModel[];
  } | null>(null);
  isBusy = $state(false);

  constructor(services: Services, view: DataManagerState) {
    this.#services = services;
    this.#view = view;
    this.last = services.bulkEdits.last(view.projectId);
  }

  /** What each line of the menu does. See action-list.ts. */
  readonly #run: Readonly<Record<ActionId, () => Promise<void>>> = {
    'copy-names': () => this.#copyNames(),
    'merge-label': () => {
      this.isMerging = true;
      return Promise.resolve();
    },
    'retrieve-predictions': () => this.#ask('retrieve-predictions'),
    'create-annotations': () => this.#ask('create-annotations'),
    'delete-predictions': () => this.#ask('delete-predictions'),
    'delete-annotations': () => this.#delete('delete-annotations'),
    'delete-tasks': () => this.#delete('delete-tasks'),
  };

  run(action: ActionId): void {
    this.#guarded(this.#run[action]);
  }

  mergeLabel(from: LabelId, to: LabelId | { readonly newName: string }): void {
    this.isMerging = false;
    this.#guarded(async () => {
      const { projectId } = this.#view;
      const numbers = this.#view.selectedInOrder();
      const labelId = typeof to === 'string' ? to : await this.#newLabel(to.newName);
      const title = i18n.t.list.action['merge-label'];
      this.#done(await this.#services.bulkEdits.mergeLabel(projectId, numbers, from, labelId, title));
    });
  }

  /** Does what the dialog about predictions asked for. */
  apply(model: DetectorModel | null, how: Pick<CreateHow, 'minScore' | 'as'>): void {
    const action = this.asking?.action;
    this.asking = null;
    const { projectId } = this.#view;
    const numbers = this.#view.selectedInOrder();
    const of = model && { modelId: model.id, modelVersion: model.version };
    if (action === 'delete-predictions') this.#guarded(() => this.#delete(action, of ?? undefined));
    else if (action === 'create-annotations')
      this.#guarded(async () => {
        const title = i18n.t.list.action[action];
        const { bulkEdits } = this.#services;
        this.#done(await bulkEdits.createAnnotations(projectId, numbers, { of, ...how }, title));
      });
    else if (model !== null)
      // Not waited for: the list stays usable, and the tray shows how it goes.
      this.#services.predictions.retrieve(model, numbers, model.name).catch(notices.fail);
  }

  undo(): void {
    const { last } = this;
    if (last === null) return;
    this.#guarded(async () => {
      await this.#services.bulkEdits.undo(last, i18n.t.list.undoing(i18n.t.list.action[last.action]));
      this.told = '';
      this.last = this.#services.bulkEdits.last(this.#view.projectId);
    });
  }

  #guarded(work: () => Promise<void>): void {
    if (this.isBusy) return;
    this.isBusy = true;
    work()
      .catch(notices.fail)
      .finally(() => (this.isBusy = false));
  }

  /** Deleting asks whose predictions only where there are several to choose from. */
  async #ask(action: PredictionAction): Promise<void> {
    const { models } = this.#services;
    const { projectId } = this.#view;
    const all = await (action === 'retrieve-predictions' ? models.newest(projectId) : models.all(projectId));
    if (action === 'delete-predictions' && all.length === 0) await this.#delete(action);
    else this.asking = { action, models: all };
  }

  async #delete(action: DeleteAction, of?: ModelVersion): Promise<void> {
    const { projectId } = this.#view;
    const numbers = this.#view.selectedInOrder();
    const title = i18n.t.list.action[action];
    this.#done(await this.#services.bulkEdits.delete(projectId, action, numbers, title, of));
    if (action === 'delete-tasks') this.#view.clearSelection();
  }

  async #copyNames(): Promise<void> {
    const numbers = this.#view.selectedInOrder();
    const paths = await this.#services.bulkEdits.paths(this.#view.projectId, numbers);
    await navigator.clipboard.writeText(paths);
    this.told = i18n.t.list.copied(numbers.length);
  }

  async #newLabel(name: string): Promise<LabelId> {
    const labels = this.#view.project?.labels ?? [];
    const label = this.#services.projects.newLabel(name, labels);
    await this.#services.projects.update(this.#view.projectId, { labels: [...labels, label] });
    return label.id;
  }

  #done(done: Undoable | null): void {
    this.last = done ?? this.last;
    if (done !== null) this.told = i18n.t.list.done(i18n.t.list.action[done.action], done.tasks);
  }
}
