import { MIGRATIONS, SCHEMA_VERSION } from '$lib/domain/migrations';
import { wrongInRow } from '$lib/domain/row-shapes';
import { BACKED_UP_TABLES } from '$lib/domain/tables';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { restore } from '$lib/services/backup/restore';
import { runJob } from '$lib/services/job';
import JSZip from 'jszip';
import { readFileSync } from 'node:fs';
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

/** Whether a row has to have the value that a field had. */
function isKept(table: string, field: string, version: number): boolean {
  if (table === 'sources') return field !== 'lastSync';
  // What the trash held before version 7 could be taken back until the next start, and this is one.
  if (table === 'trash' && version < 7) return ['actionId', 'sequence', 'projectId'].includes(field);
  return true;
}

const OLDER = [1, ...MIGRATIONS.map(({ to }) => to)].filter((version) => version < SCHEMA_VERSION);
const isBackedUp = (table: string) => (BACKED_UP_TABLES as readonly string[]).includes(table);

describe.each(OLDER)('a database of schema version %i', (version) => {
  const older = read(version);
  test.each(older.examples)('opens and keeps every row: $test', async ({ rows }) => {
    expect(older.version).toBe(version * 10);
    const world = aWorld(await stored(older, rows));
    await world.db.open();
    for (const [table, before] of Object.entries(rows)) {
      const after = (await world.db.table(table).toArray()) as readonly Row[];
      expect(after, table).toHaveLength(before.length);
      for (const [at, row] of before.entries()) {
        const kept = Object.fromEntries(
          Object.entries(row).filter(([field]) => isKept(table, field, version)),
        );
        expect(after[at], `${table} ${at}`).toMatchObject(kept);
        if (isBackedUp(table)) expect(wrongInRow(table, after[at]), `${table} ${at}`).toBeNull();
      }
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
        const rows = (await world.db.table(table).toArray()) as readonly Row[];
        if (table === 'draftsBehind') continue;
        expect(rows, table).toHaveLength(count);
        for (const row of rows) expect(wrongInRow(table, row), table).toBeNull();
      }
    });
  },
);
