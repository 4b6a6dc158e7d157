import { AppError } from './errors';
import type { EpochMs, LabelId, ProjectId } from './ids';
import { keptOf, type KeptText } from './kept';
import type { ListLook } from './list-look';

/** A class that the annotator can assign. Its position in the project's list is its position in every export. */
export interface Label {
  readonly id: LabelId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** The key that selects it, as `KeyboardEvent.key`; empty for none. */
  readonly hotkey: string;
  /** An explicit class number for exports; null if it follows from the position in the list. */
  readonly classNumber: number | null;
  /** Content of imported files about the label. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
}

/** A label that was removed from the list. See [Note: Removed labels] in label-resolution.ts. */
export interface RemovedLabel {
  /** The label before its removal, so that it can be restored. */
  readonly label: Label;
  /** The label that its boxes have now; null if they are unlabelled. */
  readonly to: LabelId | null;
  readonly removedAt: EpochMs;
}

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly description: string;
  readonly labels: readonly Label[];
  /** In the order of removal; absent if no label was removed. */
  readonly removedLabels?: readonly RemovedLabel[];
  /** An imported labelling configuration, unchanged. */
  readonly labelingConfig?: string;
  /** Content of imported files about the whole project. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /** Absent until somebody changes the settings of the list. */
  readonly listLook?: ListLook;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** The labels a new project starts with, as in Label Studio's template. */
export const TEMPLATE_LABELS: readonly string[] = ['Airplane', 'Car'];

/**
 * Label colours that people with colour blindness can distinguish (after Okabe and Ito, and Tol), and that contrast
 * with pink tissue and with black borders alike.
 */
export const LABEL_COLORS: readonly string[] = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc3311',
  '#33bbee',
  '#aa3377',
  '#f0e442',
  '#6a3d9a',
  '#ee7733',
  '#44aa99',
];

/** The keys assigned to labels in order: 1 to 9, then letters that no tool uses. */
export const LABEL_KEYS: readonly string[] = '1 2 3 4 5 6 7 8 9 q w e t y i o p'.split(' ');

/** Creates a label that differs from `others`, with the first free colour and key. */
export const makeLabel = (id: LabelId, name: string, others: readonly Label[]): Label =>
  makeLabels([name], others, () => id)[0]!;

/** Creates labels that differ from `others` and from each other as long as colours and keys last. */
export function makeLabels(
  names: readonly string[],
  others: readonly Label[],
  newId: () => LabelId,
): readonly Label[] {
  const colors = new Set(others.map((label) => label.color));
  const keys = new Set(others.map((label) => label.hotkey));
  return names.map((name, at) => {
    const color =
      LABEL_COLORS.find((free) => !colors.has(free)) ??
      LABEL_COLORS[(others.length + at) % LABEL_COLORS.length]!;
    const hotkey = LABEL_KEYS.find((free) => !keys.has(free)) ?? '';
    colors.add(color);
    keys.add(hotkey);
    return { id: newId(), name: name.trim(), color, hotkey, classNumber: null };
  });
}

/** The labels that an edit of the list removes. */
export interface LabelRemovals {
  /** For each removed label, the label that its boxes have from then on; null if they become unlabelled. */
  readonly removed: ReadonlyMap<LabelId, LabelId | null>;
  readonly broughtBack: ReadonlySet<LabelId>;
}

export const NO_REMOVALS: LabelRemovals = { removed: new Map(), broughtBack: new Set() };

/**
 * A project's labels after an edit of the list. The list may be older than another tab's changes: labels added there
 * stay, and labels removed there stay removed unless `broughtBack` names them.
 */
export function labelsAfter(
  { labels, removedLabels = [] }: Project,
  edited: readonly Label[] | undefined,
  { removed, broughtBack }: LabelRemovals,
  now: EpochMs,
): Pick<Project, 'labels' | 'removedLabels'> {
  const listed = new Set(edited?.map(({ id }) => id));
  const kept = removedLabels.filter(({ label }) => !broughtBack.has(label.id));
  const gone = new Set([...removed.keys(), ...kept.map(({ label }) => label.id)]);
  const next = [...(edited ?? []), ...labels.filter(({ id }) => !listed.has(id))];
  const newlyGone = labels
    .filter(({ id }) => removed.has(id))
    .map((label): RemovedLabel => ({ label, to: removed.get(label.id) ?? null, removedAt: now }));
  const all = [...kept, ...newlyGone];
  return {
    labels: next.filter(({ id }) => !gone.has(id)),
    ...(removedLabels.length > 0 || all.length > 0 ? { removedLabels: all } : {}),
  };
}

/** Parses one name per line; blank lines and surrounding blanks are ignored. */
export const namesIn = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The first name that occurs twice, also counting `taken`; null if all differ. Case and character width count. */
export function repeatedName(names: readonly string[], taken: readonly string[] = []): string | null {
  const seen = new Set(taken.map((name) => name.normalize('NFC')));
  for (const name of names) {
    const key = name.normalize('NFC');
    if (seen.has(key)) return name;
    seen.add(key);
  }
  return null;
}

/** Adds labels for the names in a text, one per line. Throws `label-name-taken` if a name occurs twice. */
export function withNames(
  labels: readonly Label[],
  text: string,
  newLabels: (names: readonly string[], others: readonly Label[]) => readonly Label[],
): readonly Label[] {
  const names = namesIn(text);
  const repeated = repeatedName(
    names,
    labels.map(({ name }) => name),
  );
  if (repeated !== null) throw new AppError('label-name-taken', { name: repeated });
  return [...labels, ...newLabels(names, labels)];
}

/** Throws if a project must not be saved as it is. */
export function checkProject(project: Pick<Project, 'name' | 'labels'>): void {
  if (project.name.trim() === '') throw new AppError('project-name-empty');
  const repeated = repeatedName(project.labels.map((label) => label.name));
  if (repeated !== null) throw new AppError('label-name-taken', { name: repeated });
}

/** The class number of each label: explicit numbers are respected, the other labels get the free numbers in order. */
export function classNumbers(labels: readonly Label[], first: number): ReadonlyMap<LabelId, number> {
  const explicit = new Set(
    labels.flatMap((label) => (label.classNumber === null ? [] : [label.classNumber])),
  );
  const numbers = new Map<LabelId, number>();
  let next = first;
  for (const label of labels) {
    if (label.classNumber !== null) {
      numbers.set(label.id, label.classNumber);
      continue;
    }
    while (explicit.has(next)) next += 1;
    numbers.set(label.id, next);
    next += 1;
  }
  return numbers;
}

/** Whether a number below the highest is missing, which trainers that count classes from 0 would refuse. */
export const hasGaps = (numbers: Iterable<number>): boolean => {
  const all = new Set(numbers);
  return all.size > 0 && Math.max(...all) >= all.size;
};

/** The ids that imported COCO files gave to labels, except those taken by a class number or an earlier label. */
export function cocoIds(labels: readonly Label[]): ReadonlyMap<LabelId, number> {
  const taken = new Set(labels.flatMap(({ classNumber }) => (classNumber === null ? [] : [classNumber])));
  const ids = new Map<LabelId, number>();
  for (const { id, classNumber, extra } of labels) {
    const kept = extra === undefined ? undefined : keptOf(extra, 'coco')['id'];
    if (classNumber !== null || !Number.isSafeInteger(kept) || (kept as number) < 0) continue;
    if (taken.has(kept as number)) continue;
    taken.add(kept as number);
    ids.set(id, kept as number);
  }
  return ids;
}
