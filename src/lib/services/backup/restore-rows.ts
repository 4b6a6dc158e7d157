import { AppError } from '$lib/domain/errors';
import { migrate, tablesBefore } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import { wrongInRow } from '$lib/domain/row-shapes';
import type { OpenedArchive } from '../ports/archives';
import type { TableDump } from '../ports/database';
import { entryBytes, type BackupManifest, type RowsOf } from './backup-file';
import { SkippedList } from '../job';
import { decodeRow } from './row-codec';

/** Number of rows per portion. */
const PORTION = 1000;

export interface BackupRows {
  readonly of: RowsOf;
  /** Invalid rows, each reported once: `table key`, and what is wrong. */
  readonly leftOut: SkippedList;
}

/**
 * The rows of a backup in the current schema version, each validated against its table's shape: an invalid row is left
 * out and reported. Rows that belong to it are left out too, so that nothing unreachable is stored; for that a table's
 * owners are read before it, projects first. In a merge (`intoHere`) an owner that exists here keeps what belongs to
 * it, whatever its row in the backup looks like.
 */
export function backupRows(
  archive: OpenedArchive,
  manifest: BackupManifest,
  dump: TableDump,
  intoHere: boolean,
): BackupRows {
  const leftOut = new SkippedList();
  const reported = new Set<string>();
  /** Ids of projects, sources and tasks that were left out. */
  const gone = new Set<unknown>();
  /** Drafts that were left out, by `draftName`: their journal would otherwise be applied to another draft. */
  const goneDrafts = new Set<string>();
  const blobOf = async (entry: string, type: string) =>
    new Blob([await entryBytes(archive, entry)], { type });

  const leaveOut = (table: string, place: string, wrong: string): null => {
    const name = `${table} ${place}`;
    if (!reported.has(name)) leftOut.add(name, 'row-invalid', undefined, wrong);
    reported.add(name);
    return null;
  };

  /** `stored` is the table that holds the row in the backup. */
  async function rowIn(table: string, stored: string, line: string, at: number): Promise<Row | null> {
    let row: Row;
    try {
      row = await decodeRow(line, blobOf);
    } catch (error) {
      // A problem in another entry of the file is not this row's fault.
      if (error instanceof AppError) throw error;
      return leaveOut(table, `line ${at + 1}`, 'JSON');
    }
    const words = keyWords(dump, table, row);
    const known = words.length > 0 ? words.join(' ') : `line ${at + 1}`;
    const owner = OWNERS.find((field) => gone.has(fieldOf(row, field)));
    if (owner !== undefined) return leaveOut(table, known, `${owner}: left out`);
    const draft = draftName(row);
    if (table === 'draftEntries' && goneDrafts.has(draft)) return leaveOut(table, known, 'draft: left out');
    try {
      row = migrate(stored, row, manifest.schemaVersion);
    } catch {
      // An older row that lacks even the fields that its migration reads.
      return wrong(table, row, draft, known, wrongInRow(table, row) ?? 'an older row');
    }
    const found = wrongInRow(table, row);
    return found === null ? row : wrong(table, row, draft, known, found);
  }

  async function wrong(table: string, row: Row, draft: string, known: string, what: string): Promise<null> {
    const isOwner = table === 'projects' || table === 'tasks' || table === 'sources';
    if (isOwner && !(intoHere && (await isHere(table, row)))) gone.add(fieldOf(row, 'id'));
    if (table === 'drafts') goneDrafts.add(draft);
    return leaveOut(table, known, what);
  }

  async function isHere(table: string, row: Row): Promise<boolean> {
    const key = dump.keyOf(table, row);
    if (keyWords(dump, table, row).length < [key].flat().length) return false;
    const [mine] = await dump.get(table, [key]);
    return mine !== undefined;
  }

  return {
    leftOut,
    async *of(table) {
      const stored = tablesBefore(table, manifest.schemaVersion);
      const parts = stored.flatMap((name) =>
        manifest.entries
          .filter(({ path }) => path.startsWith(`tables/${name}/`))
          .map(({ path }) => ({ name, path })),
      );
      const read = async (at: number) =>
        parts[at] === undefined ? new Uint8Array(0) : entryBytes(archive, parts[at].path);
      let coming = read(0);
      let number = 0;
      for (const [at, { name }] of parts.entries()) {
        const text = new TextDecoder().decode(await coming);
        // The next row is unpacked meanwhile; an error in it is reported when its turn comes.
        coming = read(at + 1);
        coming.catch(() => undefined);
        const rows: Row[] = [];
        for (const line of text.split('\n')) {
          if (line === '') continue;
          const row = await rowIn(table, name, line, number++);
          if (row !== null) rows.push(row);
        }
        for (let from = 0; from < rows.length; from += PORTION) yield rows.slice(from, from + PORTION);
      }
    },
  };
}

/** Fields that refer to a row's owner. */
const OWNERS = ['projectId', 'sourceId', 'taskId'] as const;

/** Key shared by a draft and its journal, in rows of one schema version. */
const draftName = (row: unknown): string =>
  `${String(fieldOf(row, 'taskId'))} ${String(fieldOf(row, 'profileId'))}`;

const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null && Object.hasOwn(row, name) ? (row as Row)[name] : undefined;

/** The valid parts of a row's key, as text. An older row may have fewer parts. */
function keyWords(dump: TableDump, table: string, row: unknown): readonly string[] {
  if (typeof row !== 'object' || row === null) return [];
  return [dump.keyOf(table, row as Row)]
    .flat(1)
    .flatMap((part) =>
      typeof part === 'string' || typeof part === 'number' ? [String(part).slice(0, 80)] : [],
    );
}
