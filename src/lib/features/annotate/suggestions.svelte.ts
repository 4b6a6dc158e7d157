import { AppError } from '$lib/domain/errors';
import type { LabelId, RegionId, TaskId } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { BoxRegion } from '$lib/domain/regions/box';
import { suggestionsFrom } from '$lib/domain/suggest';
import { isOpen, type Task } from '$lib/domain/task';
import type { Services } from '$lib/services/services';
import type { AnnotateState } from './annotate.svelte';

const FIRST_THRESHOLD = 0.5;

/** What the project's interactive model says about the open task. The hand never waits for it. */
export class SuggestionsState {
  readonly #services: Services;
  readonly #page: AnnotateState;

  model = $state.raw<DetectorModel | null>(null);
  isAsking = $state(false);
  failure = $state.raw<AppError | null>(null);
  #prediction = $state.raw<Prediction | null>(null);
  #thresholds = $state.raw<ReadonlyMap<LabelId, number>>(new Map());
  /** By task, until the page is left. */
  #rejected = $state.raw<ReadonlyMap<TaskId, ReadonlySet<RegionId>>>(new Map());

  constructor(services: Services, page: AnnotateState) {
    this.#services = services;
    this.#page = page;
  }

  readonly thresholdOf = (labelId: LabelId): number => this.#thresholds.get(labelId) ?? FIRST_THRESHOLD;

  /** By themselves: what is shown must not follow what it changes. */
  readonly #regions = $derived.by(() => this.#page.current?.now.regions);

  readonly #all = $derived.by((): readonly BoxRegion[] => {
    const taskId = this.#page.current?.opened.task.id;
    const prediction = this.#prediction;
    if (this.#regions === undefined || prediction === null || prediction.taskId !== taskId) return [];
    return suggestionsFrom(prediction.regions, this.#regions.values(), this.thresholdOf);
  });

  /** Above their thresholds, not drawn already and not rejected. */
  readonly shown = $derived.by((): readonly BoxRegion[] => {
    const rejected = this.#rejected.get(this.#prediction?.taskId as TaskId);
    return rejected === undefined ? this.#all : this.#all.filter(({ id }) => !rejected.has(id));
  });

  /** The labels that the model has found something of. */
  readonly labelIds = $derived([
    ...new Set(this.#prediction?.regions.flatMap(({ labelId }) => labelId ?? []) ?? []),
  ]);

  setThreshold(labelId: LabelId, threshold: number): void {
    this.#thresholds = new Map(this.#thresholds).set(labelId, threshold);
  }

  /** Asks about a task that still waits for its Submit; the answer stops it. */
  follow(task: Task): () => void {
    const left = new AbortController();
    this.#prediction = null;
    this.failure = null;
    this.isAsking = false;
    if (isOpen(task)) void this.#ask(task, left.signal);
    return () => left.abort(new DOMException('left', 'AbortError'));
  }

  async #ask(task: Task, signal: AbortSignal): Promise<void> {
    const isLeft = (): boolean => signal.aborted;
    const { models, predictions } = this.#services;
    try {
      const model = await models.interactive(task.projectId);
      if (isLeft()) return;
      this.model = model;
      if (model === null) return;
      const known = await predictions.of(task.id, model);
      if (isLeft()) return;
      this.isAsking = known === null;
      const prediction = known ?? (await predictions.ask(model, task, signal, true));
      if (!isLeft()) this.#prediction = prediction;
    } catch (error) {
      if (isLeft()) return;
      this.failure =
        error instanceof AppError ? error : new AppError('model-failed', { name: String(error) });
    } finally {
      if (!isLeft()) this.isAsking = false;
    }
  }

  accept(): void {
    const session = this.#page.current?.session;
    const next = session?.suggestionInFocus;
    if (session && next) session.accept(new Set([next.id]));
  }

  reject(): void {
    const { current } = this.#page;
    const next = current?.session.suggestionInFocus;
    if (!current || !next) return;
    const taskId = current.opened.task.id;
    const { suggestions } = current.session;
    const after = suggestions[suggestions.findIndex(({ id }) => id === next.id) + 1];
    if (after) current.session.focusSuggestion(after.id);
    const rejected = new Set(this.#rejected.get(taskId)).add(next.id);
    this.#rejected = new Map(this.#rejected).set(taskId, rejected);
  }

  /** All that are shown, in one step that can be undone. */
  acceptAll(): void {
    const session = this.#page.current?.session;
    session?.accept(new Set(session.suggestions.map(({ id }) => id)));
  }
}
