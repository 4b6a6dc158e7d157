import { changeOfRegions } from '$lib/domain/change';
import { asId, type RegionId } from '$lib/domain/ids';
import type { SourceKind } from '$lib/domain/source';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { folderOfFiles } from '$lib/services/ports/file-list-folder';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { WORKER_JOBS } from '$lib/services/worker-jobs';
import type { ChosenFolder, NamedFile } from '$lib/services/ports/folders';
import type { WorkerJobRequest } from '$lib/services/ports/jobs';
import { makeSources } from '$lib/services/sync/sources';
import type { SyncReview } from '$lib/services/sync/sync-reviews';
import { beforeEach, expect, test } from 'vitest';
import { aBox, aProject } from '../../fixtures/builders';
import { everything } from '../../fixtures/exchange';
import { aPng } from '../../fixtures/picture-bytes';
import { memoryFolders } from '../../fixtures/memory-folders';
import { aWorld } from '../../fixtures/world';
import type { WorkerJobKind } from '$lib/services/job-kinds';

const PROJECT = asId<'project'>('project-1');

let world: ReturnType<typeof aWorld>;
let memory: ReturnType<typeof memoryFolders>;
let sources: ReturnType<typeof makeSources>;
beforeEach(async () => {
  world = aWorld();
  memory = memoryFolders(world.copied);
  Object.assign(world.ports.folders, memory.folders);
  const run = <K extends WorkerJobKind>({ kind, input }: WorkerJobRequest<K>) =>
    runJob(WORKER_JOBS[kind], structuredCloneable(input), world.context);
  Reflect.set(world.ports, 'jobs', { run });
  Reflect.set(world.ports, 'pictures', { forget: () => undefined });
  sources = makeSources(world.ports);
  await world.database.projects.put(aProject());
});

/** What crosses into a worker holds no functions. */
function structuredCloneable<Input>(input: Input): Input {
  const functionIn = (value: unknown): boolean =>
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      !(value instanceof File) &&
      Object.values(value).some(functionIn));
  expect(functionIn(input)).toBe(false);
  return input;
}

/** Pictures of different content by their widths, with the time of a folder that was copied or unpacked. */
const files = (pictures: Readonly<Record<string, number>>, lastModified = 1): readonly NamedFile[] =>
  Object.entries(pictures).map(([path, width]) => ({
    path,
    file: new File([aPng(width, 4)], path, { lastModified }),
  }));
function folder(
  kind: SourceKind,
  name: string,
  pictures: Readonly<Record<string, number>>,
  lastModified = 1,
): ChosenFolder {
  const all = files(pictures, lastModified);
  return {
    ...folderOfFiles(name, all),
    kind,
    files: kind === 'copied' ? all : [],
    handle: kind === 'directory' ? memory.directory(name, all) : null,
  };
}

/** A storage whose tasks were made and looked into, with a box on one of them. */
async function settled(kind: SourceKind, pictures: Readonly<Record<string, number>>): Promise<void> {
  const id = await sources.add(PROJECT, { title: 's', filter: '', folder: folder(kind, 'images', pictures) });
  expect(id).toBe((await source()).id);
  expect(await sources.sync(id)).toMatchObject({ state: 'done' });
  expect(await runJob(inspectFiles, { projectId: PROJECT }, world.context)).toMatchObject({ state: 'done' });
}
const source = async () => (await world.database.sources.forProject(PROJECT))[0]!;
const tasks = () => world.database.tasks.page(PROJECT, 0, 100);
const places = async () =>
  (await tasks()).map(({ number, path, isMissing }) => [number, path, isMissing ? 'missing' : 'there']);
const drawOn = async (path: string) => {
  const task = (await tasks()).find((one) => one.path === path)!;
  const { journal } = await makeAnnotations(world.ports).open(task.id);
  const box = aBox();
  await journal.append(
    changeOfRegions({ before: new Map<RegionId, typeof box>(), after: new Map([[box.id, box]]) }),
    { width: 5, height: 4 },
  );
};
/** Another computer: nothing of the old one's ways to folders or copies is here. */
const elsewhere = () => {
  memory.handles.clear();
  world.copied.clear();
};

