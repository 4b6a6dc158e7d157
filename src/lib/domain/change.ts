import type { Size } from './geometry';
import type { QuestionId, RegionId } from './ids';
import { isSamePlace, isSameValue, operationsOf, type Region } from './region';

/**
 * The entries of a map that a step touched, as they were and as they are. What only `after` holds was made, what only
 * `before` holds was deleted.
 */
export interface MapChange<Key, Value> {
  readonly before: ReadonlyMap<Key, Value>;
  readonly after: ReadonlyMap<Key, Value>;
}
export type RegionChange = MapChange<RegionId, Region>;

/** The answer to a question about the whole picture: the chosen choices, or one text. */
export type Answer = readonly string[];
/** The answers of one annotation. A question without an entry is not answered. */
export type Choices = ReadonlyMap<QuestionId, Answer>;
export type ChoiceChange = MapChange<QuestionId, Answer>;

/** One step of work on an annotation: what it changed of the regions, and of the answers. */
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

export const invertStep = ({ regions, choices }: AnnotationChange): AnnotationChange => ({
  regions: invert(regions),
  choices: invert(choices),
});

/** The entries after a change; the order of what stays is kept, what is new stands last. */
export const apply = <Key, Value>(
  entries: ReadonlyMap<Key, Value>,
  change: MapChange<Key, Value>,
): ReadonlyMap<Key, Value> => applyAll(entries, [change]);

/** The entries after one change after the other. They are copied once: a journal can have as many rows as regions. */
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

/** The same answers given on top of those of now. */
export function rebaseChoices({ before, after }: ChoiceChange, now: Choices): ChoiceChange {
  const ids = new Set([...before.keys(), ...after.keys()]);
  return { before: new Map([...now].filter(([id]) => ids.has(id))), after };
}

/**
 * The same as `rebaseChoices` for a step that is taken back or made again: a question that was answered otherwise
 * meanwhile keeps that answer.
 */
export function rebaseChoiceStep(change: ChoiceChange, now: Choices): ChoiceChange {
  const isAsLeft = (id: QuestionId) => isSameValue(change.before.get(id), now.get(id));
  if ([...change.before.keys(), ...change.after.keys()].every(isAsLeft)) return change;
  const kept = (choices: Choices) => new Map([...choices].filter(([id]) => isAsLeft(id)));
  return { before: kept(change.before), after: kept(change.after) };
}

/** The change from some answers to others. */
export function choiceDifference(before: Choices, after: Choices): ChoiceChange {
  const other = (from: Choices, to: Choices) =>
    new Map([...from].filter(([id, answer]) => !isSameValue(answer, to.get(id))));
  return { before: other(before, after), after: other(after, before) };
}

/**
 * The same change, made on regions that were changed meanwhile: of each region only what the change is about becomes
 * other. What is gone meanwhile is not deleted again, and what was worked on is there again; a region that came of
 * two changes is kept in the picture of `size`. The change itself where its regions are as they were.
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
 * The same as `rebase` for a step that is taken back or made again: what was deleted meanwhile stays deleted, and what
 * is there again meanwhile stays as it is.
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

/** A region with what differs between two others made to differ in it as well; a field may be there in one alone. */
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

/** What an annotation holds at one moment. */
interface Contents {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly choices: Choices;
}

/** `rebase` for regions and answers. */
export const rebaseAll = (change: AnnotationChange, now: Contents, size: Size): AnnotationChange => ({
  regions: rebase(change.regions, now.regions, size),
  choices: rebaseChoices(change.choices, now.choices),
});

/** `rebaseStep` for regions and answers. The same step where everything is as the step left it. */
export function rebaseWholeStep(step: AnnotationChange, now: Contents, size: Size): AnnotationChange {
  const regions = rebaseStep(step.regions, now.regions, size);
  const choices = rebaseChoiceStep(step.choices, now.choices);
  return regions === step.regions && choices === step.choices ? step : { regions, choices };
}

/** The contents after a change. */
export const applyToContents = ({ regions, choices }: Contents, change: AnnotationChange): Contents => ({
  regions: apply(regions, change.regions),
  choices: apply(choices, change.choices),
});
