/**
 * [Note: Kept beside]
 * What a file says that has no field here is kept beside the region, annotation or picture it was said of, as the text
 * of one JSON object, and is written back when that is exported again. A text compares with `===`, costs nothing while
 * nobody asks for it, and travels wherever its row travels: into drafts, versions, the trash, backups and merges. Absent
 * where there is nothing to keep, which is so of everything that was drawn here.
 */
export type KeptText = string;

/** Longer texts, in UTF-16 units, are not kept; what is left out is told. */
export const MAX_KEPT_LENGTH = 4_000_000;

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is kept, parsed: by the name of the format it came from. Without any, or where it is no object: nothing. */
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

/** One format's part of what is kept; empty where there is none. */
export function keptOf(text: KeptText | undefined, format: 'coco' | 'labelStudio'): Fields {
  const part = keptIn(text)[format];
  return isFields(part) ? part : NOTHING;
}

/**
 * What is kept of a whole project, from two sources: `mine` counts first, the highest ids are the highest of both, and
 * lists whose rows have ids hold the rows of both.
 */
export function bothKept(mine: KeptText | undefined, theirs: KeptText | undefined): KeptText | undefined {
  if (mine === undefined || theirs === undefined || mine === theirs) return mine ?? theirs;
  const [own, others] = [keptIn(mine), keptIn(theirs)];
  const both: Record<string, unknown> = { ...others, ...own };
  for (const [key, part] of Object.entries(others))
    if (isFields(part) && isFields(own[key])) both[key] = bothParts(own[key], part);
  return JSON.stringify(both);
}

function bothParts(own: Fields, others: Fields): Fields {
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
