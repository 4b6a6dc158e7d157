import { epochMs, type LabelId } from '$lib/domain/ids';
import {
  labelsAfter,
  NO_REMOVALS,
  type Label,
  type LabelRemovals,
  type Project,
  type RemovedLabel,
} from '$lib/domain/project';

/** Unsaved edits of a project's labels. Changes by other tabs are merged in. */
export class LabelEdits {
  #project = $state.raw<Project | null>(null);
  #edited = $state.raw<readonly Label[] | undefined>(undefined);
  removals = $state.raw<LabelRemovals>(NO_REMOVALS);

  /** The labels as saving would store them. */
  readonly #next = $derived(
    this.#project && labelsAfter(this.#project, this.#edited, this.removals, epochMs(0)),
  );
  readonly labels = $derived<readonly Label[]>(this.#next?.labels ?? []);
  readonly removedLabels = $derived<readonly RemovedLabel[]>(this.#next?.removedLabels ?? []);
  readonly isChanged = $derived(this.#edited !== undefined || this.removals !== NO_REMOVALS);

  setProject(project: Project): void {
    this.#project = project;
  }

  change(labels: readonly Label[]): void {
    this.#edited = labels;
  }

  /** True if stored data can refer to the label, which is not so for a label that was never saved. */
  isStored(id: LabelId): boolean {
    const { labels = [], removedLabels = [] } = this.#project ?? {};
    return labels.some((label) => label.id === id) || removedLabels.some(({ label }) => label.id === id);
  }

  /** Removes a label. `to` replaces it; null makes its regions unlabelled. */
  remove(id: LabelId, to: LabelId | null): void {
    const { removed, broughtBack } = this.removals;
    this.#edited = this.labels.filter((label) => label.id !== id);
    const next = new Set(broughtBack);
    // A label that was restored and is removed again is as it was stored, unless its regions get another one.
    next.delete(id);
    if (this.#project?.labels.some((label) => label.id === id))
      this.removals = { removed: new Map(removed).set(id, to), broughtBack: next };
    else this.removals = { removed, broughtBack: next };
  }

  bringBack({ label }: RemovedLabel): void {
    const { removed, broughtBack } = this.removals;
    const rest = new Map(removed);
    const isPending = rest.delete(label.id);
    this.removals = {
      removed: rest,
      broughtBack: isPending ? broughtBack : new Set(broughtBack).add(label.id),
    };
    this.#edited = [...this.labels.filter(({ id }) => id !== label.id), label];
  }

  /** Called after the edits were saved. */
  saved(): void {
    this.#edited = undefined;
    this.removals = NO_REMOVALS;
  }
}
