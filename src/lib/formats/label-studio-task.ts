import {
  SPLITS,
  type DatasetAnnotation,
  type DatasetItem,
  type DatasetPrediction,
} from '$lib/domain/dataset';
import type { EpochMs, LabelId } from '$lib/domain/ids';
import { isFields, keptOf, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import type { Region } from '$lib/domain/region';
import { isEqual } from './json-equal';
import { addressKeyIn, localAddress } from './label-studio-address';
import { annotatorOf, isoOf } from './label-studio-holder';
import { isPlace, keptHolder, mean, type Holding } from './label-studio-kept';
import { inPlaces, resultsOf } from './label-studio-results';
import type { BoxControls } from './label-config';
import { listOf, OUR_NAMES } from './label-studio-result';

/**
 * Writes a task of Label Studio: our own members for what is known here, and, if the task came from a file, that
 * file's members for everything that nobody has changed since. A picture keeps `{"labelStudio": {"task", "lists",
 * "drafts", "untaken"}}`: the task without its lists, the length of each list (a list that is absent was absent in
 * the file), further drafts unchanged, and the elements of the lists that could not be read.
 */
export function taskOf(
  item: DatasetItem,
  nameOf: ReadonlyMap<LabelId, string>,
  controls: BoxControls = OUR_CONTROLS,
): Fields {
  const kept = keptOf(item.extra, 'labelStudio');
  const lists = isFields(kept['lists']) ? kept['lists'] : null;
  const untaken = (list: string) =>
    listOf(kept['untaken']).flatMap((one): (readonly [number, Fields])[] =>
      one['list'] === list && isPlace(one['at']) && isFields(one['holder'])
        ? [[one['at'], one['holder']]]
        : [],
    );
  const write = (
    regions: readonly Region[],
    text: KeptText | undefined,
    holding: Holding,
  ): readonly Fields[] =>
    item.size === null
      ? keptHolder(text).others.map(({ result }) => result)
      : resultsOf(
          regions,
          item.size,
          nameOf,
          text === undefined ? { ...keptHolder(text), names: controls } : keptHolder(text),
          holding,
        );
  const annotations = placed(
    item.annotations.map((one, index) => ({
      at: keptHolder(one.extra).at,
      row: annotationOf(one, item.number * 100 + index, write(one.regions, one.extra, 'annotation')),
    })),
    untaken('annotations'),
  );
  const drafts = placed(
    item.draft === null ? [] : [{ at: item.draftExtra === undefined ? null : 0, row: draftOf(item, write) }],
    untaken('drafts'),
  );
  const predictions = placed(
    item.predictions.flatMap((prediction) => predictionsOf(prediction, write)),
    untaken('predictions'),
  );
  const own = ourKeys(item, annotations, predictions.length, controls.key);
  const found = { drafts, predictions, annotations };
  if (!isFields(kept['task']) || lists === null) return { ...own, ...found };
  const task = taskAsKept(kept['task'], item, own, lists, found);
  const completions = Object.hasOwn(lists, 'completions');
  return {
    ...task,
    ...listAsKept('drafts', drafts, lists),
    ...listAsKept('predictions', predictions, lists),
    ...(completions ? { completions: annotations } : listAsKept('annotations', annotations, lists)),
  };
}

type Write = (regions: readonly Region[], text: KeptText | undefined, holding: Holding) => readonly Fields[];

const OUR_CONTROLS: BoxControls = { ...OUR_NAMES, key: 'image' };

/** Puts rows that have an index in their file there; the others follow in order. */
const placed = (
  rows: readonly { readonly at: number | null; readonly row: Fields }[],
  untaken: readonly (readonly [number, Fields])[],
): readonly Fields[] =>
  inPlaces(
    rows.flatMap(({ at, row }) => (at === null ? [row] : [])),
    [
      ...rows.flatMap(({ at, row }): (readonly [number, Fields])[] => (at === null ? [] : [[at, row]])),
      ...untaken,
    ],
  );

const listAsKept = (name: string, rows: readonly Fields[], lists: Fields): Fields =>
  rows.length === 0 && !Object.hasOwn(lists, name) ? {} : { [name]: rows };

function ourKeys(
  item: DatasetItem,
  annotations: readonly Fields[],
  predictions: number,
  key = 'image',
): Fields {
  const cancelled = annotations.filter((annotation) => annotation['was_cancelled'] === true).length;
  return {
    id: item.number,
    data: { [key]: localAddress(item.path), ...(item.split === null ? {} : { split: item.split }) },
    meta: item.size === null ? {} : { width: item.size.width, height: item.size.height },
    inner_id: item.number,
    total_annotations: annotations.length - cancelled,
    cancelled_annotations: cancelled,
    total_predictions: predictions,
    file_upload: null,
  };
}

/**
 * The file's own task with later changes applied: the picture's path, its split, and the lengths of its lists.
 */
function taskAsKept(
  task: Fields,
  item: DatasetItem,
  own: Fields,
  lists: Fields,
  found: Readonly<Record<'annotations' | 'predictions' | 'drafts', readonly Fields[]>>,
): Fields {
  const next: Record<string, unknown> = { ...task };
  const hasData = isFields(task['data']);
  const data: Record<string, unknown> = hasData ? { ...(task['data'] as Fields) } : next;
  const key = addressKeyIn(data);
  if (key !== null && item.extraPath !== undefined && item.extraPath !== item.path)
    data[key] = localAddress(item.path);
  if ((SPLITS.find((split) => split === data['split']) ?? null) !== item.split) data['split'] = item.split;
  if (hasData) next['data'] = data;
  const before = lists['annotations'] ?? lists['completions'] ?? 0;
  if (before !== found.annotations.length)
    for (const total of ['total_annotations', 'cancelled_annotations'])
      if (next[total] !== undefined) next[total] = own[total];
  if ((lists['predictions'] ?? 0) !== found.predictions.length && next['total_predictions'] !== undefined)
    next['total_predictions'] = own['total_predictions'];
  return next;
}

function annotationOf(annotation: DatasetAnnotation, id: number, result: readonly Fields[]): Fields {
  const { holder, count } = keptHolder(annotation.extra);
  const { annotator, isSkipped, isChanged = false, updatedAt } = annotation;
  if (holder === null)
    return {
      id,
      annotator,
      was_cancelled: isSkipped,
      ground_truth: false,
      result,
      result_count: result.length,
      ...times(annotation),
    };
  const next: Record<string, unknown> = { ...holder, result };
  if (isSkipped !== (holder['was_cancelled'] === true)) next['was_cancelled'] = isSkipped;
  const counted = holder['result_count'];
  if (typeof counted === 'number') next['result_count'] = counted + result.length - count;
  if (!isChanged) return next;
  if (annotator !== annotatorOf(holder)) next['annotator'] = annotator;
  return { ...next, ...(updatedAt === null ? {} : { updated_at: isoOf(updatedAt) }) };
}

function draftOf({ draft, draftExtra, annotations: [first] }: DatasetItem, write: Write): Fields {
  const { holder } = keptHolder(draftExtra);
  // A draft of a submitted annotation keeps that annotation's answers.
  return { ...holder, result: write(draft!, draftExtra ?? first?.extra, 'annotation') };
}

/** A model's row here may be several rows of a file; regions that came from none of them become one more row. */
function predictionsOf(
  prediction: DatasetPrediction,
  write: Write,
): readonly { readonly at: number | null; readonly row: Fields }[] {
  const { regions, extra } = prediction;
  const parts = listOf(keptOf(extra, 'labelStudio')['parts']);
  if (parts.length === 0) return [predictionOf(prediction, write)];
  const said = new Set<number>();
  const rows = parts.map((part) => {
    const places = Array.isArray(part['regions']) ? part['regions'].filter(isPlace) : [];
    for (const place of places) said.add(place);
    const own = places.flatMap((place) => regions[place] ?? []);
    return predictionOf({ ...prediction, regions: own, extra: JSON.stringify({ labelStudio: part }) }, write);
  });
  const { extra: _, ...rest } = { ...prediction, regions: regions.filter((_, at) => !said.has(at)) };
  return rest.regions.length === 0 ? rows : [...rows, predictionOf(rest, write)];
}

function predictionOf(
  { modelVersion, regions, createdAt, extra }: DatasetPrediction,
  write: Write,
): { readonly at: number | null; readonly row: Fields } {
  const { holder, at } = keptHolder(extra);
  const result = write(regions, extra, 'prediction');
  if (holder !== null) return { at, row: { ...holder, result } };
  const row = {
    model_version: modelVersion,
    score: mean(regions.map(({ score }) => score ?? 0)),
    result,
    ...(createdAt === null ? {} : { created_at: isoOf(createdAt) }),
  };
  return { at: null, row };
}

const times = ({
  createdAt,
  updatedAt,
}: {
  readonly createdAt: EpochMs | null;
  readonly updatedAt: EpochMs | null;
}): Fields => ({
  ...(createdAt === null ? {} : { created_at: isoOf(createdAt) }),
  ...(updatedAt === null ? {} : { updated_at: isoOf(updatedAt) }),
});

const LISTS = ['annotations', 'completions', 'predictions', 'drafts'] as const;

/** The content of a task that `item` does not have; undefined if we would write the same task. */
export function taskExtra(row: Fields, item: DatasetItem): KeptText | undefined {
  const task = Object.fromEntries(
    Object.entries(row).filter(([key]) => !(LISTS as readonly string[]).includes(key)),
  );
  const lists = Object.fromEntries(
    LISTS.flatMap((list) => (row[list] === undefined ? [] : [[list, listOf(row[list]).length]])),
  );
  const annotations = listOf(row['annotations']);
  const own = ourKeys(item, annotations, item.predictions.length);
  const further = listOf(row['drafts'])
    .slice(1)
    .map((holder, index) => ({ list: 'drafts', at: index + 1, holder }));
  const hasAllLists = ['annotations', 'predictions', 'drafts'].every((list) => Array.isArray(row[list]));
  if (isEqual(task, own) && hasAllLists && row['completions'] === undefined && further.length === 0)
    return undefined;
  return JSON.stringify({
    labelStudio: { task, lists, ...(further.length === 0 ? {} : { untaken: further }) },
  });
}

/** Counts the members of `data` and `meta` that are not shown here. */
export function countTask(row: Fields, data: Fields, address: string, kept: Map<KeptKind, number>): void {
  if (!isFields(row['data'])) return;
  const meta = isFields(row['meta']) ? row['meta'] : {};
  const further =
    Object.entries(data).filter(([key, value]) => value !== address && key !== 'split').length +
    Object.keys(meta).filter((key) => key !== 'width' && key !== 'height').length;
  if (further > 0) addKept(kept, 'data', further);
}
