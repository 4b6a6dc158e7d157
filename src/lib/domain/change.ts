import type { Size } from './geometry';
import type { QuestionId, RegionId } from './ids';
import { isSamePlace, isSameValue, operationsOf, type Region } from './region';

/**
 * The entries of a map that a step touched, before and after it. An entry only in `after` was created, an entry only in
 * `before` was deleted.
 */
export interface MapChange<Key, Value> {
  readonly before: ReadonlyMap<Key, Value>;
  readonly after: ReadonlyMap<Key, Value>;
}
export type RegionChange = MapChange<RegionId, Region>;

/** The answer to a question about the whole picture: the chosen choices, or one text. */
export type Answer = readonly string[];
/** The answers of one annotation. A question without an entry has no answer. */
export type Choices = ReadonlyMap<QuestionId, Answer>;
export type ChoiceChange = MapChange<QuestionId, Answer>;

/** One step of work on an annotation: its changes to the regions and to the answers. */
export interface AnnotationChange {
  readonly regions: RegionChange;
  readonly choices: ChoiceChange;
}

export const NO_CHOICES: Choices = new Map();
export const NO_REGION_CHANGE: RegionChange = { before: new Map(), after: new Map() };
const NO_CHOICE_CHANGE: ChoiceChange = { before: NO_CHOICES, after: NO_CHOICES };

export const changeOfRegions = (regions: RegionChange): AnnotationChange => ({
  regions,
  choices: NO_CHOICE_CHANGE,
});
export const changeOfChoices = (choices: ChoiceChange): AnnotationChange => ({
  regions: NO_REGION_CHANGE,
  choices,
});

export const isNoChange = ({ before, after }: MapChange<unknown, unknown>): boolean =>
  before.size + after.size === 0;

export const invert = <Key, Value>({ before, after }: MapChange<Key, Value>): MapChange<Key, Value> => ({
  before: after,
  after: before,
});

export const invertAnnotation = ({ regions, choices }: AnnotationChange): AnnotationChange => ({
  regions: invert(regions),
  choices: invert(choices),
});

/** Applies a change to a map. Entries that stay keep their order; new entries come last. */
export const apply = <Key, Value>(
  entries: ReadonlyMap<Key, Value>,
  change: MapChange<Key, Value>,
): ReadonlyMap<Key, Value> => applyAll(entries, [change]);

/**
 * Applies changes in order. The map is copied only once, because a journal can have as many rows as there are regions.
 */
export function applyAll<Key, Value>(
  entries: ReadonlyMap<Key, Value>,
  changes: Iterable<MapChange<Key, Value>>,
): ReadonlyMap<Key, Value> {
  const next = new Map(entries);
  for (const { before, after } of changes) {
    for (const key of before.keys()) if (!after.has(key)) next.delete(key);
    for (const [key, value] of after) next.set(key, value);
  }
  return next;
}

/** The change with `before` replaced by the current answers, so that it applies on top of them. */
export function rebaseChoices({ before, after }: ChoiceChange, now: Choices): ChoiceChange {
  const ids = new Set([...before.keys(), ...after.keys()]);
  return { before: new Map([...now].filter(([id]) => ids.has(id))), after };
}

/** Rebases an undo or redo step. A question whose answer has changed since the step keeps that answer. */
export function rebaseChoiceStep(change: ChoiceChange, now: Choices): ChoiceChange {
  const isAsLeft = (id: QuestionId) => isSameValue(change.before.get(id), now.get(id));
  if ([...change.before.keys(), ...change.after.keys()].every(isAsLeft)) return change;
  const kept = (choices: Choices) => new Map([...choices].filter(([id]) => isAsLeft(id)));
  return { before: kept(change.before), after: kept(change.after) };
}

/** The change that turns one set of answers into another. */
export function choiceDifference(before: Choices, after: Choices): ChoiceChange {
  const other = (from: Choices, to: Choices) =>
    new Map([...from].filter(([id, answer]) => !isSameValue(answer, to.get(id))));
  return { before: other(before, after), after: other(after, before) };
}

/**
 * Rebases a change onto regions that have changed meanwhile: in each region only the fields that the change touches are
 * changed. A region that was deleted meanwhile is not deleted again, and an edited one is restored. A region that
 * results from two changes is clamped to a picture of `size`. Returns the same change if the regions are as they were.
 */
export function rebase(change: RegionChange, now: ReadonlyMap<RegionId, Region>, size: Size): RegionChange {
  const { before, after } = change;
  const ids = new Set([...before.keys(), ...after.keys()]);
  if ([...ids].every((id) => before.get(id) === now.get(id))) return change;
  const [from, to] = [new Map<RegionId, Region>(), new Map<RegionId, Region>()];
  for (const id of ids) {
    const present = now.get(id);
    if (present) from.set(id, present);
  }
  for (const [id, region] of after) {
    const [was, present] = [before.get(id), now.get(id)];
    to.set(id, was && present && was !== present ? changedAs(present, was, region, size) : region);
  }
  return { before: from, after: to };
}

/**
 * Rebases an undo or redo step: a region that was deleted meanwhile stays deleted, and a region that exists again stays
 * as it is.
 */
export function rebaseStep(
  change: RegionChange,
  now: ReadonlyMap<RegionId, Region>,
  size: Size,
): RegionChange {
  const made = rebase(change, now, size);
  if (made === change) return change;
  const isMade = (id: RegionId): boolean => !change.after.has(id) || change.before.has(id) === now.has(id);
  const kept = (regions: ReadonlyMap<RegionId, Region>) => new Map([...regions].filter(([id]) => isMade(id)));
  return { before: kept(made.before), after: kept(made.after) };
}

/** Applies the difference between `was` and `is` to `present`. A field may be absent from either of them. */
function changedAs(present: Region, was: Region, is: Region, size: Size): Region {
  const fields = new Map<string, unknown>(Object.entries(present));
  const [before, after] = [new Map<string, unknown>(Object.entries(was)), Object.entries(is)];
  for (const [key, value] of after) {
    if (!isSameValue(before.get(key), value)) fields.set(key, value);
    before.delete(key);
  }
  for (const key of before.keys()) fields.delete(key);
  const made = Object.fromEntries(fields) as unknown as Region;
  const isOneOfThem = isSamePlace(made, present) || isSamePlace(made, is);
  return isOneOfThem ? made : operationsOf(made).clampToImage(made, size);
}

export const byId = (regions: Iterable<Region>): ReadonlyMap<RegionId, Region> =>
  new Map([...regions].map((region) => [region.id, region]));

/** Regions and answers of an annotation at one moment. */
interface Contents {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly choices: Choices;
}

/** Applies `rebase` to the regions and `rebaseChoices` to the answers. */
export const rebaseAnnotation = (change: AnnotationChange, now: Contents, size: Size): AnnotationChange => ({
  regions: rebase(change.regions, now.regions, size),
  choices: rebaseChoices(change.choices, now.choices),
});

/**
 * Applies `rebaseStep` to the regions and `rebaseChoiceStep` to the answers. Returns the same step if everything is as
 * the step left it.
 */
export function rebaseAnnotationStep(step: AnnotationChange, now: Contents, size: Size): AnnotationChange {
  const regions = rebaseStep(step.regions, now.regions, size);
  const choices = rebaseChoiceStep(step.choices, now.choices);
  return regions === step.regions && choices === step.choices ? step : { regions, choices };
}

/** Applies a change to regions and answers. */
export const applyToAnnotation = ({ regions, choices }: Contents, change: AnnotationChange): Contents => ({
  regions: apply(regions, change.regions),
  choices: apply(choices, change.choices),
});