/** Chooses a folder and answers the preview. */
async function choose(chosen: ChosenFolder, isAccepted: boolean): Promise<SyncReview> {
  const asked = new Promise<SyncReview>((done) => {
    const stop = sources.watchReviews(([review]) => {
      if (!review) return;
      queueMicrotask(() => stop());
      done(review);
    });
  });
  const joining = sources.chooseFolder((await source()).id, chosen);
  const review = await asked;
  review.decide(isAccepted);
  expect(await joining).toMatchObject({ state: isAccepted ? 'done' : 'cancelled' });
  return review;
}

const kinds: readonly (readonly [SourceKind, SourceKind])[] = [
  ['directory', 'directory'],
  ['copied', 'copied'],
  ['directory', 'copied'],
  ['copied', 'directory'],
];
test.each(kinds)(
  'on another computer the tasks of a %s storage are joined to a chosen folder (%s) by path and by content',
  async (was, is) => {
    await settled(was, { 'a.png': 3, 'b.png': 5, 'c.png': 7, 'd.png': 9 });
    await drawOn('b.png');
    const before = await tasks();
    elsewhere();
    expect(await sources.access(await source())).toBe('gone');

    const now = { 'a.png': 3, 'sub/bb.png': 5, 'c.png': 8, 'e.png': 11 };
    const stored = await everything(world);
    const { plan, folderName } = await choose(folder(is, 'on this one', now, 99), false);
    expect(folderName).toBe('on this one');
    expect(plan).toMatchObject({
      samePlace: 1,
      moved: [{ from: 'b.png', to: 'sub/bb.png' }],
      changed: [{ path: 'c.png' }],
      missing: [{ path: 'd.png' }],
      added: ['e.png'],
    });
    // Seen, not agreed to: nothing is another, not even the way to the folder.
    expect(await everything(world)).toEqual(stored);
    expect(await sources.access(await source())).toBe('gone');

    await choose(folder(is, 'on this one', now, 99), true);
    expect(await places()).toEqual([
      [1, 'a.png', 'there'],
      [2, 'sub/bb.png', 'there'],
      [3, 'c.png', 'there'],
      [4, 'd.png', 'missing'],
      [5, 'e.png', 'there'],
    ]);
    const after = await tasks();
    expect(after.slice(0, 4).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[1]).toMatchObject({ regionCount: 1, progress: 'draft' });
    expect(await source()).toMatchObject({ id: before[0]!.sourceId, kind: is, folderName: 'on this one' });
    expect(await sources.access(await source())).toBe('granted');
    // The folder is the storage's from now on.
    const open = await world.ports.folders.open(await source());
    expect((await open.file('sub/bb.png')).size).toBe(aPng(5, 4).length);
    expect(
      await runJob(WORKER_JOBS['sync-source'], { sourceId: SOURCE_OF(after) }, world.context),
    ).toMatchObject({
      state: 'done',
      report: { counts: { added: 0 } },
    });
    const copies = [...world.copied.keys()].map((key) => key.slice(key.indexOf('/') + 1)).sort();
    expect(copies).toEqual(is === 'copied' ? ['a.png', 'c.png', 'e.png', 'sub/bb.png'] : []);
  },
);
const SOURCE_OF = (all: Awaited<ReturnType<typeof tasks>>) => all[0]!.sourceId;

test('a folder that was renamed and put into another is found by its contents', async () => {
  await settled('directory', { 'a.png': 3, 'sub/b.png': 5 });
  elsewhere();
  const { plan } = await choose(
    folder('directory', 'parent', { 'renamed/a.png': 3, 'renamed/sub/b.png': 5 }),
    true,
  );
  expect(plan).toMatchObject({ samePlace: 0, missing: [], added: [] });
  expect(await places()).toEqual([
    [1, 'renamed/a.png', 'there'],
    [2, 'renamed/sub/b.png', 'there'],
  ]);
});

test('of a wrong folder nothing matches, whatever its files are called', async () => {
  await settled('directory', { '1.png': 3, '2.png': 5 });
  elsewhere();
  const before = await everything(world);
  const { plan } = await choose(folder('directory', 'holiday', { '1.png': 30, '3.png': 50 }), false);
  expect([plan.samePlace, plan.moved.length]).toEqual([0, 0]);
  expect(await everything(world)).toEqual(before);
  expect(memory.handles.size).toBe(0);
});

