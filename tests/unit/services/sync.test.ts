import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs, type RegionId } from '$lib/domain/ids';
import type { SyncPlan } from '$lib/domain/sync';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBox, aProject } from '../../fixtures/builders';
import { diskFolder } from '../../fixtures/disk-folder';
import { aPng, aTiff } from '../../fixtures/picture-bytes';
import { aWorld } from '../../fixtures/world';
import { hasShared, shared } from '../../fixtures/shared';

const PROJECT = asId<'project'>('project-1');
const SOURCE = asId<'source'>('source-1');

let world: ReturnType<typeof aWorld>;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'kakomi-sync-'));
  world = aWorld();
  Reflect.set(world.context.ports.folders, 'open', () => Promise.resolve(diskFolder(root)));
  await world.database.projects.put(aProject());
  await world.database.sources.put({
    id: SOURCE,
    projectId: PROJECT,
    kind: 'directory',
    title: 's',
    folderName: 'images',
    filter: '',
    createdAt: epochMs(1),
    lastSync: null,
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const at = (name: string) => path.join(root, name);
const write = async (name: string, bytes: Uint8Array | string) => {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), bytes);
};
/** Pictures of different content, told apart by their widths. */
const picture = (name: string, width: number) => write(name, aPng(width, 4));

const compare = async () => {
  const outcome = await runJob(syncSource, { sourceId: SOURCE }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report;
};
const apply = async (plan: SyncPlan) => {
  expect(await runJob(syncSource, { sourceId: SOURCE, plan }, world.context)).toMatchObject({
    state: 'done',
  });
};
const inspect = () => runJob(inspectFiles, { projectId: PROJECT }, world.context);
/** A first sync with all that follows it. */
const settle = async () => {
  const { plan } = await compare();
  if (plan) await apply(plan);
  expect(await inspect()).toMatchObject({ state: 'done' });
};
const tasks = () => world.database.tasks.page(PROJECT, 0, 1000);
const paths = async () => (await tasks()).map((task) => task.path);
const taskAt = async (name: string) => {
  const found = (await tasks()).filter((task) => task.path === name);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const drawOn = async (name: string) => {
  const { journal } = await makeAnnotations(world.ports).open((await taskAt(name)).id);
  const box = aBox();
  const change = { before: new Map<RegionId, typeof box>(), after: new Map([[box.id, box]]) };
  await journal.append(changeOfRegions(change), { width: 100, height: 4 });
};

test('a second sync of a folder in which nothing happened finds nothing', async () => {
  await picture('a.png', 1);
  await picture('sub/b.PNG', 2);
  expect((await compare()).counts).toEqual({ added: 2 });
  await inspect();
  expect(await compare()).toMatchObject({ counts: { added: 0 }, unseen: 0 });
  expect((await tasks()).map(({ size }) => size)).toEqual([
    { width: 1, height: 4 },
    { width: 2, height: 4 },
  ]);
});

test('edits, renames, moves and deletions are told before anything is applied, and boxes stay', async () => {
  for (const [at, name] of ['edited.png', 'renamed.png', 'moved.png', 'deleted.png', 'same.png'].entries())
    await picture(name, at + 1);
  await settle();
  for (const name of ['edited.png', 'renamed.png', 'moved.png', 'deleted.png']) await drawOn(name);
  const before = await tasks();

  await picture('edited.png', 50);
  await rename(at('renamed.png'), at('別の名前.png'));
  await mkdir(at('sub'));
  await rename(at('moved.png'), at('sub/moved.png'));
  await rm(at('deleted.png'));
  await picture('new.png', 60);

  const { plan, counts } = await compare();
  expect(counts).toEqual({ added: 1, changed: 1, moved: 2, missing: 1 });
  expect(await tasks()).toEqual(before);

  await apply(plan!);
  const renamed = await taskAt('別の名前.png');
  expect(renamed.id).toBe(before.find((task) => task.path === 'renamed.png')?.id);
  expect(renamed.regionCount).toBe(1);
  expect(await taskAt('sub/moved.png')).toMatchObject({ regionCount: 1, isMissing: false });
  expect(await taskAt('deleted.png')).toMatchObject({ regionCount: 1, isMissing: true });
  // It keeps what it knows of the file that its box was drawn on, until a person decides.
  const { file } = before.find((task) => task.path === 'edited.png')!;
  expect(await taskAt('edited.png')).toMatchObject({
    regionCount: 1,
    size: { width: 50, height: 4 },
    file,
    replacedBy: { bytes: aPng(50, 4).length },
  });
  await inspect();
  expect((await taskAt('edited.png')).size).toEqual({ width: 50, height: 4 });
  expect(await compare()).toMatchObject({ counts: { added: 0 } });
  expect((await world.database.sources.get(SOURCE))?.lastSync).toMatchObject({ tasks: 6 });
});

test('a file that comes back is restored, also under another name', async () => {
  await picture('a.png', 1);
  await picture('b.png', 2);
  await settle();
  await rename(at('a.png'), at('.a-away'));
  await rename(at('b.png'), at('.b-away'));
  await apply((await compare()).plan!);
  expect((await tasks()).every(({ isMissing }) => isMissing)).toBe(true);
  // What is missing already is no news.
  expect((await compare()).plan).toBeUndefined();

  await rename(at('.a-away'), at('a.png'));
  await rename(at('.b-away'), at('c.png'));
  const { plan, counts } = await compare();
  expect(counts).toMatchObject({ restored: 1, moved: 1 });
  await apply(plan!);
  expect((await tasks()).map(({ path, isMissing }) => [path, isMissing])).toEqual([
    ['a.png', false],
    ['c.png', false],
  ]);
});

test('a file that was only touched is no change', async () => {
  await picture('a.png', 1);
  await settle();
  await utimes(at('a.png'), 1000, 1000);
  expect((await compare()).plan).toBeUndefined();
  expect((await taskAt('a.png')).file?.modifiedAt).toBe(1_000_000);
});

test('names that are numbered anew keep their boxes', async () => {
  for (const number of [1, 2, 3]) await picture(`${number}.png`, number);
  await settle();
  await drawOn('1.png');
  for (const number of [3, 2, 1]) await rename(at(`${number}.png`), at(`${number + 1}.png`));
  const { plan, counts } = await compare();
  expect(counts).toEqual({ added: 0, moved: 3 });
  await apply(plan!);
  expect(await paths()).toEqual(['2.png', '3.png', '4.png']);
  expect((await taskAt('2.png')).regionCount).toBe(1);
});

test('another file at the place of a lost one is another task', async () => {
  await picture('a.png', 1);
  await picture('b.png', 2);
  await settle();
  await drawOn('a.png');
  await rename(at('b.png'), at('a.png'));
  await apply((await compare()).plan!);
  expect((await tasks()).map(({ path, isMissing, regionCount }) => [path, isMissing, regionCount])).toEqual([
    ['a.png', true, 1],
    ['a.png', false, 0],
  ]);
  expect((await compare()).plan).toBeUndefined();
  // The lost one is found again by its content, wherever it turns up.
  await picture('found.png', 1);
  await apply((await compare()).plan!);
  expect(await taskAt('found.png')).toMatchObject({ isMissing: false, regionCount: 1 });
});

test('twins by Unicode form and equal names in two folders are tasks of their own', async () => {
  const names = ['が.png', 'か\u3099.png', '検査 A/同じ.png', '検査 B/同じ.png'];
  for (const [at, name] of names.entries()) await picture(name, at + 1);
  await settle();
  expect((await paths()).sort()).toEqual([...names].sort());
  expect((await compare()).plan).toBeUndefined();
  // Spelt otherwise, as by a disk of another system: the same file, without a question.
  await rm(at('か\u3099.png'));
  await rename(at('検査 A/同じ.png'), at('検査 A/同し\u3099.png'));
  await rename(at('が.png'), at('か\u3099.png'));
  const { plan } = await compare();
  expect(plan).toMatchObject({ added: [], changed: [] });
});

test('what systems leave behind is left out and counted; a picture without an ending is found', async () => {
  await picture('a.png', 1);
  await picture('no_ending', 2);
  for (const name of ['._a.png', '.DS_Store', 'Thumbs.db', 'notes.txt', 'README', '.git/x.png'])
    await write(name, 'x');
  expect((await compare()).counts).toEqual({ added: 2, leftOut: 6 });
  expect((await paths()).sort()).toEqual(['a.png', 'no_ending']);
});

test('a file of several pages is a task for each, which move and go missing together', async () => {
  await write('scan.tif', aTiff([{ width: 3 }, { width: 5 }, { width: 2, height: 7, orientation: 6 }]));
  await write('lies.png', aTiff([{ width: 6 }, { width: 7 }]));
  await picture('z.png', 1);
  await settle();
  expect((await tasks()).map(({ path, page, size }) => [path, page, size?.width])).toEqual([
    ['lies.png', 1, 6],
    ['scan.tif', 1, 3],
    ['scan.tif', 2, 5],
    ['scan.tif', 3, 7],
    ['z.png', 1, 1],
    ['lies.png', 2, 7],
  ]);
  await rename(at('scan.tif'), at('b.tif'));
  const { plan, counts } = await compare();
  expect(counts).toEqual({ added: 0, moved: 1 });
  await apply(plan!);
  expect((await paths()).filter((name) => name === 'b.tif')).toHaveLength(3);
  expect((await compare()).plan).toBeUndefined();
});

test('what cannot be shown says so without being opened', async () => {
  await write('empty.jpg', '');
  await write('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await write('page.jpg', '<!doctype html>');
  await settle();
  expect((await tasks()).map(({ path, problem }) => [path, problem])).toEqual([
    ['drawing.svg', 'picture-svg'],
    ['empty.jpg', 'picture-empty'],
    ['page.jpg', 'picture-unsupported'],
  ]);
});

test('a plan that was stopped half-way is finished by the next comparison', async () => {
  for (let number = 0; number < 1500; number += 1) await picture(`${number}.png`, (number % 90) + 1);
  await settle();
  await mkdir(at('sub'));
  for (let number = 0; number < 1500; number += 1) await rename(at(`${number}.png`), at(`sub/${number}.png`));
  const { plan } = await compare();
  expect(plan?.moved).toHaveLength(1500);
  const stop = new AbortController();
  const context = { ...world.context, signal: stop.signal, report: () => stop.abort() };
  expect(await runJob(syncSource, { sourceId: SOURCE, plan: plan! }, context)).toEqual({
    state: 'cancelled',
  });
  const next = await compare();
  expect(next.plan?.moved).toHaveLength(500);
  await apply(next.plan!);
  expect((await compare()).plan).toBeUndefined();
  expect((await paths()).every((name) => name.startsWith('sub/'))).toBe(true);
});

const AWKWARD = shared('awkward');
test.skipIf(!hasShared)('the awkward folder becomes tasks with their sizes in one sync', async () => {
  const manifest = readManifest();
  await cp(AWKWARD, root, { recursive: true });
  await settle();
  const found = new Map((await tasks()).map((task) => [`${task.path}#${task.page}`, task]));
  const withoutTask = manifest.filter(({ file }) => !found.has(`${file}#1`)).map(({ file }) => file);
  expect(withoutTask).toEqual(['wrong/._BloodImage_00001.jpg', 'wrong/Thumbs.db']);
  for (const { file, condition, display_width, display_height } of manifest)
    if (condition === 'ok' && file !== 'other/logo.svg')
      expect([file, found.get(`${file}#1`)?.size]).toEqual([
        file,
        { width: display_width, height: display_height },
      ]);
});

interface Entry {
  readonly file: string;
  readonly condition: string;
  readonly display_width: number;
  readonly display_height: number;
}
const readManifest = () => JSON.parse(readFileSync(`${AWKWARD}/manifest.json`, 'utf8')) as readonly Entry[];
