import { AppError } from '$lib/domain/errors';
import { migrate, type Row } from '$lib/domain/migrations';
import { wrongInRow } from '$lib/domain/row-shapes';
import type { OpenedArchive } from '../ports/archives';
import type { TableDump } from '../ports/database';
import { entryBytes, type BackupManifest, type RowsOf } from './backup-file';
import { SkippedList } from '../job';
import { decodeRow } from './row-codec';

/** Rows are handed on in portions of this many. */
const PORTION = 1000;

export interface BackupRows {
  readonly of: RowsOf;
  /** Rows that are not what their table holds, each once: `table key`, and what is wrong. */
  readonly leftOut: SkippedList;
}

/**
 * The rows of a backup in today's shape, each held against what its table holds: one that is otherwise is left out
 * and named. What would belong to it is left out with it, so that nothing is stored that nobody can reach; for that
 * a table's owners are read before it, projects before anything. In a merge (`intoHere`) an owner that is here keeps
 * what belongs to it, whatever its row in the backup looks like.
 */
export function backupRows(
  archive: OpenedArchive,
  manifest: BackupManifest,
  dump: TableDump,
  intoHere: boolean,
): BackupRows {
  const leftOut = new SkippedList();
  const told = new Set<string>();
  /** Ids of projects, sources and tasks that were left out. */
  const gone = new Set<unknown>();
  /** Tasks whose draft was left out: its journal would be played upon another one. */
  const goneDrafts = new Set<unknown>();
  const blobOf = async (entry: string, type: string) =>
    new Blob([await entryBytes(archive, entry)], { type });

  const leave = (table: string, place: string, wrong: string): null => {
    const name = `${table} ${place}`;
    if (!told.has(name)) leftOut.add(name, 'row-invalid', undefined, wrong);
    told.add(name);
    return null;
  };

  async function rowIn(table: string, line: string, at: number): Promise<Row | null> {
    let row: Row;
    try {
      row = await decodeRow(line, blobOf);
    } catch (error) {
      // What is wrong with another entry of the file is not this row's fault.
      if (error instanceof AppError) throw error;
      return leave(table, `line ${at + 1}`, 'JSON');
    }
    const known = keyIn(dump, table, row) ?? `line ${at + 1}`;
    const owner = OWNERS.find((field) => gone.has(fieldOf(row, field)));
    if (owner !== undefined) return leave(table, known, `${owner}: left out`);
    if (table === 'draftEntries' && goneDrafts.has(fieldOf(row, 'taskId')))
      return leave(table, known, 'draft: left out');
    try {
      row = migrate(table, row, manifest.schemaVersion);
    } catch {
      // An older row that has not even what its migration looks at.
      return wrong(table, row, known, wrongInRow(table, row) ?? 'an older row');
    }
    const found = wrongInRow(table, row);
    return found === null ? row : wrong(table, row, known, found);
  }

  async function wrong(table: string, row: Row, known: string, what: string): Promise<null> {
    const isOwner = table === 'projects' || table === 'tasks' || table === 'sources';
    if (isOwner && !(intoHere && (await isHere(table, row)))) gone.add(fieldOf(row, 'id'));
    if (table === 'drafts') goneDrafts.add(fieldOf(row, 'taskId'));
    return leave(table, known, what);
  }

  async function isHere(table: string, row: Row): Promise<boolean> {
    if (keyIn(dump, table, row) === null) return false;
    const [mine] = await dump.get(table, [dump.keyOf(table, row)]);
    return mine !== undefined;
  }

  return {
    leftOut,
    async *of(table) {
      const parts = manifest.entries.filter(({ path }) => path.startsWith(`tables/${table}/`));
      const read = async (at: number) =>
        parts[at] === undefined ? new Uint8Array(0) : entryBytes(archive, parts[at].path);
      let coming = read(0);
      let number = 0;
      for (const at of parts.keys()) {
        const text = new TextDecoder().decode(await coming);
        // The next one is unpacked meanwhile; what is wrong with it is told when its turn comes.
        coming = read(at + 1);
        coming.catch(() => undefined);
        const rows: Row[] = [];
        for (const line of text.split('\n')) {
          if (line === '') continue;
          const row = await rowIn(table, line, number++);
          if (row !== null) rows.push(row);
        }
        for (let from = 0; from < rows.length; from += PORTION) yield rows.slice(from, from + PORTION);
      }
    },
  };
}

/** Fields that name what a row belongs to. */
const OWNERS = ['projectId', 'sourceId', 'taskId'] as const;

const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null && Object.hasOwn(row, name) ? (row as Row)[name] : undefined;

/** A row's key in words; null where it has none that could be one. */
function keyIn(dump: TableDump, table: string, row: unknown): string | null {
  if (typeof row !== 'object' || row === null) return null;
  const parts = [dump.keyOf(table, row as Row)].flat(1);
  const words = parts.flatMap((part) =>
    typeof part === 'string' || typeof part === 'number' ? [String(part).slice(0, 80)] : [],
  );
  return words.length === parts.length ? words.join(' ') : null;
}
