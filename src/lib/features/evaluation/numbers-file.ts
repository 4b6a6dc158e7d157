import { IOU_THRESHOLDS, RECALLS } from '$lib/domain/evaluation/coco';
import { confusion } from '$lib/domain/evaluation/confusion';
import { curveAt, type Summary } from '$lib/domain/evaluation/summary';
import { textCell } from '$lib/domain/spreadsheet';
import { WRONG_KINDS, wrongBoxes } from '$lib/domain/evaluation/wrong-boxes';
import { MEASURES } from './measures';
import type { Result } from './run.svelte';

const cell = (value: string | number | null): string => {
  const text = typeof value === 'string' ? textCell(value) : value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const numbersOf = (summary: Summary): readonly (readonly [string, number | null])[] =>
  MEASURES.map(([name, read]) => [name, read(summary)]);

/** A CSV with one row for all labels and one per label, for each model. Missing numbers are empty cells. */
export function numbersAsCsv(results: readonly Result[]): string {
  const head = [
    'model',
    'version',
    'label',
    'trueBoxes',
    'predictedBoxes',
    ...MEASURES.map(([name]) => name),
  ];
  const rows = results.flatMap(({ judged, evaluation, summary }) =>
    [
      ['', summary] as const,
      ...evaluation.scores.map((scores, at) => [evaluation.labels[at]!.name, scores] as const),
    ].map(([label, scores]) => [
      judged.name,
      judged.modelVersion,
      label,
      scores.trueCount,
      scores.foundCount,
      ...numbersOf(scores).map(([, value]) => value),
    ]),
  );
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** A JSON text of everything that the page shows, including curves and the confusion matrix. */
export function numbersAsJson(results: readonly Result[], threshold: number): string {
  return JSON.stringify(
    results.map(({ judged, evaluation, summary }) => {
      const { labels, scores, truth, found, verdicts, left, numbers, unknownLabels, accepted } = evaluation;
      return {
        model: judged.name,
        version: judged.modelVersion,
        tasks: numbers.length,
        leftOut: left,
        acceptedFromModel: accepted,
        unknownLabels: labels.filter(({ id }) => unknownLabels.includes(id)).map(({ name }) => name),
        all: Object.fromEntries(numbersOf(summary)),
        labels: scores.map((one, at) => ({
          label: labels[at]!.name,
          trueBoxes: one.trueCount,
          predictedBoxes: one.foundCount,
          ...Object.fromEntries(numbersOf(one)),
          curves:
            one.trueCount === 0
              ? []
              : IOU_THRESHOLDS.map((threshold, step) => ({
                  overlap: Number(threshold.toFixed(2)),
                  precision: curveAt(one.curves, step),
                  score: curveAt(one.curveScores, step),
                })),
        })),
        recalls: RECALLS.map((recall) => Number(recall.toFixed(2))),
        threshold,
        // Rows are submitted labels, then false positives. Columns are predicted labels, then misses.
        confusion: confusion(truth, found, verdicts, labels.length, threshold).map((row) => [...row]),
        wrong: Object.fromEntries(
          WRONG_KINDS.map((kind) => [
            kind,
            wrongBoxes(truth, found, verdicts, kind, threshold, null).places.length,
          ]),
        ),
      };
    }),
    null,
    1,
  );
}
