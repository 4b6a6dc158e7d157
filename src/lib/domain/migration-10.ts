import { NOBODY, NOBODY_ELSE, profileIdOf } from './profile';
import type { Row } from './row';

const annotatorOf = ({ annotator }: Row): string =>
  profileIdOf(typeof annotator === 'string' ? annotator : '');

/** Version 8 has one row of work per task, without a person; it becomes the work of `NOBODY`. */
const ofNobody = (row: Row): Row => ({ ...row, profileId: NOBODY });

const annotation = (row: Row): Row => ({ ...ofNobody(row), choices: new Map(), annotator: annotatorOf(row) });

/** Another person's annotation beside the one that counts; two of one task never share a profile. */
const otherAnnotation = (row: Row): Row => {
  const annotator = annotatorOf(row);
  return { ...annotation(row), profileId: annotator === NOBODY ? NOBODY_ELSE : annotator };
};

const task = (row: Row): Row => {
  const isAnnotated = row['annotator'] !== null && row['annotator'] !== undefined;
  return {
    ...row,
    reference: isAnnotated ? NOBODY : null,
    annotator: isAnnotated ? annotatorOf(row) : null,
  };
};

const model = (row: Row): Row => {
  const { deviation, overlapThreshold, ...settings } = row['settings'] as Row;
  return { ...row, settings: { ...settings, std: deviation, iouThreshold: overlapThreshold } };
};

const ofTables: Readonly<Record<string, (row: Row) => Row>> = {
  annotations: annotation,
  otherAnnotations: otherAnnotation,
  drafts: (row) => ({ ...ofNobody(row), choices: new Map() }),
  draftEntries: (row) => ({
    ...ofNobody(row),
    change: { regions: row['change'], choices: { before: new Map(), after: new Map() } },
  }),
  versions: annotation,
  work: ofNobody,
  tasks: task,
  models: model,
};

/** The version 10 key of a row that has `key` in its table of version 8. */
function keyNow(table: string, key: unknown): unknown {
  const parts = [key].flat(1) as readonly unknown[];
  switch (table) {
    case 'annotations':
    case 'drafts':
    case 'work':
      return [parts[0], NOBODY];
    case 'draftEntries':
    case 'versions':
      return [parts[0], NOBODY, parts[1]];
    case 'otherAnnotations': {
      const profileId = profileIdOf(String(parts[1]));
      return [parts[0], profileId === NOBODY ? NOBODY_ELSE : profileId];
    }
    default:
      return key;
  }
}

interface TrashedThingRow {
  readonly rows: readonly Row[];
}

/**
 * The rows that a bulk action deleted or changed, so that it can still be undone. `after` is the fingerprint of a row
 * as the action left it; the database's upgrade recomputes those fingerprints, since only it has the rows.
 */
const trash = (row: Row): Row => ({
  ...row,
  things: (row['things'] as readonly TrashedThingRow[]).map((thing) => ({
    ...thing,
    rows: thing.rows.map((one) => {
      const table = String(one['table']);
      const before = one['before'] as Row | null;
      return {
        ...one,
        table: table === 'otherAnnotations' ? 'annotations' : table,
        key: keyNow(table, one['key']),
        before: before && (ofTables[table]?.(before) ?? before),
      };
    }),
  })),
});

/** Converts rows of version 8 to the shape of version 10, by the table of version 8. */
export const ROWS_10: Readonly<Record<string, (row: Row) => Row>> = { ...ofTables, trash };
