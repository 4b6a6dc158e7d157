import { isFields, keptOf, type Fields } from '$lib/domain/kept';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isSamePlace, offsetOf, type Region } from '$lib/domain/region';
import { isEqual } from './json-equal';
import { isPlace, type Holding, type keptHolder, type OtherResult } from './label-studio-kept';
import { NEAR_PX, placeOf } from './label-studio-place';
import { labelsKeyOf, listOf, regionsOfResults, resultOf, type ControlNames } from './label-studio-result';

type Names = ReadonlyMap<LabelId, string>;

/**
 * The results of regions in their original order, with what is kept beside them unchanged. If a person changed a
 * region, only that change is applied to its results.
 */
export function resultsOf(
  regions: readonly Region[],
  size: Size,
  nameOf: Names,
  { names, others, ids, more }: Pick<ReturnType<typeof keptHolder>, 'names' | 'others' | 'ids' | 'more'>,
  holding: Holding,
): readonly Fields[] {
  const placeOf = firstPlaces(ids, [...others.map(({ at }) => at), ...more]);
  const placed: (readonly [at: number, result: Fields])[] = [];
  const byId = new Map<string, Region>();
  for (const [index, region] of regions.entries()) {
    const { results, at } = resultsOfRegion(region, size, nameOf, names, holding);
    // A prediction's regions have no ids of their own, and keep their order.
    const first = placeOf(holding === 'prediction' ? (ids[index] ?? '') : region.id);
    for (const [place, result] of results.entries())
      placed.push([place === 0 ? first : (at[place] ?? first), result]);
    if (others.length > 0) byId.set(region.id, region);
  }
  for (const other of others) {
    if (other.of?.some((id) => !byId.has(id))) continue;
    placed.push([other.at, aboutRegion(other, byId.get(other.of?.[0] ?? ''), size, nameOf)]);
  }
  return placed.toSorted(([a], [b]) => a - b || 0).map(([, result]) => result);
}

/**
 * The index of each region's first result: the indices that other results left free, in order. Regions that came
 * without an id take the indices of such regions, one after the other; new regions come last.
 */
function firstPlaces(ids: readonly string[], others: readonly number[]): (id: string) => number {
  const taken = new Set(others);
  const places = new Map<string, number>();
  const nameless: number[] = [];
  let next = 0;
  for (const id of ids) {
    while (taken.has(next)) next += 1;
    if (id === '') nameless.push(next);
    else places.set(id, next);
    next += 1;
  }
  return (id) => places.get(id) ?? nameless.shift() ?? Number.MAX_SAFE_INTEGER;
}

/**
 * Puts each placed element at its index, as far as the list is long enough; the free elements fill the gaps in
 * their order.
 */
export function inPlaces<T>(
  free: readonly T[],
  placed: readonly (readonly [at: number, one: T])[],
): readonly T[] {
  if (placed.length === 0) return free;
  const sorted = placed.toSorted(([a], [b]) => a - b);
  const all: T[] = [];
  let [next, nextPlaced] = [0, 0];
  while (next < free.length || nextPlaced < sorted.length) {
    const place = sorted[nextPlaced];
    if (place !== undefined && (place[0] <= all.length || next >= free.length)) {
      all.push(place[1]);
      nextPlaced += 1;
    } else all.push(free[next++]!);
  }
  return all;
}

function resultsOfRegion(
  region: Region,
  size: Size,
  nameOf: Names,
  names: ControlNames,
  holding: Holding,
): { readonly results: readonly Fields[]; readonly at: readonly number[] } {
  const ours = () => resultOf(region, size, nameOf, names);
  if (region.extra === undefined) return { results: [ours()], at: [] };
  const { results, at, keys, without } = keptOf(region.extra, 'labelStudio');
  const own = listOf(results);
  if (own.length > 0)
    return {
      results: patched(own, region, size, nameOf, names, holding),
      at: Array.isArray(at) ? at.filter(isPlace) : [],
    };
  const gone = new Set<unknown>(Array.isArray(without) ? without : []);
  // The origin of a changed region is always written, even if the file had none.
  if (region.origin === 'prediction-changed') gone.delete('origin');
  const all = Object.entries({ ...ours(), ...(isFields(keys) ? keys : {}) });
  const result = Object.fromEntries(all.filter(([key]) => !gone.has(key)));
  return { results: [result], at: [] };
}

