import { isFields, keptOf, MAX_KEPT_LENGTH, type Fields, type KeptText } from '$lib/domain/kept';
import { addKept, type KeptCounts, type KeptKind } from '$lib/domain/kept-counts';
import type { Size } from '$lib/domain/geometry';
import { asId, type LabelId } from '$lib/domain/ids';
import { acceptedRegion, predictedPlace } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { numberFrom } from './boxes';
import { countHolder, countRegion, kindOfOther } from './label-studio-counts';
import { isEqual } from './json-equal';
import { isoOf, timeOf } from './label-studio-holder';
import {
  labelsKeyOf,
  listOf,
  OUR_NAMES,
  regionsOfResults,
  resultOf,
  type ControlNames,
} from './label-studio-result';

/**
 * The contents of Label Studio's results besides the boxes made of them. A region keeps `{"labelStudio": {"keys",
 * "without"}}` if only other keys of its result differ from ours, or `{"labelStudio": {"results", "at"}}`, its
 * results unchanged, if more differs. The holder of the results (an annotation, a draft or a prediction) keeps its
 * own keys, the names of its controls, and every result that became no region: `{"labelStudio": {"holder", "names",
 * "others", "count"}}`.
 */

/** A result that became no region. */
export interface OtherResult {
  /** Its index in the list of results. */
  readonly at: number;
  readonly result: Fields;
  /** The regions that it is about; it is written only while all of them exist. */
  readonly of?: readonly string[];
  /** 1 if it repeats the place of its region, 2 if it repeats the region's label as well. */
  readonly mirrors?: 1 | 2;
}

/** The keys of a result whose content a region has as fields. */
const KEYS_OF_REGION: ReadonlySet<string> = new Set(
  'value type score meta locked readonly original_width original_height'.split(' '),
);

/** The same for a prediction, whose regions a person cannot change. */
const KEYS_OF_PREDICTED: ReadonlySet<string> = new Set(
  'value type original_width original_height'.split(' '),
);

export interface HeldResults {
  readonly regions: readonly Region[];
  /** The number of drawn results that became no region. */
  readonly untaken: number;
  readonly extra: KeptText | undefined;
  readonly kept: KeptCounts;
}

/** Whether regions are written back as a person may have changed them, or as the model predicted them. */
export type Holding = 'annotation' | 'prediction';
export type HoldingKind = Holding | 'draft';

/**
 * Reads a list of results: its regions, each with what is kept beside it, and what the holder keeps. `size` is that
 * of the picture; `at` is the holder's index in its list.
 */
export function heldResults(
  holder: Fields,
  size: Size | null,
  at: number,
  kind: HoldingKind,
  taskId: string,
  where: Parameters<typeof regionsOfResults>[2],
): HeldResults {
  const results = listOf(holder['result']);
  const holding: Holding = kind === 'prediction' ? 'prediction' : 'annotation';
  const kept = new Map<KeptKind, number>();
  const read = regionsOfResults(results, size, where);
  const taken = new Set(read.made.flat());
  const names = namesIn(results, taken);
  const more = read.made.flatMap(([, ...further]) => further);
  const said = holding === 'annotation' ? read.regions : read.regions.map((region) => asSaid(region, holder));
  const regions = said.map((region, index) => {
    const made = read.made[index]!;
    const own = made.map((place) => results[place]!);
    for (const result of own) countRegion(result, kept);
    const extra = regionExtra(region, index, own, made, size, names, holding);
    if (extra === undefined) return region;
    if (extra.length <= MAX_KEPT_LENGTH) return { ...region, extra };
    where.issue({ code: 'extra-too-long', path: where.path, place: where.place });
    return region;
  });
  const byId = new Map<unknown, About>();
  for (const [index, region] of regions.entries()) {
    const drawn = results[read.made[index]![0]!]!;
    // If two regions have the same id, the first one is meant.
    if (drawn['id'] !== undefined && !byId.has(drawn['id'])) byId.set(drawn['id'], { region, drawn });
  }
  const others = results.flatMap((result, place) =>
    taken.has(place)
      ? []
      : [holding === 'prediction' ? { at: place, result } : otherResult(result, place, byId)],
  );
  for (const { result, of } of others) addKept(kept, kindOfOther(result, of !== undefined), 1);
  countHolder(holder, holding === 'prediction', kept);
  const { result: _, ...keys } = holder;
  const untaken = others.filter(({ result }) => result['type'] !== 'relation').length;
  if (
    others.length === 0 &&
    names === OUR_NAMES &&
    isOurs(keys, kind, regions, `${taskId}${PLACE_OF[at] ?? ''}`)
  )
    return { regions, untaken, extra: undefined, kept };
  const text = JSON.stringify({
    labelStudio: {
      holder: keys,
      ...(names === OUR_NAMES ? {} : { names }),
      ...(others.length === 0 ? {} : { others }),
      ...(others.length + more.length === 0 ? {} : { ids: regions.map(({ id }) => id), more }),
      count: results.length,
      at,
    },
  });
  const isTooLong = text.length > MAX_KEPT_LENGTH;
  if (isTooLong) where.issue({ code: 'extra-too-long', path: where.path, place: where.place });
  return {
    regions,
    untaken,
    extra: isTooLong ? undefined : text,
    kept,
  };
}

/** A result without a score has that of its prediction. */
const asSaid = (region: Region, holder: Fields): Region => ({
  ...region,
  origin: 'prediction',
  score: region.score ?? numberFrom(holder['score']),
});

