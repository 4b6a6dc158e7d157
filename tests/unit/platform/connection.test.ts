import { draftLength, ME } from '../../fixtures/work';
import { NO_CHOICES } from '$lib/domain/change';
import { asId } from '$lib/domain/ids';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import { makeDatabase } from '$lib/platform/database/database';
import { connect } from '$lib/platform/database/connection';
import { Dexie } from 'dexie';
import { forceCloseDatabase } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { aBox, aProject, aTask, drawn } from '../../fixtures/builders';

let made = 0;
const newName = (): string => `connection-${(made += 1)}`;

const box = aBox();
const entry = (sequence: number) => ({
  taskId: asId<'task'>('task-1'),
  profileId: ME,
  sequence,
  change: drawn(box),
  step: 'do' as const,
});
const draft = {
  taskId: asId<'task'>('task-1'),
  projectId: asId<'project'>('project-1'),
  profileId: ME,
  regions: [],
  choices: NO_CHOICES,
  basedOn: 0,
  imageSize: { width: 100, height: 100 },
  savedAt: 1 as never,
};

/** A page with one task and one stroke, as it is while somebody draws. */
async function drawing() {
  const name = newName();
  const db = connect(name);
  const database = makeDatabase(db);
  await database.projects.put(aProject());
  await database.tasks.add([aTask()]);
  await database.drafts.append(entry(1), draft);
  return { name, db, database };
}

/** The browser's own way to a database, as a page of another version takes it. */
const open = (name: string, version?: number): Promise<IDBDatabase> =>
  new Promise((done, fail) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error!);
  });
const count = (db: IDBDatabase, table: string): Promise<number> =>
  new Promise((done) => {
    const request = db.transaction(table).objectStore(table).count();
    request.onsuccess = () => done(request.result);
  });
const remove = (name: string): Promise<void> =>
  new Promise((done) => {
    indexedDB.deleteDatabase(name).onsuccess = () => done();
  });
const names = async () => (await indexedDB.databases()).map(({ name }) => name);

/** A version that is to come, which keeps all that is there. */
const NEWER = (SCHEMA_VERSION + 1) * 10;

test('an upgrade in another tab closes this one: nothing more is written, and everything says why', async () => {
  const { name, db, database } = await drawing();
  const told: (string | null)[] = [];
  db.watchTrouble((trouble) => told.push(trouble));
  const newer = await open(name, NEWER);
  expect(told).toEqual(['newer-version-running']);
  const code = 'newer-version-running';
  await expect(database.drafts.append(entry(2), null)).rejects.toMatchObject({ code });
  await expect(database.drafts.append(entry(2), null)).rejects.toMatchObject({ code });
  await expect(database.write(() => database.projects.put(aProject({ name: 'late' })))).rejects.toMatchObject(
    { code },
  );
  await expect(database.projects.get(asId('project-1'))).rejects.toMatchObject({ code });
  expect([await count(newer, 'draftEntries'), await count(newer, 'projects')]).toEqual([1, 1]);
  expect(newer.version).toBe(NEWER);
  newer.close();
});

test.each([
  ['a page', true],
  ['a worker', false],
])('%s of the old version that opens an upgraded database neither reads nor writes', async (_, mayCreate) => {
  const { name, db } = await drawing();
  db.close();
  const newer = await open(name, NEWER);
  newer.close();
  const late = connect(name, mayCreate);
  const told: (string | null)[] = [];
  late.watchTrouble((trouble) => told.push(trouble));
  const database = makeDatabase(late);
  const code = 'newer-version-running';
  await expect(database.drafts.append(entry(2), null)).rejects.toMatchObject({ code });
  await expect(database.projects.put(aProject({ name: 'late' }))).rejects.toMatchObject({ code });
  expect(told).toEqual([code]);
  const after = await open(name);
  expect([after.version, await count(after, 'draftEntries')]).toEqual([NEWER, 1]);
  after.close();
});

test('a newer database that lacks a table of ours is not mended', async () => {
  const name = newName();
  const newer = await open(name, NEWER);
  newer.close();
  const late = makeDatabase(connect(name));
  await expect(late.projects.all()).rejects.toMatchObject({ code: 'newer-version-running' });
  const after = await open(name);
  expect([after.version, after.objectStoreNames.length]).toEqual([NEWER, 0]);
  after.close();
});

test('a database that is deleted elsewhere is told as that, and is not made anew by itself', async () => {
  const { name, db, database } = await drawing();
  const told: (string | null)[] = [];
  db.watchTrouble((trouble) => told.push(trouble));
  await remove(name);
  expect(told).toEqual(['data-deleted']);
  const code = 'data-deleted';
  await expect(database.drafts.append(entry(2), null)).rejects.toMatchObject({ code });
  await expect(database.projects.put(aProject())).rejects.toMatchObject({ code });
  // A worker that this page starts now makes none either.
  await expect(makeDatabase(connect(name, false)).projects.all()).rejects.toMatchObject({ code });
  expect(await names()).not.toContain(name);
});

test('cleared site data close the connection without a word first: told all the same', async () => {
  const { name, db, database } = await drawing();
  const connection = db.backendDB();
  // As a browser does it: the data are gone, then the connection hears that it is closed.
  connection.onversionchange = () => connection.close();
  const told = new Promise((done) => db.watchTrouble(done));
  await remove(name);
  forceCloseDatabase(connection as never);
  expect(await told).toBe('data-deleted');
  await expect(database.drafts.append(entry(2), null)).rejects.toMatchObject({ code: 'data-deleted' });
  expect(await names()).not.toContain(name);
});

test('a connection that the browser closed for reasons of its own opens again', async () => {
  const { db, database } = await drawing();
  forceCloseDatabase(db.backendDB() as never);
  await database.drafts.append(entry(2), null);
  expect(await draftLength(database, asId('task-1'))).toBe(2);
  expect(db.trouble).toBeNull();
});

test('what is watched is read again where the browser broke off the reading', async () => {
  const { database } = await drawing();
  const told: number[] = [];
  let reads = 0;
  const stop = database.watch(
    () =>
      database.read(async () => {
        const tasks = await database.tasks.page(aProject().id, 0, 10);
        reads += 1;
        const projects = database.projects.all();
        if (reads === 1) Dexie.currentTransaction.abort();
        return tasks.length + (await projects).length;
      }, ['tasks', 'projects']),
    (value) => told.push(value),
    (error) => told.push(Number.NaN, error as never),
  );
  await expect.poll(() => told).toEqual([2]);
  expect(reads).toBe(2);
  await database.tasks.add([aTask({ id: asId<'task'>('task-2'), number: 2, path: 'b.jpg' })]);
  await expect.poll(() => told).toEqual([2, 3]);
  stop();
});

test('a tab of an older version that does not let go is told as the reason for waiting', async () => {
  const { name, db } = await drawing();
  db.close();
  // A database of an earlier version, held open by a page that does not answer.
  await remove(name);
  const older = await open(name, (SCHEMA_VERSION - 1) * 10);
  const next = connect(name);
  const told: (string | null)[] = [];
  next.watchTrouble((trouble) => told.push(trouble));
  const opened = next.open();
  await expect.poll(() => told).toEqual(['blocked']);
  older.close();
  await opened;
  expect(told).toEqual(['blocked', 'upgrading', null]);
  next.close();
});
