import { AppError } from '$lib/domain/errors';
import { summarizeScores, type Summary } from '$lib/domain/evaluation/summary';
import type { Judged } from '$lib/services/evaluation/evaluations';
import type { Services } from '$lib/services/services';
import { errorText } from '$lib/ui/error-text';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import type { Evaluation } from '$lib/services/evaluation/contract';

/** A model that was judged, with its name as people read it. */
export interface Result {
  readonly judged: Judged;
  readonly evaluation: Evaluation;
  readonly summary: Summary;
}

/** One judging of a model: under way, done, or not possible for a reason. */
export class EvaluationRun {
  result = $state.raw<Result | null>(null);
  #problem = $state.raw<AppError | null>(null);
  /** How many tasks were read so far; null: it does not run. */
  done = $state<number | null>(null);
  readonly #evaluations: Services['evaluations'];

  constructor(evaluations: Services['evaluations']) {
    this.#evaluations = evaluations;
  }

  /** Why there is no result, in words; null where nothing stands against one. */
  get problem(): string | null {
    return this.#problem && errorText(i18n.language, this.#problem.code, this.#problem.about);
  }

  get problemCode(): AppError['code'] | null {
    return this.#problem?.code ?? null;
  }

  /** Starts; the answer stops it. */
  start(judged: Judged): () => void {
    const stopped = new AbortController();
    this.clear();
    this.done = 0;
    this.#evaluations
      .run(judged, stopped.signal, ({ done }) => {
        if (!stopped.signal.aborted) this.done = done;
      })
      .then(
        (evaluation) => {
          if (stopped.signal.aborted || evaluation === null) return;
          this.result = { judged, evaluation, summary: summarizeScores(evaluation.scores) };
          this.done = null;
        },
        (error: unknown) => {
          if (stopped.signal.aborted) return;
          this.done = null;
          if (error instanceof AppError) this.#problem = error;
          else notices.showError(error);
        },
      );
    return () => stopped.abort();
  }

  clear(): void {
    this.result = null;
    this.#problem = null;
    this.done = null;
  }
}

export const choiceName = ({ name, modelVersion, isImported }: Judged): string =>
  isImported ? i18n.t.evaluation.importedChoice(name) : i18n.t.evaluation.version(name, modelVersion);

/** What tells one choice from another. */
export const choiceKey = ({ modelId, modelVersion }: Pick<Judged, 'modelId' | 'modelVersion'>): string =>
  `${modelId}/${modelVersion}`;

/** A share of 1 as COCO prints it; a dash where there is none. */
export const share = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** How much more, with its sign; a dash where one of both is missing. */
export function difference(one: number | null, other: number | null): string {
  if (one === null || other === null) return '–';
  const rounded = (one - other).toFixed(3);
  return Number(rounded) === 0 ? '0.000' : one > other ? `+${rounded}` : rounded.replace('-', '−');
}