/** The ids of our own annotations are the task's number followed by two digits. */
const PLACE_OF = Array.from({ length: 100 }, (_, at) => String(at).padStart(2, '0'));

/** Whether a holder contains only what we would write for it. */
function isOurs(keys: Fields, kind: HoldingKind, regions: readonly Region[], id: string): boolean {
  const { created_at: created, updated_at: updated, ...rest } = keys;
  if (![created, updated].every((time) => time === undefined || isExactTime(time))) return false;
  switch (kind) {
    case 'draft':
      return false;
    case 'prediction':
      return (
        Object.keys(rest).length === 2 &&
        updated === undefined &&
        created !== undefined &&
        typeof rest['model_version'] === 'string' &&
        isEqual(rest['score'], mean(regions.map(({ score }) => score ?? 0)))
      );
    case 'annotation':
      return (
        created !== undefined &&
        updated !== undefined &&
        Object.keys(rest).length === 5 &&
        String(rest['id']) === id &&
        typeof rest['annotator'] === 'string' &&
        typeof rest['was_cancelled'] === 'boolean' &&
        rest['ground_truth'] === false &&
        rest['result_count'] === regions.length
      );
  }
}

function isExactTime(value: unknown): boolean {
  const time = timeOf(value);
  return time !== null && isoOf(time) === value;
}

export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The names of the controls of the holder's first region; most of its regions have the same. */
function namesIn(results: readonly Fields[], taken: ReadonlySet<number>): ControlNames {
  const first = results.find((result, at) => taken.has(at) && result['from_name'] !== undefined);
  const [from, to] = [first?.['from_name'], first?.['to_name']];
  const isOurs = from === OUR_NAMES.from && to === OUR_NAMES.to;
  return typeof from === 'string' && typeof to === 'string' && !isOurs ? { from, to } : OUR_NAMES;
}

/** The text that a region keeps so that its results can be written back unchanged; undefined if none is needed. */
function regionExtra(
  region: Region,
  index: number,
  results: readonly Fields[],
  places: readonly number[],
  size: Size | null,
  names: ControlNames,
  holding: Holding,
): KeptText | undefined {
  const [result] = results;
  if (result !== undefined && results.length === 1 && size !== null) {
    const label = region.labelId ?? '';
    const as = holding === 'annotation' ? region : predictedAs(region, index);
    const ours = resultOf(as, size, new Map([[region.labelId as LabelId, label]]), names);
    const keys = Object.entries(result).filter(([key, value]) => !isEqual(value, ours[key]));
    const without = Object.keys(ours).filter((key) => !Object.hasOwn(result, key));
    if (keys.length + without.length === 0) return undefined;
    const ofRegion = holding === 'annotation' ? KEYS_OF_REGION : KEYS_OF_PREDICTED;
    if (![...keys.map(([key]) => key), ...without].some((key) => ofRegion.has(key)))
      return JSON.stringify({
        labelStudio: {
          ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys) }),
          ...(without.length === 0 ? {} : { without }),
        },
      });
  }
  return JSON.stringify({ labelStudio: { results, ...(results.length > 1 ? { at: places } : {}) } });
}

/** A region as the export of its stored prediction gives it back. */
const predictedAs = (region: Region, index: number): Region =>
  acceptedRegion(
    { ...predictedPlace(region), labelId: region.labelId, score: region.score ?? 1 },
    asId<'region'>(`p${index + 1}`),
  );

/** A region, and the result that draws it. */
interface About {
  readonly region: Region;
  readonly drawn: Fields;
}

function otherResult(result: Fields, at: number, byId: ReadonlyMap<unknown, About>): OtherResult {
  const ids = [result['id'], result['from_id'], result['to_id'], result['parentID'], result['parent_id']];
  const about = [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
  const [first] = about;
  if (first === undefined) return { at, result };
  const of = about.map(({ region }) => region.id);
  const [value, theirs] = [result['value'], first.drawn['value']];
  if (!isFields(value) || !isFields(theirs) || theirs['width'] === undefined) return { at, result, of };
  if (!['x', 'y', 'width', 'height', 'rotation'].every((key) => isEqual(value[key], theirs[key])))
    return { at, result, of };
  const [ownKey, theirKey] = [labelsKeyOf(value), labelsKeyOf(theirs)];
  const isSameLabel =
    ownKey !== null && theirKey !== null && firstOf(value[ownKey]) === firstOf(theirs[theirKey]);
  return { at, result, of, mirrors: isSameLabel ? 2 : 1 };
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : list);

/** Parses a holder's kept text; parts of a wrong shape are left out. */
export function keptHolder(text: KeptText | undefined): {
  readonly holder: Fields | null;
  readonly names: ControlNames;
  readonly others: readonly OtherResult[];
  /** The ids of the regions in the order of their results, and the indices of their further results. */
  readonly ids: readonly string[];
  readonly more: readonly number[];
  readonly count: number;
  readonly at: number | null;
} {
  const { holder, names, others, ids, more, count, at } = keptOf(text, 'labelStudio');
  return {
    holder: isFields(holder) ? holder : null,
    names:
      isFields(names) && typeof names['from'] === 'string' && typeof names['to'] === 'string'
        ? { from: names['from'], to: names['to'] }
        : OUR_NAMES,
    others: listOf(others).filter(
      (other): other is Fields & OtherResult => isFields(other['result']) && isPlace(other['at']),
    ),
    ids: Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [],
    more: Array.isArray(more) ? more.filter(isPlace) : [],
    count: isPlace(count) ? count : 0,
    at: isPlace(at) ? at : null,
  };
}

export const isPlace = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
