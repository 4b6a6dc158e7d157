import { changeOfChoices } from '$lib/domain/change';
import { asId, epochMs, type QuestionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { TaskWork } from '$lib/domain/work';
import { EditorSession } from '$lib/editor/session';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeVersions } from '$lib/services/annotating/versions';
import { makeWork } from '$lib/services/annotating/work';
import { backup } from '$lib/services/backup/backup';
import { makeBackups } from '$lib/services/backup/backups';
import type { RestoreInput } from '$lib/services/backup/contract';
import { restore } from '$lib/services/backup/restore';
import { checkExport } from '$lib/services/exchange/check-export';
import { runJob } from '$lib/services/job';
import { makeProfiles } from '$lib/services/profiles/profiles';
import { checkProject } from '$lib/services/projects/check-project';
import { expect, test } from 'vitest';
import { aBox, drawn } from '../../fixtures/builders';
import { aProjectWith, exported, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { annotationOf, by, ME } from '../../fixtures/work';
import { aWorld } from '../../fixtures/world';

const SIZE = { width: 100, height: 80 };
const [HANAKO, TARO] = [asId<'profile'>('hanako'), asId<'profile'>('taro')];
const box = (id: string, x = 10) => aBox({ id: asId<'region'>(id), x });

/** A world at whose browser somebody of this name sits. */
async function person(world: World, id: typeof HANAKO, name: string): Promise<World> {
  world.ports.preferences.set('profile', id);
  await makeProfiles(world.ports).renameOwn(name);
  return world;
}

async function submit({ ports }: World, number: number, regions: readonly Region[], at = 1000) {
  const annotations = makeAnnotations({ ...ports, clock: { now: () => epochMs(at) } });
  return annotations.submit(await annotations.open(taskId(number)), regions, SIZE);
}

async function backedUp(world: World, projectId: typeof PROJECT | null = null): Promise<File> {
  const target = { name: 'b.kakomi', kind: 'download', handle: null } as const;
  const madeBy = asId<'profile'>(world.ports.preferences.get('profile')!);
  const input = { projectId, withPictures: false, withModels: true, passphrase: null, madeBy, target };
  expect(await runJob(backup, input, world.context)).toMatchObject({ state: 'done' });
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}

const merge = async (world: World, file: File) =>
  expect(await runJob(restore, { file, passphrase: null, mode: 'merge' }, world.context)).toMatchObject({
    state: 'done',
  });

async function expectSound({ context }: World) {
  const outcome = await runJob(checkProject, { projectId: PROJECT, mends: false }, context);
  expect(outcome).toMatchObject({ report: { detail: { findings: [] } } });
}

const boxesOf = async (world: World, number = 1) =>
  [...(await makeAnnotations(world.ports).open(taskId(number))).regions.keys()] as string[];

/** Two people who annotated one picture on two computers; Taro did it later, and merged Hanako's backup. */
async function twoPeople(): Promise<World> {
  const hers = await person(await aProjectWith(['a.jpg', 'b.jpg']), HANAKO, '花子');
  await submit(hers, 1, [box('h1'), box('h2')], 2000);
  const file = await backedUp(hers);
  const his = await person(await aProjectWith(['a.jpg', 'b.jpg']), TARO, '太郎');
  await submit(his, 1, [box('t1')], 3000);
  await merge(his, file);
  return his;
}

test('what two people did on two computers is all there after a merge, and the latest counts', async () => {
  const world = await twoPeople();
  const rows = await world.database.annotations.forTask(taskId(1));
  expect(rows.map(({ profileId, regions }) => [profileId, regions.length])).toEqual([
    [HANAKO, 2],
    [TARO, 1],
  ]);
  expect(await world.database.tasks.get(taskId(1))).toMatchObject({ reference: TARO, regionCount: 1 });
  expect(await boxesOf(world)).toEqual(['t1']);
  await expectSound(world);
});

test('a merged annotation that is later than the own one counts, and the own one stays', async () => {
  const hers = await person(await aProjectWith(['a.jpg']), HANAKO, '花子');
  await submit(hers, 1, [box('h1'), box('h2')], 9000);
  const his = await person(await aProjectWith(['a.jpg']), TARO, '太郎');
  await submit(his, 1, [box('t1')], 3000);
  await merge(his, await backedUp(hers));
  expect(await his.database.tasks.get(taskId(1))).toMatchObject({ reference: HANAKO, regionCount: 2 });
  expect(await his.database.annotations.get({ taskId: taskId(1), profileId: TARO })).toBeDefined();
  await expectSound(his);
});

test('the own unsent work stays what the page shows, whatever a merge brings; then both are there', async () => {
  const hers = await person(await aProjectWith(['a.jpg']), HANAKO, '花子');
  await submit(hers, 1, [box('h1')]);
  const his = await person(await aProjectWith(['a.jpg']), TARO, '太郎');
  const annotations = makeAnnotations(his.ports);
  await (await annotations.open(taskId(1))).journal.append(drawn(box('t1')), SIZE);
  await annotations.countBehind();
  await merge(his, await backedUp(hers));
  expect(await his.database.tasks.get(taskId(1))).toMatchObject({ progress: 'draft', regionCount: 1 });
  expect(await boxesOf(his)).toEqual(['t1']);
  await expectSound(his);
  await submit(his, 1, [box('t1')], 4000);
  expect(await his.database.tasks.get(taskId(1))).toMatchObject({ progress: 'submitted', reference: TARO });
  expect(await his.database.annotations.forTask(taskId(1))).toHaveLength(2);
  await expectSound(his);
});

test('an export takes everybody’s, the one that counts, or one person’s, and the check names the people', async () => {
  const world = await twoPeople();
  const layers = async (whose?: Parameters<typeof exported>[1]['whose']) => {
    const { files } = await exported(world, { kind: 'json', ...(whose && { whose }) });
    const tasks = JSON.parse([...files.values()][0]!) as {
      annotations: { annotator: string; result: unknown[] }[];
    }[];
    return tasks.map((one) => one.annotations.map(({ annotator, result }) => [annotator, result.length]));
  };
  expect(await layers()).toEqual([
    [
      ['太郎', 1],
      ['花子', 2],
    ],
  ]);
  expect(await layers({ of: 'reference' })).toEqual([[['太郎', 1]]]);
  expect(await layers({ of: 'profile', id: HANAKO })).toEqual([[['花子', 2]]]);
  const selection = { projectId: PROJECT, taskIds: null, includeSkipped: false, includeUnfinished: false };
  const { people } = await checkExport(world.database, selection, 'coco', new AbortController().signal);
  expect(people).toEqual([
    { id: HANAKO, name: '花子' },
    { id: TARO, name: '太郎' },
  ]);
});

test('who corrects what a file brought is named for it; the annotation stays one, in its place', async () => {
  const world = await person(await aProjectWith(['a.jpg']), TARO, '太郎');
  const value = { x: 10, y: 10, width: 20, height: 20, rotation: 0, rectanglelabels: ['ポリープ'] };
  const result = [{ id: 'r', type: 'rectanglelabels', original_width: 100, original_height: 80, value }];
  const task = { data: { image: 'a.jpg' }, annotations: [{ annotator: 'alice', result }] };
  await imported(world, { 'tasks.json': JSON.stringify([task]) });
  expect(await annotationOf(world.database, taskId(1))).toMatchObject(by('alice'));
  await submit(world, 1, [box('t1')]);
  expect(await world.database.annotations.forTask(taskId(1))).toMatchObject([
    { profileId: by('alice').profileId, annotator: TARO, regions: [{ id: 't1' }] },
  ]);
  // The same file once more speaks of Alice, whose own work is corrected by now: it is kept beside.
  await imported(world, { 'tasks.json': JSON.stringify([task]) });
  const rows = await world.database.annotations.forTask(taskId(1));
  expect(rows.map(({ annotator }) => annotator).sort()).toEqual([by('alice').annotator, TARO]);
  expect(await boxesOf(world)).toEqual(['t1']);
  await expectSound(world);
});

test('Undo of a Submit points the task back to whose annotation counted before', async () => {
  const world = await twoPeople();
  await world.database.tasks.update(taskId(1), { reference: HANAKO });
  const annotations = makeAnnotations(world.ports);
  const opened = await annotations.open(taskId(1));
  expect(opened.profileId).toBe(HANAKO);
  const before = await world.database.annotations.forTask(taskId(1));
  const submission = await annotations.submit(opened, [], SIZE);
  expect(await world.database.tasks.get(taskId(1))).toMatchObject({ reference: HANAKO, regionCount: 0 });
  await annotations.undoSubmission(submission);
  expect(await world.database.annotations.forTask(taskId(1))).toEqual(before);
  expect(await world.database.tasks.get(taskId(1))).toMatchObject({ reference: HANAKO, regionCount: 2 });
  await expectSound(world);
});

test('a note is one person’s; one from before there were profiles is everybody’s until they write their own', async () => {
  const world = await aProjectWith(['a.jpg']);
  const of = by('').profileId;
  const old = {
    taskId: taskId(1),
    profileId: of,
    projectId: PROJECT,
    note: 'old',
    spentMs: 5,
    orderByHand: [],
  };
  await world.database.work.put(old);
  const read = (at: World) =>
    new Promise<TaskWork | null>((done, fail) => makeWork(at.ports).watch(taskId(1), done, fail));
  expect(await read(world)).toMatchObject({ note: 'old' });
  await makeWork(world.ports).setNote({ id: taskId(1), projectId: PROJECT }, 'mine');
  expect(await read(world)).toMatchObject({ profileId: ME, note: 'mine', spentMs: 5 });
  await person(world, TARO, '太郎');
  expect(await read(world)).toMatchObject({ note: 'old' });
});

test('an answer about the whole picture is journalled, undone, found again, submitted and kept as a version', async () => {
  const world = await aProjectWith(['a.jpg']);
  const annotations = makeAnnotations(world.ports);
  const quality = asId<'question'>('quality') as QuestionId;
  const session = async () => {
    const opened = await annotations.open(taskId(1));
    return new EditorSession({
      ...{ regions: opened.regions, choices: opened.choices, history: opened.history, imageSize: SIZE },
      newRegionId: () => asId<'region'>('new'),
      write: (change, step) => opened.journal.append(change, SIZE, step),
    });
  };
  const first = await session();
  first.document.edit(() => first.document.answer(quality, ['good']));
  await first.document.settled();
  first.document.edit(() => first.document.answer(quality, ['good']));
  first.document.edit(() => first.document.answer(quality, ['blurred']));
  await first.document.settled();
  first.undo();
  await first.document.settled();

  const again = await session();
  expect([...again.document.choices]).toEqual([[quality, ['good']]]);
  expect(again.document.history).toMatchObject({ done: { length: 1 }, undone: { length: 1 } });
  again.redo();
  await again.document.settled();
  expect(again.document.choices.get(quality)).toEqual(['blurred']);
  // Somebody else answers another question, and this one, meanwhile.
  const theirs = { before: new Map(), after: new Map([[asId<'question'>('organ'), ['colon']]]) };
  again.document.receive(changeOfChoices(theirs), { from: 'others' });
  again.undo();
  await again.document.settled();
  expect([...again.document.choices].sort()).toEqual([
    ['organ', ['colon']],
    [quality, ['good']],
  ]);

  const opened = await annotations.open(taskId(1));
  await annotations.submit(opened, [], SIZE, again.document.choices);
  expect((await annotations.open(taskId(1))).choices).toEqual(again.document.choices);
  const [version] = await new Promise<readonly { choices: unknown }[]>((done, fail) =>
    makeVersions(world.ports).watch(taskId(1), done, fail),
  );
  expect(version!.choices).toEqual(again.document.choices);
});

test('a person’s backup of everything, in a new browser, makes them the one at it; that of a project does not', async () => {
  const hers = await person(await aProjectWith(['a.jpg']), HANAKO, '花子');
  await submit(hers, 1, [box('h1')]);
  const restored = async (file: File, projects: number) => {
    const world = projects === 0 ? aWorld() : await aProjectWith(['x.jpg'], { id: asId<'project'>('other') });
    const jobs = {
      run: ({ input }: { input: RestoreInput }) => runJob(restore, input, world.context),
    } as never;
    const outcome = await makeBackups({ ...world.ports, jobs }).restore(file, null, 'beside');
    expect(outcome).toMatchObject({ state: 'done' });
    return [world.ports.preferences.get('profile'), (await makeProfiles(world.ports).own()).name];
  };
  expect(await restored(await backedUp(hers), 0)).toEqual([HANAKO, '花子']);
  expect(await restored(await backedUp(hers), 1)).toEqual([ME, '']);
  expect(await restored(await backedUp(hers, PROJECT), 0)).toEqual([ME, '']);
});

test('a backup carries the names of those who worked in it, and of nobody else', async () => {
  const world = await twoPeople();
  await world.database.profiles.put({
    ...{ id: asId<'profile'>('stranger'), name: 'Stranger', createdAt: epochMs(1), updatedAt: epochMs(1) },
  });
  const other = aWorld();
  const file = await backedUp(world, PROJECT);
  await runJob(restore, { file, passphrase: null, mode: 'beside' }, other.context);
  expect((await other.database.profiles.all()).map(({ name }) => name).sort()).toEqual(['太郎', '花子']);
});