/** The original results, with the later changes of their region applied. */
function patched(
  results: readonly Fields[],
  region: Region,
  size: Size,
  nameOf: Names,
  names: ControlNames,
  holding: Holding,
): readonly Fields[] {
  const { regions } = regionsOfResults(results, size, { path: '', place: '', issue: () => undefined });
  const was = regions[0];
  if (was === undefined) return results;
  const isPredicted = holding === 'prediction';
  let now = results;
  if (!isPredicted && !isSamePlace(was, region, NEAR_PX)) now = moved(now, was, region, size, nameOf, names);
  const label = region.labelId === null ? '' : (nameOf.get(region.labelId) ?? '');
  if (label !== (was.labelId ?? '')) now = relabelled(now, label);
  const first: Record<string, unknown> = { ...now[0]! };
  if (!isPredicted) {
    if (region.note !== was.note) {
      const { text: _, ...meta } = isFields(first['meta']) ? first['meta'] : {};
      first['meta'] = region.note === '' ? meta : { ...meta, text: [region.note] };
    }
    if (region.isLocked !== was.isLocked) {
      delete first['readonly'];
      first['locked'] = region.isLocked;
    }
    if (region.origin !== was.origin) first['origin'] = region.origin;
    if (region.score !== was.score && region.score === null) delete first['score'];
    else if (region.score !== was.score) first['score'] = region.score;
  }
  return [first, ...now.slice(1)];
}

/**
 * Applies a changed place. An outline moves with its box; if the box has another size, the outline no longer fits
 * and is dropped.
 */
function moved(
  results: readonly Fields[],
  was: Region,
  region: Region,
  size: Size,
  nameOf: Names,
  names: ControlNames,
): readonly Fields[] {
  const offset = offsetOf(was, region, NEAR_PX);
  const isMoved = offset !== null;
  const [dx, dy] = [((offset?.[0] ?? 0) / size.width) * 100, ((offset?.[1] ?? 0) / size.height) * 100];
  const place = placeOf(region, size);
  return results.map((result) => {
    const value = isFields(result['value']) ? result['value'] : {};
    const original = { original_width: size.width, original_height: size.height };
    if (value['points'] === undefined && value['vertices'] === undefined && value['rle'] === undefined) {
      if (value['radiusX'] === undefined)
        return value['width'] === undefined
          ? result
          : { ...result, ...withSize(result, original), value: { ...value, ...placeIn(value, place) } };
      if (isMoved)
        return { ...result, value: { ...value, x: Number(value['x']) + dx, y: Number(value['y']) + dy } };
    } else if (isMoved && value['rle'] === undefined) {
      const key = value['points'] === undefined ? 'vertices' : 'points';
      return { ...result, value: { ...value, [key]: shifted(value[key], dx, dy) } };
    }
    const { type: _type, value: _value, from_name: _from, ...rest } = result;
    return { ...resultOf(region, size, nameOf, names), ...rest, ...original };
  });
}

const withSize = (result: Fields, size: Fields): Fields =>
  result['original_width'] === undefined ? {} : size;

/** A rotation of 0 is not added if the original had none. */
const placeIn = (value: Fields, { rotation, ...place }: Fields): Fields =>
  rotation === 0 && value['rotation'] === undefined ? place : { ...place, rotation };

const shifted = (points: unknown, dx: number, dy: number): unknown =>
  Array.isArray(points)
    ? points.map((point: unknown) =>
        Array.isArray(point)
          ? [Number(point[0]) + dx, Number(point[1]) + dy, ...(point.slice(2) as readonly unknown[])]
          : isFields(point)
            ? { ...point, x: Number(point['x']) + dx, y: Number(point['y']) + dy }
            : point,
      )
    : points;

/** Replaces the first label, or removes it; further labels stay. */
function relabelled(results: readonly Fields[], label: string): readonly Fields[] {
  const at = results.findIndex(
    (result) => isFields(result['value']) && labelsKeyOf(result['value']) !== null,
  );
  if (at < 0) {
    const [first, ...rest] = results;
    const value = isFields(first!['value']) ? first!['value'] : {};
    return [{ ...first, type: 'rectanglelabels', value: { ...value, rectanglelabels: [label] } }, ...rest];
  }
  return results.map((result, index) => (index === at ? withFirstLabel(result, label) : result));
}

function withFirstLabel(result: Fields, label: string): Fields {
  const value = result['value'] as Fields;
  const key = labelsKeyOf(value)!;
  const names = Array.isArray(value[key]) ? (value[key] as readonly unknown[]) : [value[key]];
  const next = label === '' ? names.slice(1) : [label, ...names.slice(1).filter((name) => name !== label)];
  return { ...result, value: { ...value, [key]: next } };
}

/** An answer about a region repeats the region's place and label, so it follows their changes. */
function aboutRegion(
  { result, mirrors }: OtherResult,
  region: Region | undefined,
  size: Size,
  nameOf: Names,
): Fields {
  const value = result['value'];
  if (mirrors === undefined || region === undefined || !isFields(value)) return result;
  const place = placeOf(region, size);
  const isHere = Object.entries(place).every(
    ([key, here]) => value[key] === undefined || isEqual(value[key], here),
  );
  const here = isHere ? result : { ...result, value: { ...value, ...placeIn(value, place) } };
  const label = region.labelId === null ? '' : (nameOf.get(region.labelId) ?? '');
  const key = labelsKeyOf(value);
  if (mirrors !== 2 || key === null) return here;
  const [first] = Array.isArray(value[key]) ? (value[key] as readonly unknown[]) : [value[key]];
  return first === label ? here : withFirstLabel(here, label);
}
