import { annotationOf, by, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { summarize } from '$lib/domain/task';
import { runJob } from '$lib/services/job';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import type { ListLook } from '$lib/domain/list-look';
import { makeProjects } from '$lib/services/projects/projects';
import { backup } from '$lib/services/backup/backup';
import { checkProject } from '$lib/services/projects/check-project';
import { restore } from '$lib/services/backup/restore';
import { asId, epochMs } from '$lib/domain/ids';
import JSZip from 'jszip';
import { describe, expect, test } from 'vitest';
import { aBox, anAnnotation, aProject } from '../../fixtures/builders';
import { aProjectWith, everything, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { aWorld } from '../../fixtures/world';
import type { BackupInput, RestorePreview } from '$lib/services/backup/contract';

const SIZE = { width: 100, height: 80 };

async function aBusyProject() {
  const world = await aProjectWith(['a.jpg', 'd/b.jpg', 'c.jpg']);
  const annotation = anAnnotation({
    taskId: taskId(1),
    regions: [aBox({ rotation: 12, note: '<b>"note"' })],
    revision: 3,
  });
  await world.database.annotations.put(annotation);
  await world.database.tasks.update(taskId(1), summarize(annotation, null));
  await world.database.annotations.put({ ...annotation, ...by('花子'), updatedAt: epochMs(0) });
  const opened = await makeAnnotations(world.ports).open(taskId(2));
  await opened.journal.append(
    changeOfRegions({ before: new Map(), after: new Map([[aBox().id, aBox()]]) }),
    SIZE,
  );
  return world;
}

async function backedUp(world: World, overrides: Partial<BackupInput> = {}): Promise<File> {
  const input: BackupInput = {
    projectId: null,
    withPictures: false,
    withModels: true,
    passphrase: null,
    madeBy: ME,
    target: { name: 'b.kakomi', kind: 'download', handle: null },
    ...overrides,
  };
  const outcome = await runJob(backup, input, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}
const restored = (
  world: World,
  file: File,
  mode: 'preview' | 'beside' | 'merge',
  passphrase: string | null = null,
) => runJob(restore, { file, mode, passphrase }, world.context);

test('a backup on an empty computer gives the same environment, journals and maps included', async () => {
  const world = await aBusyProject();
  const file = await backedUp(world);
  const other = aWorld();
  expect(await restored(other, file, 'beside')).toMatchObject({
    state: 'done',
    report: { counts: { projects: 1 } },
  });
  expect(await everything(other)).toEqual(await everything(world));
  expect((await makeAnnotations(other.ports).open(taskId(2))).regions.size).toBe(1);
  const zip = await JSZip.loadAsync(await file.arrayBuffer(), { checkCRC32: true });
  expect(Object.keys(zip.files)).toContain('manifest.json');
});

test('how the list looks comes back, also beside what is here, with the ids of there', async () => {
  const world = await aBusyProject();
  const project = (await world.database.projects.get(PROJECT))!;
  const label = project.labels[0]!.id;
  const view = {
    id: 'view-1',
    name: 'wide',
    filter: {
      join: 'all' as const,
      conditions: [{ field: 'label' as const, operator: 'has' as const, value: label }],
      search: '',
    },
    order: { field: 'number' as const, direction: 'descending' as const },
  };
  const listLook: ListLook = { views: [view], columns: [{ id: 'path', isShown: true, width: 300 }] };
  await makeProjects(world.ports).keepListLook(PROJECT, listLook);
  expect(await world.database.projects.get(PROJECT)).toEqual({ ...project, listLook });
  const file = await backedUp(world);
  const other = aWorld();
  await restored(other, file, 'beside');
  expect((await other.database.projects.get(PROJECT))!.listLook).toEqual(listLook);
  await restored(world, file, 'beside');
  const copy = (await world.database.projects.all()).find(({ id }) => id !== PROJECT)!;
  expect(copy.listLook).toEqual(listLook);
});

test('one project alone, with its pictures', async () => {
  const world = await aBusyProject();
  await world.database.projects.put(aProject({ id: asId<'project'>('project-2'), name: 'other' }));
  const file = await backedUp(world, { projectId: PROJECT, withPictures: true });
  const other = aWorld();
  await restored(other, file, 'beside');
  expect((await other.database.projects.all()).map(({ name }) => name)).toEqual(['kvasir']);
  expect([...other.copied.keys()].sort()).toEqual(['source-1/a.jpg', 'source-1/c.jpg', 'source-1/d/b.jpg']);
  expect(await other.copied.get('source-1/d/b.jpg')!.text()).toBe('d/b.jpg');
});

test('beside what exists: a project of its own, under ids and a name of its own', async () => {
  const world = await aBusyProject();
  const before = await everything(world);
  const file = await backedUp(world);
  const preview = await restored(world, file, 'preview');
  expect(preview).toMatchObject({
    state: 'done',
    report: {
      preview: { projects: [{ name: 'kvasir', tasks: 3, isHere: true }] } satisfies Partial<
        Record<keyof RestorePreview, unknown>
      >,
    },
  });
  expect(await everything(world)).toEqual(before);
  await restored(world, file, 'beside');
  const projects = await world.database.projects.all();
  expect(projects.map(({ name }) => name).sort()).toEqual(['kvasir', 'kvasir (2)']);
  const copy = projects.find(({ name }) => name === 'kvasir (2)')!;
  const tasks = await world.database.tasks.page(copy.id, 0, 10);
  expect(tasks.map(({ path, progress }) => [path, progress])).toEqual([
    ['a.jpg', 'submitted'],
    ['d/b.jpg', 'draft'],
    ['c.jpg', 'unlabelled'],
  ]);
  expect(await annotationOf(world.database, tasks[0]!.id)).toMatchObject({
    projectId: copy.id,
    regions: [{ rotation: 12 }],
  });
  expect((await makeAnnotations(world.ports).open(tasks[1]!.id)).regions.size).toBe(1);
  expect(await annotationOf(world.database, taskId(1))).toMatchObject({ projectId: PROJECT, revision: 3 });
});

test('merged: the higher revision wins on either side, unsent work of mine stays, new labels and tasks come in', async () => {
  const theirs = await aBusyProject();
  const project = (await theirs.database.projects.get(PROJECT))!;
  await theirs.database.projects.put({
    ...project,
    labels: [...project.labels, { ...project.labels[0]!, id: asId<'label'>('label-9'), name: 'polyp' }],
  });
  await theirs.database.annotations.put(anAnnotation({ taskId: taskId(3), regions: [aBox()], revision: 1 }));
  const file = await backedUp(theirs);

  const mine = await aProjectWith(['a.jpg', 'd/b.jpg']);
  await mine.database.annotations.put(anAnnotation({ taskId: taskId(1), regions: [], revision: 5 }));
  const annotations = makeAnnotations(mine.ports);
  const opened = await annotations.open(taskId(2));
  for (const x of [1, 2])
    await opened.journal.append(
      changeOfRegions({
        before: new Map(),
        after: new Map([[asId<'region'>(`m${x}`), aBox({ id: asId<'region'>(`m${x}`), x })]]),
      }),
      SIZE,
    );
  // Counts follow a gesture by themselves, which must not come between two looks.
  await annotations.countBehind();
  const preview = await restored(mine, file, 'preview');
  expect(preview).toMatchObject({
    report: {
      preview: { merge: { annotations: { added: 2, changed: 0, kept: 1 }, tasks: { added: 1, kept: 2 } } },
    },
  });
  expect(await restored(mine, file, 'merge')).toMatchObject({ state: 'done' });
  expect(await annotationOf(mine.database, taskId(1))).toMatchObject({ revision: 5, regions: [] });
  expect([...(await makeAnnotations(mine.ports).open(taskId(2))).regions.keys()]).toEqual(['m1', 'm2']);
  expect(await mine.database.tasks.get(taskId(3))).toMatchObject({
    path: 'c.jpg',
    number: 3,
    progress: 'submitted',
    regionCount: 1,
  });
  expect((await mine.database.projects.get(PROJECT))!.labels.map(({ name }) => name)).toEqual([
    'polyp',
    'ポリープ',
    'polyp (2)',
  ]);
  const after = await everything(mine);
  await restored(mine, file, 'merge');
  expect(await everything(mine)).toEqual(after);
});

describe('a passphrase', () => {
  test('opens it; a wrong one, none, or one flipped bit anywhere are told as such and change nothing', async () => {
    const world = await aBusyProject();
    const file = await backedUp(world, { passphrase: '合言葉 ✓', withPictures: true });
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('kvasir');
    const other = aWorld();
    const empty = await everything(other);
    expect(await restored(other, file, 'beside')).toMatchObject({
      state: 'failed',
      code: 'passphrase-needed',
    });
    expect(await restored(other, file, 'beside', 'wrong')).toMatchObject({
      state: 'failed',
      code: 'passphrase-wrong',
    });
    for (const at of [0.3, 0.5, 0.8, 0.999].map((part) => Math.floor(part * bytes.length))) {
      const flipped = bytes.slice();
      flipped[at]! ^= 4;
      const outcome = await restored(other, new File([flipped], 'b.kakomi'), 'beside', '合言葉 ✓');
      if (outcome.state === 'failed') expect(['backup-damaged', 'passphrase-wrong']).toContain(outcome.code);
      // A bit that means nothing (a date) may be passed over; then all is there.
      else expect((await other.database.projects.all()).length).toBe(1);
      if (outcome.state === 'failed') expect(await everything(other)).toEqual(empty);
    }
    const fresh = aWorld();
    expect(await restored(fresh, file, 'beside', '合言葉 ✓')).toMatchObject({ state: 'done' });
    expect((await fresh.database.projects.all()).map(({ name }) => name)).toEqual(['kvasir']);
  }, 60_000);

  test('is not needed for a plain one, where every flipped bit of the content is found too', async () => {
    const world = await aBusyProject();
    const bytes = new Uint8Array(await (await backedUp(world)).arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    const other = aWorld();
    const empty = await everything(other);
    for (const word of ['"rotation":12', '"sha256":"', '"annotator":"name:"', '"schemaVersion"']) {
      const flipped = bytes.slice();
      flipped[text.indexOf(word) + 12]! ^= 1;
      expect(await restored(other, new File([flipped], 'b.kakomi'), 'beside'), word).toMatchObject({
        state: 'failed',
        code: 'backup-damaged',
      });
      expect(await everything(other)).toEqual(empty);
    }
    expect(
      await restored(other, new File([bytes.subarray(0, bytes.length / 2)], 'b.kakomi'), 'beside'),
    ).toMatchObject({ code: 'backup-damaged' });
    expect(await restored(other, new File(['this is no backup'], 'b.kakomi'), 'beside')).toMatchObject({
      code: 'backup-damaged',
    });
  });
});

test('a backup of a newer version says so and changes nothing', async () => {
  const zip = new JSZip();
  zip.file(
    'manifest.json',
    JSON.stringify({
      app: 'kakomi',
      format: 1,
      schemaVersion: 999,
      createdAt: 1,
      projects: [],
      tables: {},
      pictures: 0,
      entries: [],
    }),
  );
  const file = new File([await zip.generateAsync({ type: 'arraybuffer' })], 'new.kakomi');
  const world = aWorld();
  const before = await everything(world);
  expect(await restored(world, file, 'beside')).toMatchObject({
    state: 'failed',
    code: 'backup-newer',
    about: { version: 999 },
  });
  expect(await everything(world)).toEqual(before);
});

test('a restore that is cancelled leaves no half project', async () => {
  const world = await aBusyProject();
  const file = await backedUp(world, { withPictures: true });
  const other = aWorld();
  const empty = await everything(other);
  const cancel = new AbortController();
  const context = {
    ...other.context,
    signal: cancel.signal,
    report: ({ done, total }: { done: number; total: number | null }) =>
      total === 3 && done === 2 && cancel.abort(),
  };
  expect(await runJob(restore, { file, mode: 'beside', passphrase: null }, context)).toEqual({
    state: 'cancelled',
  });
  expect(await everything(other)).toEqual(empty);
});

async function findings(world: World) {
  const outcome = await runJob(checkProject, { projectId: PROJECT, mends: false }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report.detail.findings;
}

describe('a backup while people go on working', () => {
  test('holds every task whole: what was unsent is in it as unsent or as submitted, and no label is missing', async () => {
    const count = 600;
    const world = await aProjectWith(Array.from({ length: count }, (_, at) => `${at}.jpg`));
    const annotations = makeAnnotations(world.ports);
    const change = { before: new Map(), after: new Map([[aBox().id, aBox()]]) };
    for (let number = 1; number <= count; number += 1)
      await (await annotations.open(taskId(number))).journal.append(changeOfRegions(change), SIZE);
    await annotations.countBehind();

    const project = (await world.database.projects.get(PROJECT))!;
    const label = { ...project.labels[0]!, id: asId<'label'>('new'), name: 'new' };
    let sent = 0;
    let isBackedUp = false;
    /** Submits every eighth picture, from one on. */
    const submitting = async (from: number): Promise<void> => {
      for (let number = from; number <= count && !isBackedUp; number += 8) {
        await annotations.submit(await annotations.open(taskId(number)), [aBox({ labelId: label.id })], SIZE);
        sent += 1;
      }
    };
    const backingUp = backedUp(world);
    await world.database.projects.put({ ...project, labels: [...project.labels, label] });
    const working = Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(submitting));
    const file = await backingUp;
    isBackedUp = true;
    await working;
    expect(sent).toBeGreaterThan(8);
    expect(sent).toBeLessThan(count);

    const other = aWorld();
    await restored(other, file, 'beside');
    const lost: number[] = [];
    for (let number = 1; number <= count; number += 1)
      if ((await annotationsOf(other).open(taskId(number))).regions.size !== 1) lost.push(number);
    expect(lost).toEqual([]);
    expect(await findings(other)).toEqual([]);
  }, 60_000);
});
const annotationsOf = (world: World) => makeAnnotations(world.ports);
