import { AppError } from '$lib/domain/errors';
import { summarizeScores, type Summary } from '$lib/domain/evaluation/summary';
import type { PredictionSource } from '$lib/services/evaluation/evaluations';
import type { Services } from '$lib/services/services';
import { errorText } from '$lib/ui/error-text';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import type { Evaluation } from '$lib/services/evaluation/contract';

/** The evaluation of one model. */
export interface Result {
  readonly judged: PredictionSource;
  readonly evaluation: Evaluation;
  readonly summary: Summary;
}

/** Runs the evaluation of a model, and holds its progress, result or error. */
export class EvaluationRun {
  result = $state.raw<Result | null>(null);
  #problem = $state.raw<AppError | null>(null);
  /** Number of tasks read so far; null if it is not running. */
  done = $state<number | null>(null);
  readonly #evaluations: Services['evaluations'];

  constructor(evaluations: Services['evaluations']) {
    this.#evaluations = evaluations;
  }

  /** Error message if there is no result, otherwise null. */
  get problem(): string | null {
    return this.#problem && errorText(i18n.language, this.#problem.code, this.#problem.about);
  }

  get problemCode(): AppError['code'] | null {
    return this.#problem?.code ?? null;
  }

  /** Starts an evaluation. Returns a function that stops it. */
  start(judged: PredictionSource): () => void {
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

export const choiceName = ({ name, modelVersion, isImported }: PredictionSource): string =>
  isImported ? i18n.t.evaluation.importedChoice(name) : i18n.t.evaluation.version(name, modelVersion);

/** Key of a model version, for comparing choices. */
export const choiceKey = ({
  modelId,
  modelVersion,
}: Pick<PredictionSource, 'modelId' | 'modelVersion'>): string => `${modelId}/${modelVersion}`;

/** Formats a fraction of 1 as COCO does; null becomes a dash. */
export const formatFraction = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** Formats a difference with its sign; a dash if either value is missing. */
export function formatDifference(one: number | null, other: number | null): string {
  if (one === null || other === null) return '–';
  const rounded = (one - other).toFixed(3);
  return Number(rounded) === 0 ? '0.000' : one > other ? `+${rounded}` : rounded.replace('-', '−');
}
