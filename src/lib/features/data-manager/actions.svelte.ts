import type { LabelId } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import type { BulkActionRow } from '$lib/domain/trash';
import type { DeleteAction } from '$lib/services/bulk/bulk-edits';
import type { CreateHow, ModelVersion } from '$lib/services/bulk/bulk-kind';
import type { Services } from '$lib/services/services';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import type { ActionId } from './action-list';
import type { DataManagerState } from './data-manager.svelte';

/** Actions that need to know which model's predictions are meant. */
export type PredictionAction = 'retrieve-predictions' | 'create-annotations' | 'delete-predictions';

/** Number of tasks to be deleted, and the amount of work in them. */
export interface DeleteQuestion {
  readonly tasks: number;
  readonly submitted: number;
  readonly drafts: number;
}

/** Runs the actions of the Actions menu on the selected tasks, and undoes them. */
export class ActionsState {
  readonly #services: Services;
  readonly #view: DataManagerState;

  /** Actions that can be undone, newest first; the same in every tab. */
  undoable = $state.raw<readonly BulkActionRow[]>([]);
  /** The action that Undo reverts. */
  readonly last = $derived(this.undoable.find(({ state }) => state === 'done') ?? null);
  /** Message about the last action. */
  message = $state('');
  /** Question before deleteQuestion tasks; null if there is none. */
  deleteQuestion = $state.raw<DeleteQuestion | null>(null);
  isTrashOpen = $state(false);
  isMerging = $state(false);
  /** State of the prediction dialog; null while it is closed. */
  predictionDialog = $state.raw<{
    readonly action: PredictionAction;
    readonly models: readonly DetectorModel[];
  } | null>(null);
  isBusy = $state(false);

  constructor(services: Services, view: DataManagerState) {
    this.#services = services;
    this.#view = view;
  }

  /** Follows the actions that can be undone. Returns an unsubscribe function. */
  follow(): () => void {
    const { bulkEdits } = this.#services;
    return bulkEdits.watch(this.#view.projectId, (actions) => (this.undoable = actions), notices.showError);
  }

  /** What each item of the menu does. See action-list.ts. */
  readonly #run: Readonly<Record<ActionId, () => Promise<void>>> = {
    'copy-names': () => this.#copyNames(),
    'merge-label': () => {
      this.isMerging = true;
      return Promise.resolve();
    },
    'retrieve-predictions': () => this.#openPredictionDialog('retrieve-predictions'),
    'create-annotations': () => this.#openPredictionDialog('create-annotations'),
    'delete-predictions': () => this.#openPredictionDialog('delete-predictions'),
    'delete-annotations': () => this.#delete('delete-annotations'),
    'delete-tasks': () => this.#askToDelete(),
  };

  run(action: ActionId): void {
    this.#runAlone(this.#run[action]);
  }

  mergeLabel(from: LabelId, to: LabelId | { readonly newName: string }): void {
    this.isMerging = false;
    this.#runAlone(async () => {
      const { projectId } = this.#view;
      const numbers = this.#view.selectedInOrder();
      const labelId = typeof to === 'string' ? to : await this.#newLabel(to.newName);
      const title = i18n.t.list.action['merge-label'];
      this.#report(await this.#services.bulkEdits.mergeLabel(projectId, numbers, from, labelId, title));
    });
  }

  /** Runs the action with the choices of the prediction dialog. */
  apply(model: DetectorModel | null, how: Pick<CreateHow, 'minScore' | 'as'>): void {
    const action = this.predictionDialog?.action;
    this.predictionDialog = null;
    const { projectId } = this.#view;
    const numbers = this.#view.selectedInOrder();
    const of = model && { modelId: model.id, modelVersion: model.version };
    if (action === 'delete-predictions') this.#runAlone(() => this.#delete(action, of ?? undefined));
    else if (action === 'create-annotations')
      this.#runAlone(async () => {
        const title = i18n.t.list.action[action];
        const { bulkEdits } = this.#services;
        this.#report(await bulkEdits.createAnnotations(projectId, numbers, { of, ...how }, title));
      });
    else if (model !== null)
      // This is not awaited: the list stays usable, and the job tray shows the progress.
      this.#services.predictions.retrieve(model, numbers, model.name).catch(notices.showError);
  }

  deleteTasks(): void {
    this.deleteQuestion = null;
    this.#runAlone(() => this.#delete('delete-tasks'));
  }

  undo(action: BulkActionRow | null = this.last): void {
    if (action === null) return;
    this.#runAlone(async () => {
      const { list, trash } = i18n.t;
      const name = list.action[action.action];
      const { restored, refused } = await this.#services.bulkEdits.undo(action, list.undoing(name));
      this.message = refused === 0 ? '' : trash.undoneInPart(name, restored, refused);
    });
  }

  /** Deletes for good what an action moved to the trash. */
  forget(action: BulkActionRow): void {
    this.#services.bulkEdits.forget(action.id).catch(notices.showError);
  }

  #runAlone(work: () => Promise<void>): void {
    if (this.isBusy) return;
    this.isBusy = true;
    work()
      .catch(notices.showError)
      .finally(() => (this.isBusy = false));
  }

  /** Opens the prediction dialog. Deleting needs no dialog if no model is connected. */
  async #openPredictionDialog(action: PredictionAction): Promise<void> {
    const { models } = this.#services;
    const { projectId } = this.#view;
    const all = await (action === 'retrieve-predictions' ? models.newest(projectId) : models.all(projectId));
    if (action === 'delete-predictions' && all.length === 0) await this.#delete(action);
    else this.predictionDialog = { action, models: all };
  }

  async #askToDelete(): Promise<void> {
    const numbers = this.#view.selectedInOrder();
    this.deleteQuestion = {
      tasks: numbers.length,
      ...(await this.#services.bulkEdits.workIn(this.#view.projectId, numbers)),
    };
  }

  async #delete(action: DeleteAction, of?: ModelVersion): Promise<void> {
    const { projectId } = this.#view;
    const numbers = this.#view.selectedInOrder();
    const title = i18n.t.list.action[action];
    this.#report(await this.#services.bulkEdits.delete(projectId, action, numbers, title, of));
    if (action === 'delete-tasks') this.#view.clearSelection();
  }

  async #copyNames(): Promise<void> {
    const numbers = this.#view.selectedInOrder();
    const paths = await this.#services.bulkEdits.paths(this.#view.projectId, numbers);
    await navigator.clipboard.writeText(paths);
    this.message = i18n.t.list.copied(numbers.length);
  }

  async #newLabel(name: string): Promise<LabelId> {
    const labels = this.#view.project?.labels ?? [];
    const label = this.#services.projects.newLabel(name, labels);
    await this.#services.projects.update(this.#view.projectId, { labels: [...labels, label] });
    return label.id;
  }

  #report(done: BulkActionRow | null): void {
    if (done !== null) this.message = i18n.t.list.done(i18n.t.list.action[done.action], done.tasks);
  }
}
