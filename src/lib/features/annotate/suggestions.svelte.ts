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

/** A task that is open, until it is left. */
interface Asking {
  readonly task: Task;
  readonly signal: AbortSignal;
}

/** What the project's interactive model says about the open task. The hand never waits for it. */
export class SuggestionsState {
  readonly #services: Services;
  readonly #page: AnnotateState;

  model = $state.raw<DetectorModel | null>(null);
  isAsking = $state(false);
  /** False: the task was submitted, and nobody has asked what the model says about it. */
  isWanted = $state(true);
  #asking: Asking | null = null;
  /** What is being read or asked at the moment. */
  #underWay: Asking | null = null;
  failure = $state.raw<AppError | null>(null);
  #prediction = $state.raw<Prediction | null>(null);
  #thresholds = $state.raw<ReadonlyMap<LabelId, number>>(new Map());

  constructor(services: Services, page: AnnotateState) {
    this.#services = services;
    this.#page = page;
  }

  readonly thresholdOf = (labelId: LabelId): number => this.#thresholds.get(labelId) ?? WORKING_THRESHOLD;

  /** By themselves: what is shown must not follow what it changes. */
  readonly #regions = $derived.by(() => this.#page.current?.now.regions);

  /** Above their thresholds and not drawn already. */
  readonly shown = $derived.by((): readonly Region[] => {
    const taskId = this.#page.current?.opened.task.id;
    const prediction = this.#prediction;
    if (this.#regions === undefined || prediction === null || prediction.taskId !== taskId) return [];
    const { project } = this.#page;
    const said = project ? resolveRegions(prediction.regions, labelResolver(project)) : prediction.regions;
    return suggestionsFrom(said, this.#regions.values(), this.thresholdOf);
  });

  /** Which of a prediction's boxes are rejected is kept with it. */
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

  /** The labels that the model has found something of. */
  readonly labelIds = $derived([
    ...new Set(this.#prediction?.regions.flatMap(({ labelId }) => labelId ?? []) ?? []),
  ]);

  /** Boxes of classes that have no label, from the score that suggestions are shown from: they cannot be offered. */
  readonly unlabelled = $derived(
    this.#prediction?.regions.filter(({ labelId, score }) => labelId === null && score >= WORKING_THRESHOLD)
      .length ?? 0,
  );

  setThreshold(labelId: LabelId, threshold: number): void {
    this.#thresholds = new Map(this.#thresholds).set(labelId, threshold);
  }

  /** Asks about a task that still waits for its Submit, about another one only if told to; the answer stops it. */
  follow(task: Task): () => void {
    const left = new AbortController();
    this.#prediction = null;
    this.failure = null;
    this.isAsking = false;
    this.#asking = { task, signal: left.signal };
    this.isWanted = isOpen(task);
    void this.#ask(this.#asking);
    return () => left.abort(new DOMException('left', 'AbortError'));
  }

  /** Shows what the model says also where a task was submitted already, or asks again after a failure. */
  ask(): void {
    if (!this.#asking) return;
    this.failure = null;
    this.isWanted = true;
    // A second answer would take the place of the first one, and of what was rejected in it.
    if (this.#underWay !== this.#asking) void this.#ask(this.#asking);
  }

  async #ask(asking: Asking): Promise<void> {
    const { task, signal } = asking;
    this.#underWay = asking;
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
      if (this.#underWay === asking) this.#underWay = null;
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

  /** All that are shown, in one step that can be undone. */
  acceptAll(): void {
    const session = this.#page.current?.session;
    session?.suggestions.accept(new Set(session.suggestions.open.map(({ id }) => id)));
  }
}
