import type { EpochMs, TaskId } from './ids';
import type { FileState } from './task';

/** A file found by a walk through the folder. Its size and time are read only if a task has its path. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number | null;
  readonly modifiedAt: EpochMs | null;
}

/** The facts about a task that a sync compares with the folder. */
export interface KnownTask {
  readonly id: TaskId;
  readonly path: string;
  readonly page: number;
  readonly isMissing: boolean;
  readonly file: FileState | null;
  /** See Task. */
  readonly replacedBy?: FileState | null;
}

/** The tasks of one file, one per page. */
export interface KnownFile {
  readonly ids: readonly TaskId[];
  readonly path: string;
  readonly isMissing: boolean;
  readonly file: FileState | null;
  readonly replacedBy?: FileState | null;
}

/** A file that has moved, or whose path is spelt differently. */
export interface Move {
  readonly ids: readonly TaskId[];
  readonly from: string;
  readonly to: string;
  /** Facts about the file at its new path; null if they were not read. */
  readonly file: FileState | null;
}

/** The tasks of one file, and the file's current facts. */
export interface FileOf {
  readonly ids: readonly TaskId[];
  readonly path: string;
}

/** The difference between a folder and its tasks: plain data, shown to a person before it is applied. */
export interface SyncPlan {
  readonly added: readonly string[];
  /** Files with the same path and other content. */
  readonly changed: readonly FileOf[];
  /** Files with the same content and another path. */
  readonly moved: readonly Move[];
  readonly missing: readonly FileOf[];
  /** Files that were missing and are back with the same content. */
  readonly restored: readonly FileOf[];
  /**
   * Files whose path differs only in its Unicode normalization form; these are applied without showing them to a
   * person.
   */
  readonly respelt: readonly Move[];
  /** Number of files at the path of a task, whose content is the same or was never read. */
  readonly samePlace: number;
  /** Files with the same content and another modification time. */
  readonly touched: readonly { readonly ids: readonly TaskId[]; readonly file: FileState }[];
  readonly leftOut: number;
}

/** Whether no file of the folder matches a task: more likely another folder than one in which everything changed. */
export const isForeign = (plan: SyncPlan): boolean =>
  plan.samePlace + plan.moved.length === 0 && plan.missing.length + plan.changed.length > 0;

/** Whether a person has to review a plan first, because it does something other than add. */
export const needsReview = (plan: SyncPlan): boolean =>
  plan.changed.length + plan.moved.length + plan.missing.length + plan.restored.length > 0;

/** Tasks and files that share a path, and those without a partner. */
export interface Pairing {
  readonly pairs: readonly { readonly known: KnownFile; readonly found: FoundFile }[];
  readonly lost: readonly KnownFile[];
  readonly fresh: readonly FoundFile[];
}

/**
 * Pairs tasks and files by path: first by exact spelling, so that two names that differ only in their Unicode form stay
 * two; then by NFC form, since a disk or an archive may spell the same name differently. Of several tasks at one path,
 * the one that is not missing is paired.
 */
export function pairByPath(known: readonly KnownFile[], found: readonly FoundFile[]): Pairing {
  const waiting = new Map<string, KnownFile[]>();
  for (const file of [...known].sort((a, b) => Number(a.isMissing) - Number(b.isMissing)))
    waiting.set(file.path, [...(waiting.get(file.path) ?? []), file]);
  const pairs: { known: KnownFile; found: FoundFile }[] = [];
  const unpaired: FoundFile[] = [];
  for (const file of found) {
    const partner = waiting.get(file.path)?.shift();
    if (partner) pairs.push({ known: partner, found: file });
    else unpaired.push(file);
  }
  const left = new Map<string, KnownFile[]>();
  for (const file of [...waiting.values()].flat())
    left.set(file.path.normalize('NFC'), [...(left.get(file.path.normalize('NFC')) ?? []), file]);
  const fresh: FoundFile[] = [];
  for (const file of unpaired) {
    const partner = left.get(file.path.normalize('NFC'))?.shift();
    if (partner) pairs.push({ known: partner, found: file });
    else fresh.push(file);
  }
  return { pairs, lost: [...left.values()].flat(), fresh };
}

/** Whether the content of a pair's file has to be read, because its size or modification time differs. */
export const isDoubtful = ({ known, found }: Pairing['pairs'][number]): boolean =>
  known.file !== null && (known.file.bytes !== found.bytes || known.file.modifiedAt !== found.modifiedAt);

