import { asId, type ProjectId, type RegionId, type TaskId } from './ids';

/**
 * [Note: Kept beside]
 * Content of a file that has no field here is preserved beside the region, annotation or picture that it describes, as
 * the text of one JSON object, and is written back on export. A text compares with `===`, costs nothing while nobody
 * parses it, and travels wherever its row travels: into drafts, versions, the trash, backups and merges. It is absent
 * if there is nothing to preserve, as for everything that was drawn here.
 */
export type KeptText = string;

/** In UTF-16 units. Longer texts are not preserved; the import reports what it left out. */
export const MAX_KEPT_LENGTH = 4_000_000;

/** Content of files about a picture itself: one row per task, and no row if there is nothing to preserve. */
export interface TaskKept {
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  /** The task's path when the content was imported. */
  readonly path: string;
  readonly extra: KeptText;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a kept text: an object with one part per format. Empty if there is no text or it is not an object. */
export function keptIn(text: KeptText | undefined): Fields {
  if (text === undefined) return NOTHING;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : NOTHING;
  } catch {
    return NOTHING;
  }
}
const NOTHING: Fields = {};

/** The key of a format's part in a kept text. */
export type KeptPart = 'coco' | 'cocoUntaken' | 'labelStudio' | 'labelStudioTable';

/** The part of one format in a kept text; empty if there is none. */
export function keptOf(text: KeptText | undefined, format: KeptPart): Fields {
  const part = keptIn(text)[format];
  return isFields(part) ? part : NOTHING;
}

/** The parts of all formats about a region, without the notes on how the region was encoded. */
export const partsAboutRegion = (text: KeptText | undefined): readonly Fields[] =>
  Object.values(keptIn(text)).flatMap((part) => {
    if (!isFields(part)) return [];
    const { without: _, at: _at, ...said } = part;
    return Object.keys(said).length === 0 ? [] : [said];
  });

/** Content about the regions of an annotation, by region: answers and relations, as they are in the file. */
export function othersAbout(text: KeptText | undefined): ReadonlyMap<RegionId, readonly unknown[]> {
  const { others } = keptOf(text, 'labelStudio');
  const about = new Map<RegionId, unknown[]>();
  for (const other of Array.isArray(others) ? (others as readonly unknown[]) : []) {
    if (!isFields(other) || !Array.isArray(other['of'])) continue;
    for (const of of other['of'] as readonly unknown[]) {
      const id = asId<'region'>(String(of));
      about.set(id, [...(about.get(id) ?? []), other['result']]);
    }
  }
  return about;
}

/**
 * Merges the kept texts of a project from two sources: `mine` takes precedence, the highest ids are the maximum of
 * both, and lists whose rows have ids contain the rows of both.
 */
export function mergeKept(mine: KeptText | undefined, theirs: KeptText | undefined): KeptText | undefined {
  if (mine === undefined || theirs === undefined || mine === theirs) return mine ?? theirs;
  const [own, others] = [keptIn(mine), keptIn(theirs)];
  const both: Record<string, unknown> = { ...others, ...own };
  for (const [key, part] of Object.entries(others))
    if (isFields(part) && isFields(own[key])) both[key] = mergeParts(own[key], part);
  return JSON.stringify(both);
}

function mergeParts(own: Fields, others: Fields): Fields {
  const both: Record<string, unknown> = { ...others, ...own };
  for (const [key, theirs] of Object.entries(others)) {
    const mine = own[key];
    if (typeof mine === 'number' && typeof theirs === 'number' && key.startsWith('last'))
      both[key] = Math.max(mine, theirs);
    if (Array.isArray(mine) && Array.isArray(theirs)) {
      const ids = new Set(mine.map((row: unknown) => (isFields(row) ? row['id'] : row)));
      both[key] = [
        ...(mine as readonly unknown[]),
        ...(theirs as readonly unknown[]).filter((row) => isFields(row) && !ids.has(row['id'])),
      ];
    }
  }
  return both;
}

/**
 * The kept text of a draft when it becomes an annotation: its answers and relations, but not the file's own fields of
 * the draft.
 */
export function withoutHolder(text: KeptText | undefined): KeptText | undefined {
  const { holder: _, at: _at, ...rest } = keptOf(text, 'labelStudio');
  return Object.keys(rest).length === 0 ? undefined : JSON.stringify({ labelStudio: rest });
}

/** Adds to a picture's kept text the list entries that could not be imported, each with its place in the list. */
export function withUnsupported(
  text: KeptText | undefined,
  unsupported: readonly { readonly list: string; readonly extra: KeptText | undefined }[],
): KeptText | undefined {
  const rows = unsupported.flatMap(({ list, extra }) => {
    const { holder, others, at } = keptOf(extra, 'labelStudio');
    if (!isFields(holder)) return [];
    const result = Array.isArray(others)
      ? others.map((other: unknown) => isFields(other) && other['result'])
      : [];
    return [{ list, at, holder: { ...holder, result } }];
  });
  if (rows.length === 0) return text;
  const kept = keptIn(text);
  const part = keptOf(text, 'labelStudio');
  const before = Array.isArray(part['untaken']) ? (part['untaken'] as readonly unknown[]) : [];
  return JSON.stringify({ ...kept, labelStudio: { ...part, untaken: [...before, ...rows] } });
}

/**
 * Whether a kept text has content that `format` (null: no format) cannot write back; ids and bookkeeping do not count.
 */
export function isLostIn(text: KeptText | undefined, format: KeptPart | null): boolean {
  if (text === undefined) return false;
  const { coco, cocoUntaken, labelStudio, labelStudioTable: table } = keptIn(text);
  const isFilled = (list: unknown) => Array.isArray(list) && list.length > 0;
  const isOfCoco = isFields(cocoUntaken) || (isFields(coco) && Object.keys(coco).some((key) => key !== 'id'));
  if (isOfCoco && format !== 'coco') return true;
  if (isFields(table) && format !== 'labelStudioTable' && [table, ...rowsIn(table)].some(isSaid)) return true;
  if (format === 'labelStudio' || !isFields(labelStudio)) return false;
  return ['results', 'others', 'untaken'].some((key) => isFilled(labelStudio[key]));
}

const rowsIn = ({ rows }: Fields): readonly Fields[] => (Array.isArray(rows) ? rows.filter(isFields) : []);
const isSaid = ({ said }: Fields): boolean => Number(said) > 0;
