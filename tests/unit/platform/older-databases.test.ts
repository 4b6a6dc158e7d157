import { MIGRATIONS, SCHEMA_VERSION } from '$lib/domain/migrations';
import { wrongInRow } from '$lib/domain/row-shapes';
import { BACKED_UP_TABLES } from '$lib/domain/tables';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { restore } from '$lib/services/backup/restore';
import { makeBulkEdits } from '$lib/services/bulk/bulk-edits';
import type { EditTasksInput } from '$lib/services/bulk/contract';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import JSZip from 'jszip';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { aWorld } from '../../fixtures/world';

type Row = Readonly<Record<string, unknown>>;
interface Older {
  /** As the browser counts: ten times the schema's own. */
  readonly version: number;
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly keyPath: string | string[];
        readonly indexes: readonly {
          readonly name: string;
          readonly keyPath: string | string[];
          readonly unique: boolean;
        }[];
      }
    >
  >;
  /** By table; `test`: what the code did that wrote them. */
  readonly examples: readonly {
    readonly test: string;
    readonly rows: Readonly<Record<string, readonly Row[]>>;
  }[];
}

const FOLDER = 'tests/fixtures/older-databases';
const read = (version: number): Older =>
  JSON.parse(readFileSync(`${FOLDER}/schema-${version}.json`, 'utf8'), alive) as Older;

/** Maps and bytes as they were stored; see the folder's README. */
function alive(_: string, value: unknown): unknown {
  const { $map, $view, bytes, $blob, type } = (value ?? {}) as Readonly<Record<string, string>>;
  if ($map) return new Map($map as unknown as [unknown, unknown][]);
  if ($blob !== undefined) return new Blob([Buffer.from($blob, 'base64')], { type: type ?? '' });
  if (!$view) return value;
  const { buffer } = new Uint8Array(Buffer.from(bytes!, 'base64'));
  return $view === 'Int32Array' ? new Int32Array(buffer) : new Uint8Array(buffer);
}

/** Makes the database as the older version had it, past all code of today. */
async function stored({ version, tables }: Older, rows: Older['examples'][number]['rows']): Promise<string> {
  const name = `older-${Math.random()}`;
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = () => {
    for (const [table, { keyPath, indexes }] of Object.entries(tables)) {
      const store = opening.result.createObjectStore(table, { keyPath });
      for (const index of indexes) store.createIndex(index.name, index.keyPath, { unique: index.unique });
    }
  };
  await new Promise((done, fail) => Object.assign(opening, { onsuccess: done, onerror: fail }));
  const db = opening.result;
  const transaction = db.transaction(Object.keys(rows), 'readwrite');
  for (const [table, own] of Object.entries(rows))
    for (const row of own) transaction.objectStore(table).put(row);
  await new Promise((done, fail) => Object.assign(transaction, { oncomplete: done, onabort: fail }));
  db.close();
  return name;
}

/** Fields whose values are of another kind today; what they say is looked at by other tests. */
const REWRITTEN: Readonly<Record<string, readonly string[]>> = {
  sources: ['lastSync'],
  annotations: ['annotator'],
  otherAnnotations: ['annotator'],
  versions: ['annotator'],
  tasks: ['annotator'],
  draftEntries: ['change'],
  models: ['settings'],
  // What it held before version 7 could be taken back until the next start, and this is one.
  trash: ['things', 'action', 'tasks', 'at', 'title', 'count'],
};
const isKept = (table: string, field: string): boolean => !(REWRITTEN[table] ?? []).includes(field);

/** Whether a row has these values; objects in it may have more fields. */
const holds = (row: unknown, values: unknown): boolean =>
  typeof values !== 'object' || values === null || values instanceof Map || values instanceof Blob
    ? isDeepStrictEqual(row, values)
    : Object.entries(values).every(([key, value]) => holds((row as Row | undefined)?.[key], value));

/** The table that holds the rows of an older one today. */
const tableNow = (table: string, version: number): string =>
  MIGRATIONS.filter(({ to }) => to > version).reduce((name, { into = {} }) => into[name] ?? name, table);

/** 9 is half of a step: no release ever stopped there. */
const OLDER = [1, ...MIGRATIONS.map(({ to }) => to)].filter(
  (version) => version < SCHEMA_VERSION && version !== 9,
);
const isBackedUp = (table: string) => (BACKED_UP_TABLES as readonly string[]).includes(table);

