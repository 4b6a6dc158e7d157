import { AppError } from '$lib/domain/errors';
import type { LabelId } from '$lib/domain/ids';
import { labelResolver, resolveRegions } from '$lib/domain/label-resolution';
import type { DetectorModel } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { placeOfSuggestion, suggestionId, suggestionsFrom, WORKING_THRESHOLD } from '$lib/domain/suggest';
import { isOpen, type Task } from '$lib/domain/task';
import type { RejectedStorage } from '$lib/editor/rejected-set';
import type { Services } from '$lib/services/services';
import type { AnnotateState } from './annotate.svelte';

/** An open task; `signal` aborts when it is left. */
interface SuggestionRequest {
  readonly task: Task;
  readonly signal: AbortSignal;
}

/** Suggestions of the project's interactive model for the open task. Editing never waits for them. */
export class SuggestionsState {
  readonly #services: Services;
  readonly #page: AnnotateState;

  model = $state.raw<DetectorModel | null>(null);
  isAsking = $state(false);
  /** False for a submitted task until the person asks for suggestions. */
  isWanted = $state(true);
  #request: SuggestionRequest | null = null;
  /** The request that is running. */
  #running: SuggestionRequest | null = null;
  failure = $state.raw<AppError | null>(null);
  #prediction = $state.raw<Prediction | null>(null);
  #thresholds = $state.raw<ReadonlyMap<LabelId, number>>(new Map());

  constructor(services: Services, page: AnnotateState) {
    this.#services = services;
    this.#page = page;
  }

  readonly thresholdOf = (labelId: LabelId): number => this.#thresholds.get(labelId) ?? WORKING_THRESHOLD;

  /** A derived value of its own, so that `shown` depends on the regions only and not on all of `now`. */
  readonly #regions = $derived.by(() => this.#page.current?.now.regions);

  /** Suggestions above their thresholds that are not drawn already. */
  readonly shown = $derived.by((): readonly Region[] => {
    const taskId = this.#page.current?.opened.task.id;
    const prediction = this.#prediction;
    if (this.#regions === undefined || prediction === null || prediction.taskId !== taskId) return [];
    const { project } = this.#page;
    const predicted = project
      ? resolveRegions(prediction.regions, labelResolver(project))
      : prediction.regions;
    return suggestionsFrom(predicted, this.#regions.values(), this.thresholdOf);
  });

  /** Stores the rejected suggestions with their prediction. */
  readonly rejectedStorage = $derived.by((): RejectedStorage | null => {
    const prediction = this.#prediction;
    if (prediction === null) return null;
    const save: RejectedStorage['save'] = async (ids) => {
      const rejected = [...ids].map(placeOfSuggestion);
      await this.#services.predictions.reject(prediction, rejected);
      if (this.#prediction === prediction) this.#prediction = { ...prediction, rejected };
    };
    return { ids: new Set(prediction.rejected.map(suggestionId)), save };
  });

  /** Labels that the model has predicted. */
  readonly labelIds = $derived([
    ...new Set(this.#prediction?.regions.flatMap(({ labelId }) => labelId ?? []) ?? []),
  ]);

  /** Number of predicted boxes above the default threshold whose class has no label. They cannot be suggested. */
  readonly unlabelled = $derived(
    this.#prediction?.regions.filter(({ labelId, score }) => labelId === null && score >= WORKING_THRESHOLD)
      .length ?? 0,
  );

  setThreshold(labelId: LabelId, threshold: number): void {
    this.#thresholds = new Map(this.#thresholds).set(labelId, threshold);
  }

  /** Requests suggestions for a task if it is still open. Returns a function that stops following. */
  follow(task: Task): () => void {
    const left = new AbortController();
    this.#prediction = null;
    this.failure = null;
    this.isAsking = false;
    this.#request = { task, signal: left.signal };
    this.isWanted = isOpen(task);
    void this.#ask(this.#request);
    return () => left.abort(new DOMException('left', 'AbortError'));
  }

  /** Requests suggestions although the task was submitted, or again after a failure. */
  ask(): void {
    if (!this.#request) return;
    this.failure = null;
    this.isWanted = true;
    // A second answer would replace the first one and lose its rejections.
    if (this.#running !== this.#request) void this.#ask(this.#request);
  }

  async #ask(request: SuggestionRequest): Promise<void> {
    const { task, signal } = request;
    this.#running = request;
    const isLeft = (): boolean => signal.aborted;
    const { models, predictions } = this.#services;
    try {
      const model = await models.interactive(task.projectId);
      if (isLeft()) return;
      this.model = model;
      if (model === null || !this.isWanted) return;
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
      if (this.#running === request) this.#running = null;
      if (!isLeft()) this.isAsking = false;
    }
  }

  accept(): void {
    const session = this.#page.current?.session;
    const next = session?.suggestions.focused;
    if (session && next) session.suggestions.accept(new Set([next.id]));
  }

  reject(): void {
    const session = this.#page.current?.session;
    const next = session?.suggestions.focused;
    if (session && next) session.suggestions.reject(new Set([next.id]));
  }

  /** Accepts all open suggestions in one undo step. */
  acceptAll(): void {
    const session = this.#page.current?.session;
    session?.suggestions.accept(new Set(session.suggestions.open.map(({ id }) => id)));
  }
}