test('copies that the browser has lost come back with their folder; no task is another', async () => {
  await settled('copied', { 'a.png': 3, 'b.png': 5 });
  const before = await tasks();
  world.copied.clear();
  expect(await sources.access(await source())).toBe('gone');
  const { plan } = await choose(folder('copied', 'images', { 'a.png': 3, 'b.png': 5 }), true);
  expect(plan).toMatchObject({ samePlace: 2, moved: [], changed: [], missing: [], added: [] });
  expect(world.copied.size).toBe(2);
  expect(await tasks()).toEqual(before);
  expect(await sources.access(await source())).toBe('granted');
});

test('one lost copy is said as such, and comes back with the folder', async () => {
  await settled('copied', { 'a.png': 3, 'b.png': 5 });
  world.copied.delete(`${(await source()).id}/a.png`);
  const open = await world.ports.folders.open(await source());
  await expect(open.file('a.png')).rejects.toMatchObject({ code: 'copy-missing' });
  const [task] = await tasks();
  await world.database.tasks.update(task!.id, { isMissing: true });
  const { plan } = await choose(folder('copied', 'images', { 'a.png': 3, 'b.png': 5 }), true);
  expect(plan).toMatchObject({ restored: [{ path: 'a.png' }], samePlace: 2 });
  expect(world.copied.size).toBe(2);
  expect(await places()).toEqual([
    [1, 'a.png', 'there'],
    [2, 'b.png', 'there'],
  ]);
});

test('a join that was stopped anywhere is finished by choosing the folder again', async () => {
  const old = { '1.png': 3, '2.png': 5, '3.png': 7 };
  const now = { 'sub/1.png': 3, 'sub/2.png': 5, 'sub/3.png': 7 };
  await settled('directory', old);
  await drawOn('2.png');
  elsewhere();
  const { kind, name, files: all, handle } = folder('copied', 'copies', now);
  const chosen = { kind, name, files: all, handle };
  const sourceId = (await source()).id;
  for (let steps = 1; ; steps += 1) {
    const compared = await runJob(WORKER_JOBS['sync-source'], { sourceId, chosen }, world.context);
    if (compared.state !== 'done') throw new Error(JSON.stringify(compared));
    const stop = new AbortController();
    let reports = 0;
    const report = () => {
      reports += 1;
      if (reports === steps) stop.abort();
    };
    const input = { sourceId, chosen, plan: compared.report.plan! };
    const context = { ...world.context, signal: stop.signal, report };
    const outcome = await runJob(WORKER_JOBS['sync-source'], input as never, context);
    expect((await tasks()).map(({ number }) => number)).toEqual([1, 2, 3]);
    if (outcome.state === 'done') break;
    expect(outcome.state).toBe('cancelled');
  }
  expect(await places()).toEqual([
    [1, 'sub/1.png', 'there'],
    [2, 'sub/2.png', 'there'],
    [3, 'sub/3.png', 'there'],
  ]);
  expect((await tasks())[1]).toMatchObject({ regionCount: 1 });
  expect(world.copied.size).toBe(3);
});

test('a folder whose pictures a storage has already is known, at its place or elsewhere', async () => {
  await settled('directory', { 'a.png': 3, 'b.png': 5, 'c.png': 7 });
  const { id } = await source();
  const alike = async (pictures: Readonly<Record<string, number>>) =>
    (await sources.alike(PROJECT, folder('directory', 'again', pictures, 7), ''))?.id ?? null;
  expect(await alike({ 'a.png': 3, 'b.png': 5, 'c.png': 7 })).toBe(id);
  expect(await alike({ 'images/a.png': 3, 'images/b.png': 5, 'images/new.png': 9 })).toBe(id);
  // Names alone say nothing.
  expect(await alike({ 'a.png': 30, 'b.png': 50, 'c.png': 70 })).toBe(null);
  expect(await alike({ 'a.png': 3, 'x.png': 50, 'y.png': 70 })).toBe(null);
  expect(await alike({})).toBe(null);
});
