import type { EpochMs, TaskId } from './ids';
import type { FileState } from './task';

/** A file that a walk through the folder found; its numbers are asked for only where a task knows the path. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number | null;
  readonly modifiedAt: EpochMs | null;
}

/** What a sync needs to know of a task it compares with. */
export interface KnownTask {
  readonly id: TaskId;
  readonly path: string;
  readonly page: number;
  readonly isMissing: boolean;
  readonly file: FileState | null;
  /** See Task. */
  readonly replacedBy?: FileState | null;
}

/** The tasks of one file: one a page. */
export interface KnownFile {
  readonly ids: readonly TaskId[];
  readonly path: string;
  readonly isMissing: boolean;
  readonly file: FileState | null;
  readonly replacedBy?: FileState | null;
}

/** A task's file at another place than before, or spelt otherwise. */
export interface Move {
  readonly ids: readonly TaskId[];
  readonly from: string;
  readonly to: string;
  /** As it is at its new place; null where that was not looked at. */
  readonly file: FileState | null;
}

/** One file's tasks and where it is. */
export interface FileOf {
  readonly ids: readonly TaskId[];
  readonly path: string;
}

/** The difference between a folder and its tasks: plain data, shown to a person before it is applied. */
export interface SyncPlan {
  readonly added: readonly string[];
  /** Same path, other content. */
  readonly changed: readonly FileOf[];
  /** Same content, other path. */
  readonly moved: readonly Move[];
  readonly missing: readonly FileOf[];
  /** Was missing and is back with the same content. */
  readonly restored: readonly FileOf[];
  /** The same file by a name that differs only in its Unicode form; nothing a person has to hear of. */
  readonly respelt: readonly Move[];
  /** Files at the place of a task, with the same content or with one that nobody has looked into. */
  readonly samePlace: number;
  /** The same content with another time. */
  readonly touched: readonly { readonly ids: readonly TaskId[]; readonly file: FileState }[];
  readonly leftOut: number;
}

/** Nothing of a folder is what the tasks know: more often another folder than one in which everything changed. */
export const isForeign = (plan: SyncPlan): boolean =>
  plan.samePlace + plan.moved.length === 0 && plan.missing.length + plan.changed.length > 0;

/** Whether a person has to see a plan first: it does something other than add. */
export const needsReview = (plan: SyncPlan): boolean =>
  plan.changed.length + plan.moved.length + plan.missing.length + plan.restored.length > 0;

/** Tasks and files that share a path, and those without a partner. */
export interface Pairing {
  readonly pairs: readonly { readonly known: KnownFile; readonly found: FoundFile }[];
  readonly lost: readonly KnownFile[];
  readonly fresh: readonly FoundFile[];
}

/**
 * By path: as it is spelt first, so that two names that differ only in their Unicode form stay two; then by its
 * NFC form, since a disk or an archive may spell the same name otherwise. Of several tasks at one path the one
 * that is not missing has it.
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

/** A pair whose file is not plainly the same as before: its content has to be looked at. */
export const isDoubtful = ({ known, found }: Pairing['pairs'][number]): boolean =>
  known.file !== null && (known.file.bytes !== found.bytes || known.file.modifiedAt !== found.modifiedAt);

/**
 * Decides what became of every file, once the contents in doubt are known.
 *
 * `contents`: by path, of every doubtful pair, and of every fresh file that could be one that was lost. A file
 * whose content is elsewhere now has moved, even where another took its place; what is left of a path with
 * other content has changed.
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
      // It was noticed before.
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

/** Pairs files that are at home nowhere with contents that nobody has: same name first, then in the given order. */
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
  // Tasks that are missing for long give way to those that were there until now.
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

/** Which fresh files could be one of those that are at home nowhere: the others need not be read. */
export function couldHaveMoved(
  homeless: readonly KnownFile[],
  fresh: readonly FoundFile[],
): readonly FoundFile[] {
  const sizes = new Set(homeless.flatMap(({ file }) => (file ? [file.bytes] : [])));
  return fresh.filter(({ bytes }) => bytes !== null && sizes.has(bytes));
}
