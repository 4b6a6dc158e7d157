import type { DatasetItem, DatasetPrediction } from '$lib/domain/dataset';
import { asId, type EpochMs, type LabelId } from '$lib/domain/ids';
import { predictedPlace, type PredictedRegion, type Prediction } from '$lib/domain/prediction';
import { isSameBox } from '$lib/domain/regions/box';
import type { Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import { IMPORTED_MODEL } from '../dataset-items';
import { keptParts, partsOf, type PredictionPart } from './kept-predictions';
import { NEAR_PX } from './same-regions';

export interface PredictionContext {
  /**
   * If not null, submitted annotations are imported as predictions too, under this model name if they name no person.
   */
  readonly asPredictions: string | null;
  /** The project's labels by the file's labels; a region whose label is not among them is left out. */
  readonly labelOf: ReadonlyMap<LabelId, LabelId>;
  readonly now: EpochMs;
  readonly onIssue: (code: 'label-left-out') => void;
}

/** The predictions of a picture: one row per model and version, even if the file has several. */
export function predictionsOf(task: Task, item: DatasetItem, said: PredictionContext): readonly Prediction[] {
  const byVersion = new Map<
    string,
    { regions: PredictedRegion[]; createdAt: EpochMs; parts: PredictionPart[] }
  >();
  for (const { modelVersion, regions, createdAt, extra } of layersOf(item, said.asPredictions)) {
    const own = byVersion.get(modelVersion) ?? { regions: [], createdAt: createdAt ?? said.now, parts: [] };
    const places: number[] = [];
    // A region that a second row of the same version repeats is added only once.
    const before = [...own.regions];
    for (const region of regions) {
      const predicted = predictedOf(region, said);
      if (predicted === null) continue;
      const known = before.findIndex((other) => isSameRegion(other, predicted));
      places.push(known < 0 ? own.regions.push(predicted) - 1 : known);
    }
    if (extra !== undefined) own.parts.push({ extra, places });
    byVersion.set(modelVersion, own);
  }
  return [...byVersion].map(([modelVersion, { regions, createdAt, parts }]) => ({
    id: asId<'prediction'>(`${task.id}/${IMPORTED_MODEL}${modelVersion}`),
    taskId: task.id,
    projectId: task.projectId,
    modelId: asId<'model'>(`${IMPORTED_MODEL}${modelVersion}`),
    modelVersion: 1,
    createdAt,
    rejected: [],
    regions,
    ...keptParts(parts, regions.length),
  }));
}

/** Merges two rows of one model and version from the same import. */
export function mergePredictions(before: Prediction | undefined, next: Prediction): Prediction {
  if (before === undefined) return next;
  const regions = [...before.regions];
  const places = next.regions.map((region) => {
    const known = before.regions.findIndex((other) => isSameRegion(other, region));
    return known < 0 ? regions.push(region) - 1 : known;
  });
  const parts = [
    ...partsOf(before),
    ...partsOf(next).map((part) => ({
      ...part,
      places: part.places.flatMap((place) => places[place] ?? []),
    })),
  ];
  return { ...next, regions, ...keptParts(parts, regions.length) };
}

const layersOf = (
  { annotations, predictions }: DatasetItem,
  asPredictions: string | null,
): readonly DatasetPrediction[] =>
  asPredictions === null
    ? predictions
    : [
        ...annotations
          .filter(
            ({ isSkipped, regions, unsupportedCount = 0 }) =>
              !isSkipped && (regions.length > 0 || unsupportedCount === 0),
          )
          .slice(0, 1)
          .map(({ annotator, regions, createdAt }): DatasetPrediction => ({
            modelVersion: annotator || asPredictions,
            regions,
            createdAt,
          })),
        ...predictions,
      ];

function predictedOf(region: Region, { labelOf, onIssue }: PredictionContext): PredictedRegion | null {
  const labelId = region.labelId === null ? null : labelOf.get(region.labelId);
  if (labelId === undefined) {
    onIssue('label-left-out');
    return null;
  }
  return {
    ...predictedPlace(region),
    labelId,
    classNumber: Math.max(0, [...labelOf.values()].indexOf(labelId!)),
    className: region.labelId ?? '',
    score: region.score ?? 1,
    ...(region.extra === undefined ? {} : { extra: region.extra }),
  };
}

export const samePrediction = (a: Prediction, b: Prediction): boolean =>
  a.regions.length === b.regions.length &&
  a.regions.every((region, at) => isSameRegion(region, b.regions[at]!));

const isSameRegion = (a: PredictedRegion, b: PredictedRegion): boolean =>
  a.labelId === b.labelId && isSameBox(a, b, NEAR_PX) && Math.abs(a.score - b.score) <= NEAR_PX;