/**
 * Decides what happened to every file, once the contents in doubt are known.
 *
 * `contents` maps paths to contents: of every doubtful pair, and of every new file that could be a missing one. A file
 * whose content is at another path now has moved, even if another file took its place; a path whose content differs
 * otherwise has changed.
 */
export function planSync(
  { pairs, lost, fresh }: Pairing,
  contents: ReadonlyMap<string, FileState>,
  leftOut: number,
): SyncPlan {
  const restored: FileOf[] = [];
  const respelt: Move[] = [];
  const touched: { ids: readonly TaskId[]; file: FileState }[] = [];
  const replaced: Pairing['pairs'][number][] = [];
  for (const pair of pairs) {
    const { known, found } = pair;
    const now = contents.get(found.path);
    if (isDoubtful(pair) && now && now.hash !== known.file?.hash) {
      replaced.push(pair);
      continue;
    }
    if (isDoubtful(pair) && now) touched.push({ ids: known.ids, file: now });
    if (known.isMissing) restored.push({ ids: known.ids, path: found.path });
    if (found.path !== known.path)
      respelt.push({ ids: known.ids, from: known.path, to: found.path, file: null });
  }

  const homeless = [...replaced.map(({ known }) => known), ...lost];
  const open = [...replaced.map(({ found }) => found), ...fresh];
  const moved = matchByContent(homeless, open, contents);
  const [hasMoved, isTaken] = [new Set(moved.flatMap(({ ids }) => ids)), new Set(moved.map(({ to }) => to))];
  const stays = (file: KnownFile) => !hasMoved.has(file.ids[0]!);

  const changed = replaced.filter(
    ({ known, found }) =>
      stays(known) &&
      !isTaken.has(found.path) &&
      // The change was noticed in an earlier sync.
      (known.isMissing || contents.get(found.path)?.hash !== known.replacedBy?.hash),
  );
  const displaced = replaced.filter(({ known, found }) => stays(known) && isTaken.has(found.path));
  const vacated = replaced.filter(({ known, found }) => !stays(known) && !isTaken.has(found.path));
  return {
    added: [...vacated.map(({ found }) => found.path), ...fresh.map(({ path }) => path)].filter(
      (path) => !isTaken.has(path),
    ),
    changed: changed.map(({ known, found }) => ({ ids: known.ids, path: found.path })),
    moved,
    missing: [...displaced.map(({ known }) => known), ...lost.filter(stays)]
      .filter((file) => !file.isMissing)
      .map(({ ids, path }) => ({ ids, path })),
    restored,
    respelt,
    samePlace: pairs.length - replaced.length,
    touched,
    leftOut,
  };
}

/** Pairs new files with missing contents: by the same name first, then in the given order. */
function matchByContent(
  homeless: readonly KnownFile[],
  open: readonly FoundFile[],
  contents: ReadonlyMap<string, FileState>,
): readonly Move[] {
  const byHash = new Map<string, FoundFile[]>();
  for (const file of open) {
    const hash = contents.get(file.path)?.hash;
    if (hash !== undefined) byHash.set(hash, [...(byHash.get(hash) ?? []), file]);
  }
  const moves: Move[] = [];
  // Tasks that were missing before come after those that have just become missing.
  const inOrder = [...homeless].sort((a, b) => Number(a.isMissing) - Number(b.isMissing));
  for (const { ids, path, file } of inOrder) {
    const places = file ? byHash.get(file.hash) : undefined;
    if (!places || places.length === 0) continue;
    const sameName = places.findIndex((place) => nameIn(place.path) === nameIn(path));
    const [place] = places.splice(Math.max(0, sameName), 1);
    moves.push({ ids, from: path, to: place!.path, file: contents.get(place!.path) ?? null });
  }
  return moves;
}

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1).normalize('NFC');

/** The new files that could be one of the missing ones; the others need not be read. */
export function couldHaveMoved(
  homeless: readonly KnownFile[],
  fresh: readonly FoundFile[],
): readonly FoundFile[] {
  const sizes = new Set(homeless.flatMap(({ file }) => (file ? [file.bytes] : [])));
  return fresh.filter(({ bytes }) => bytes !== null && sizes.has(bytes));
}
