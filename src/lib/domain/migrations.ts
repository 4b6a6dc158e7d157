import { ROWS_10 } from './migration-10';
import type { Row } from './row';

export interface Migration {
  readonly to: number;
  readonly why: string;
  /** By table: converts a record to the shape of version `to`. A table not named here stays as it is. */
  readonly rows: Readonly<Record<string, (row: Row) => Row>>;
  /** Removed tables, and the table that holds their rows from this version on. */
  readonly into?: Readonly<Record<string, string>>;
}

/** Append only. A released entry never changes: databases and archives out there depend on it. */
export const MIGRATIONS: readonly Migration[] = [
  {
    to: 2,
    why: 'boxes can be turned, scored, noted and locked; annotations know who made them, tasks what models said',
    rows: {
      annotations: (row) => ({ annotator: '', ...row, regions: regionsOf2(row['regions']) }),
      drafts: (row) => ({ ...row, regions: regionsOf2(row['regions']) }),
      draftEntries: (row) => ({ ...row, change: changeOf2(row['change']) }),
      tasks: (row) => ({ annotator: null, predictionCount: 0, predictionScore: null, ...row }),
    },
  },
  {
    to: 3,
    why: 'undo and redo are found again after a restart; submits are kept as versions, notes and times beside tasks; tasks know how many boxes of each label they have; deleted things can come back until the next start',
    rows: {
      draftEntries: (row) => ({ step: 'do', ...row }),
      // Empty counts beside labels mean that the boxes were never counted. The project's first tally counts them.
      tasks: (row) => ({ labelCounts: [], ...row }),
    },
  },
  {
    to: 4,
    why: 'models are connected to projects, and a run over many pictures goes on after a reload',
    rows: {},
  },
  {
    to: 5,
    why: 'a file can have several pages, move and change; thumbnails are kept up to a bound',
    rows: {
      tasks: (row) => ({ page: 1, file: null, ...row }),
      sources: (row) => ({ ...row, lastSync: lastSyncOf4(row['lastSync'] as Row | null) }),
      thumbnails: (row) => ({ madeAt: 0, ...row }),
    },
  },
  {
    to: 6,
    why: 'a suggestion that was rejected stays rejected',
    rows: { predictions: (row) => ({ rejected: [], ...row }) },
  },
  {
    to: 7,
    why: 'what was done to many tasks at once can be taken back after a restart, what a restore left that was cut off is found, and what a file says beside its boxes is kept',
    rows: {
      // Until this version, the trash could be undone until the next start, and this is a start.
      trash: ({ actionId, sequence, projectId }) => ({ actionId, sequence, projectId, things: [] }),
    },
  },
  {
    to: 8,
    why: 'the tasks that one batch deleted are remembered in one row',
    rows: { tombstones: (row) => ({ ...row, taskIds: [row['id']] }) },
  },
  {
    to: 9,
    why: 'tables whose rows get other keys make room for them',
    rows: {},
  },
  {
    to: 10,
    why: 'work belongs to a task and a profile; answers about the whole picture can be changed like regions; settings of models go by their usual names',
    rows: ROWS_10,
    into: { otherAnnotations: 'annotations' },
  },
];

const lastSyncOf4 = (last: Row | null): Row | null => last && { changed: 0, moved: 0, leftOut: 0, ...last };

const regionOf2 = (region: Row): Row => ({ rotation: 0, score: null, note: '', isLocked: false, ...region });
const regionsOf2 = (regions: unknown): readonly Row[] => (regions as readonly Row[]).map(regionOf2);

/** The change of a journal entry stores its regions in maps, by id. */
function changeOf2(change: unknown): Row {
  const { before, after } = change as Record<'before' | 'after', ReadonlyMap<string, Row>>;
  const upgraded = (regions: typeof before) =>
    new Map([...regions].map(([id, region]) => [id, regionOf2(region)]));
  return { before: upgraded(before), after: upgraded(after) };
}

export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.to ?? 1;

/** The tables of a schema version whose rows are in this table now. */
export const tablesBefore = (table: string, version: number): readonly string[] => [
  table,
  ...MIGRATIONS.filter(({ to }) => to > version).flatMap(({ into = {} }) =>
    Object.entries(into).flatMap(([old, now]) => (now === table ? [old] : [])),
  ),
];

/**
 * Migrates one row of a table from one schema version to another. Used by the database's upgrade and the archive
 * reader.
 */
export function migrate(table: string, row: Row, from: number, to = SCHEMA_VERSION): Row {
  return MIGRATIONS.filter((step) => step.to > from && step.to <= to).reduce(
    (now, step) => step.rows[table]?.(now) ?? now,
    row,
  );
}