describe.each(OLDER)('a database of schema version %i', (version) => {
  const older = read(version);
  test.each(older.examples)('opens and keeps every row: $test', async ({ rows }) => {
    expect(older.version).toBe(version * 10);
    const world = aWorld(await stored(older, rows));
    await world.db.open();
    for (const table of new Set(Object.keys(rows).map((name) => tableNow(name, version)))) {
      const olderTables = Object.keys(rows).filter((name) => tableNow(name, version) === table);
      const after = (await world.db.table(table).toArray()) as readonly Row[];
      expect(after, table).toHaveLength(olderTables.reduce((sum, name) => sum + rows[name]!.length, 0));
      for (const name of olderTables)
        for (const row of rows[name]!) {
          const kept = Object.fromEntries(Object.entries(row).filter(([field]) => isKept(name, field)));
          expect(
            after.filter((found) => holds(found, kept)),
            name,
          ).not.toEqual([]);
        }
      if (isBackedUp(table)) for (const row of after) expect(wrongInRow(table, row), table).toBeNull();
    }
    // What was drawn opens, with the undo of unsent work.
    for (const { id } of await world.db.tasks.toArray()) {
      const { regions } = await makeAnnotations(world.ports).open(id);
      const submitted = rows['annotations']?.find(({ taskId }) => taskId === id);
      const isDrafted = rows['drafts']?.some(({ taskId }) => taskId === id);
      if (submitted && !isDrafted) expect(regions.size).toBe((submitted['regions'] as unknown[]).length);
    }
  });
});

/** The first version that made backups. */
const FIRST_BACKUP = 3;

describe.each(OLDER.filter((version) => version >= FIRST_BACKUP))(
  'a backup of schema version %i',
  (version) => {
    const bytes = readFileSync(`${FOLDER}/schema-${version}.kakomi`);
    test.each(['beside', 'merge'] as const)('is restored with every row: %s', async (mode) => {
      const zip = await JSZip.loadAsync(bytes);
      const manifest = JSON.parse(await zip.file('manifest.json')!.async('string')) as {
        readonly schemaVersion: number;
        readonly tables: Readonly<Record<string, number>>;
      };
      expect(manifest.schemaVersion).toBe(version);
      const world = aWorld();
      const file = new File([bytes], 'b.kakomi');
      const outcome = await runJob(restore, { file, passphrase: null, mode }, world.context);
      expect(outcome).toMatchObject({ state: 'done', report: { skippedCount: 0 } });
      for (const [table, count] of Object.entries(manifest.tables)) {
        if (table === 'draftsBehind') continue;
        const now = tableNow(table, version);
        const rows = (await world.db.table(now).toArray()) as readonly Row[];
        const counted = Object.entries(manifest.tables).filter(([name]) => tableNow(name, version) === now);
        expect(rows, table).toHaveLength(counted.reduce((sum, [, more]) => sum + more, 0));
        expect(count).toBeLessThanOrEqual(rows.length);
        for (const row of rows) expect(wrongInRow(now, row), table).toBeNull();
      }
    });
  },
);

test('what was deleted and merged in bulk before people had profiles is taken back whole', async () => {
  const { examples, ...older } = read(8);
  const [whole, , undone] = examples;
  const world = aWorld(await stored({ ...older, examples }, undone!.rows));
  await world.db.open();
  const edits = makeBulkEdits({
    ...world.ports,
    jobs: {
      run: ({ input }: { input: EditTasksInput }) => runJob(editTasks, input, world.context),
    } as never,
  });
  for (const id of ['gone', 'unlabelled', 'merged']) {
    const action = (await world.database.trash.action(id))!;
    expect(await edits.undo(action, ''), id).toMatchObject({ refused: 0 });
  }
  const expected = aWorld(await stored({ ...older, examples }, whole!.rows));
  await expected.db.open();
  for (const table of ['annotations', 'drafts', 'draftEntries', 'versions', 'work', 'tasks', 'kept']) {
    const plain = (rows: readonly Row[]) =>
      rows.map(({ revision: _, basedOn: _b, updatedAt: _u, annotatedAt: _a, sequence: _s, ...row }) => row);
    const [now, before] = [
      (await world.db.table(table).toArray()) as readonly Row[],
      (await expected.db.table(table).toArray()) as readonly Row[],
    ];
    expect(plain(now), table).toEqual(plain(before));
  }
});
