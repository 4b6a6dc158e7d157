import { epochMs, type LabelId } from '$lib/domain/ids';
import {
  labelsAfter,
  NO_REMOVALS,
  type Label,
  type LabelRemovals,
  type Project,
  type RemovedLabel,
} from '$lib/domain/project';

/** A project's labels as a person edits them, until they are saved. What another tab does meanwhile stays. */
export class LabelEdits {
  #project = $state.raw<Project | null>(null);
  #edited = $state.raw<readonly Label[] | undefined>(undefined);
  removals = $state.raw<LabelRemovals>(NO_REMOVALS);

  /** As saving would make them now. */
  readonly #next = $derived(
    this.#project && labelsAfter(this.#project, this.#edited, this.removals, epochMs(0)),
  );
  readonly labels = $derived<readonly Label[]>(this.#next?.labels ?? []);
  readonly removedLabels = $derived<readonly RemovedLabel[]>(this.#next?.removedLabels ?? []);
  readonly isChanged = $derived(this.#edited !== undefined || this.removals !== NO_REMOVALS);

  take(project: Project): void {
    this.#project = project;
  }

  change(labels: readonly Label[]): void {
    this.#edited = labels;
  }

  /** Whether anything stored can refer to a label: a new one that was never saved is used by nothing. */
  isStored(id: LabelId): boolean {
    const { labels = [], removedLabels = [] } = this.#project ?? {};
    return labels.some((label) => label.id === id) || removedLabels.some(({ label }) => label.id === id);
  }

  /** `to`: the label that takes its place; null: what has it becomes unlabelled. */
  remove(id: LabelId, to: LabelId | null): void {
    const { removed, broughtBack } = this.removals;
    this.#edited = this.labels.filter((label) => label.id !== id);
    const next = new Set(broughtBack);
    // Brought back and removed again: it is as it was stored, unless its boxes become something else.
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

  /** What was edited is stored. */
  saved(): void {
    this.#edited = undefined;
    this.removals = NO_REMOVALS;
  }
}
