import { annotationOf, by, ME } from '../../fixtures/work';
import { byId, rebase, changeOfRegions, invertAnnotation, NO_CHOICES } from '$lib/domain/change';
import { NO_FILTER, BY_NUMBER, type TaskFilter } from '$lib/domain/filter';
import { asId, epochMs, type LabelId } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import { NO_REMOVALS, type Label } from '$lib/domain/project';
import type { Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import { versionOf } from '$lib/domain/version';
import { EXPORT_KINDS, exportTraits } from '$lib/services/exchange/export-kinds';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { checkExport } from '$lib/services/exchange/check-export';
import { countLabelUse } from '$lib/services/projects/count-label-use';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { evaluate } from '$lib/services/evaluation/evaluate-model';
import { runJob } from '$lib/services/job';
import { makeModels } from '$lib/services/models/models';
import { makePredictions } from '$lib/services/models/predictions';
import { makeProjects } from '$lib/services/projects/projects';
import type { ListHead } from '$lib/services/tasks/list-head';
import { makeTasks } from '$lib/services/tasks/tasks';
import { makeVersions } from '$lib/services/annotating/versions';
import { beforeEach, describe, expect, test } from 'vitest';
import { aBox, aLabel, anAnnotation, aPredictedBox, aPrediction, drawn } from '../../fixtures/builders';
import { aProjectWith, exported, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import type { EditTasksInput } from '$lib/services/bulk/contract';

const SIZE = { width: 100, height: 80 };
const [A, B] = [asId<'label'>('label-1'), asId<'label'>('label-2')];

let world: World;
let annotations: ReturnType<typeof makeAnnotations>;
let projects: ReturnType<typeof makeProjects>;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  annotations = makeAnnotations(world.ports);
  projects = makeProjects(world.ports);
});

const remove = (id: LabelId, to: LabelId | null = null) =>
  projects.update(PROJECT, {}, { ...NO_REMOVALS, removed: new Map([[id, to]]) });
const bringBack = async (label: Label) =>
  projects.update(
    PROJECT,
    { labels: [...(await project()).labels, label] },
    { ...NO_REMOVALS, broughtBack: new Set([label.id]) },
  );
const project = async () => (await world.database.projects.get(PROJECT))!;
const labelsOnScreen = async (number = 1) =>
  [...(await annotations.open(taskId(number))).regions.values()].map(({ labelId }) => labelId);
const submit = async (number: number, ...regions: readonly Region[]) =>
  annotations.submit(await annotations.open(taskId(number)), regions, SIZE);

async function edit(edit: EditTasksInput['edit'], actionId = 'action') {
  const outcome = await runJob(editTasks, { projectId: PROJECT, actionId, edit }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report;
}

const predicted = (labelId: LabelId | null, number = 1): Prediction =>
  aPrediction({
    id: asId<'prediction'>(`prediction-${number}`),
    taskId: taskId(number),
    projectId: PROJECT,
    modelId: asId<'model'>('model-1'),
    regions: [aPredictedBox({ x: 10, y: 20, width: 30, height: 40, labelId, className: 'p', score: 0.9 })],
  });

const aModel = (labelOfClass: readonly (LabelId | null)[]): DetectorModel => ({
  id: asId<'model'>('model-1'),
  projectId: PROJECT,
  version: 1,
  name: 'm',
  fileName: 'm.onnx',
  size: 1,
  hash: 'h',
  kind: 'onnx',
  architecture: 'YOLO',
  classNames: labelOfClass.map((_, at) => `class ${at}`),
  labelOfClass,
  settings: {} as DetectorModel['settings'],
  isInteractive: true,
  provider: 'auto',
  ranOn: null,
  createdAt: epochMs(1),
});

/** The first value of something that is watched. */
const first = <Value>(
  watch: (onValue: (value: Value) => void, onError: (error: unknown) => void) => () => void,
): Promise<Value> =>
  new Promise((done, fail) => {
    const stop = watch((value) => {
      queueMicrotask(() => stop());
      done(value);
    }, fail);
  });

/** Every format, over everything that there is: nothing undefined, no NaN, no empty class, and no failure. */
async function expectWholeExports() {
  for (const kind of EXPORT_KINDS) {
    const { files } = await exported(world, {
      kind,
      includeUnfinished: true,
      includeSkipped: true,
      firstNumber: 0,
    });
    for (const [path, text] of files)
      if (!/\.jpg$/.test(path))
        expect(text, `${kind} ${path}`).not.toMatch(/undefined|NaN|<name><\/name>|\[""\]/);
  }
}

const checked = (kind: (typeof EXPORT_KINDS)[number]) =>
  checkExport(
    world.database,
    { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true },
    kind,
    new AbortController().signal,
  );

/** What people see of one box that has lost its label. */
async function expectUnlabelled(number = 1) {
  expect(await labelsOnScreen(number)).toEqual([null]);
  expect((await checked('yolo')).counts.get('region-unlabelled')).toBe(1);
  expect((await checked('coco')).boxes).toBe(0);
  await expectWholeExports();
}

describe('a box whose label is gone is unlabelled', () => {
  test('after a stroke was undone, its label removed, and the stroke made again', async () => {
    const opened = await annotations.open(taskId(1));
    const stroke = drawn(aBox());
    await opened.journal.append(stroke, SIZE);
    await opened.journal.append(invertAnnotation(stroke), SIZE, 'undo');
    await remove(A);
    const again = await annotations.open(taskId(1));
    expect([...again.history.undone[0]!.regions.after.values()]).toMatchObject([{ labelId: null }]);
    // A tab that has heard nothing of it makes the step again as it knows it.
    await opened.journal.append(stroke, SIZE, 'redo');
    await expectUnlabelled();
  });

  test('after annotations were deleted, their label removed, and the deletion undone', async () => {
    await submit(1, aBox());
    await edit({ action: 'delete-annotations', numbers: Int32Array.of(1) });
    await remove(A);
    await edit({ action: 'undo' });
    await expectUnlabelled();
  });

  test('after another tab removed the label that this one draws with, and this one submits', async () => {
    const opened = await annotations.open(taskId(1));
    await remove(A);
    await opened.journal.append(drawn(aBox()), SIZE);
    await expectUnlabelled();
    await annotations.submit(opened, [aBox()], SIZE);
    expect((await annotationOf(world.database, taskId(1)))?.regions[0]?.labelId).toBe(null);
    await expectUnlabelled();
  });

  test('in annotations made of predictions whose label was removed: nothing is made of them', async () => {
    await world.database.predictions.put([predicted(A)]);
    await remove(A);
    const how = { of: null, minScore: 0, as: 'submitted', annotator: ME } as const;
    const { counts } = await edit({ action: 'create-annotations', numbers: Int32Array.of(1), how });
    expect(counts).toEqual({ tasks: 1, boxes: 0 });
    await expectWholeExports();
  });

  test('also where a stored id means nothing at all', async () => {
    await world.database.annotations.put(
      anAnnotation({ regions: [aBox({ labelId: asId<'label'>('nobody') })], imageSize: SIZE }),
    );
    await world.database.tasks.update(taskId(1), { progress: 'submitted' });
    await expectUnlabelled();
  });

  test('in versions, in what another annotator did, and in an import that compares', async () => {
    await submit(1, aBox());
    await world.database.annotations.putMany([
      anAnnotation({ ...by('aoi'), regions: [aBox()], imageSize: SIZE }),
    ]);
    await remove(A);
    const versions = await first<readonly { regions: readonly Region[] }[]>((...told) =>
      makeVersions(world.ports).watch(taskId(1), ...told),
    );
    expect(versions.map(({ regions }) => regions[0]?.labelId)).toEqual([null, null]);
    await expectWholeExports();
  });
});

describe('what reads labels follows a removal', () => {
  test('every door gives the label that took its place', async () => {
    await submit(1, aBox());
    await world.database.predictions.put([predicted(A)]);
    await world.database.models.put(aModel([A, null]));
    await remove(A, B);
    expect(await labelsOnScreen()).toEqual([B]);
    const { models } = { models: makeModels(world.ports) };
    expect((await models.interactive(PROJECT))?.labelOfClass).toEqual([B, null]);
    const predictions = makePredictions(world.ports, models);
    expect((await predictions.of(taskId(1), aModel([A])))?.regions[0]?.labelId).toBe(B);
    const judged = await evaluate(
      world.database,
      { projectId: PROJECT, modelId: asId<'model'>('model-1'), modelVersion: 1 },
      world.context,
    );
    expect([judged.truth.label.length, judged.found.label.length]).toEqual([1, 1]);
    expect(judged.labels.map(({ id }) => id)).toEqual([B]);
    const { files } = await exported(world, { kind: 'yolo', firstNumber: 0 });
    expect(files.get('labels/a.txt')).toMatch(/^0 /);
    await remove(B);
    expect(await labelsOnScreen()).toEqual([null]);
    const without = evaluate(
      world.database,
      { projectId: PROJECT, modelId: asId<'model'>('model-1'), modelVersion: 1 },
      world.context,
    );
    expect((await without).left.boxesWithoutLabel).toBe(1);
  });

  test('counts over the list, rows and filters', async () => {
    await submit(1, aBox(), aBox({ id: asId<'region'>('r2'), labelId: B }));
    await submit(2, aBox({ id: asId<'region'>('r3') }));
    const tasks = makeTasks(world.ports);
    const head = () => first<ListHead>((...told) => tasks.watchHead(PROJECT, ...told));
    const has = async (value: LabelId) => {
      const filter: TaskFilter = { ...NO_FILTER, conditions: [{ field: 'label', operator: 'has', value }] };
      return [...(await tasks.streams.ask({ projectId: PROJECT, filter, order: BY_NUMBER }))];
    };
    expect([...(await head()).boxes]).toEqual([
      [A, 2],
      [B, 1],
    ]);
    expect(await has(B)).toEqual([1]);
    await remove(A, B);
    expect([...(await head()).boxes]).toEqual([[B, 3]]);
    await expect.poll(() => has(B)).toEqual([1, 2]);
    const rows = await first<readonly Task[]>((...told) => tasks.watchRows(PROJECT, [1, 2], ...told));
    expect(rows.map(({ labelIds, labelCounts }) => [labelIds, labelCounts])).toEqual([
      [[B], [2]],
      [[B], [1]],
    ]);
    await remove(B);
    expect((await head()).boxes.size).toBe(0);
    await expect.poll(() => has(B)).toEqual([]);
  });

  test('importing the same again adds nothing', async () => {
    await submit(1, aBox());
    const { files } = await exported(world, { kind: 'json' });
    await remove(A, B);
    const report = await imported(
      world,
      { 'in.json': [...files.values()][0]! },
      { labels: new Map([['polyp', A]]) },
    );
    expect(report.counts).toMatchObject({ annotations: 0, unchanged: 1 });
    expect((await project()).labels.map(({ id }) => id)).toEqual([B]);
  });

  test('merging a label takes what became it along', async () => {
    await submit(1, aBox());
    await remove(A, B);
    const C = aLabel({ id: asId<'label'>('label-3'), name: 'c' });
    await projects.update(PROJECT, { labels: [...(await project()).labels, C] });
    await edit({ action: 'merge-label', numbers: Int32Array.of(1), from: B, to: C.id });
    expect(await labelsOnScreen()).toEqual([C.id]);
  });
});

describe('a removed label', () => {
  test('comes back with every box that had it: annotations, drafts and their history, trash, versions', async () => {
    await submit(1, aBox());
    const opened = await annotations.open(taskId(2));
    await opened.journal.append(drawn(aBox()), SIZE);
    await submit(3, aBox());
    await edit({ action: 'delete-annotations', numbers: Int32Array.of(3) });
    const [label] = (await project()).labels;
    await remove(A);
    expect(await labelsOnScreen(2)).toEqual([null]);
    await bringBack(label!);
    await edit({ action: 'undo' });
    for (const number of [1, 2, 3]) expect(await labelsOnScreen(number)).toEqual([A]);
    expect((await project()).removedLabels).toEqual([]);
  });

  test('follows through several removals, and a circle ends', async () => {
    await submit(1, aBox());
    const [label] = (await project()).labels;
    await remove(A, B);
    await remove(B);
    expect(await labelsOnScreen()).toEqual([null]);
    await bringBack({ ...aLabel(), id: B, name: 'b' });
    expect(await labelsOnScreen()).toEqual([B]);
    await world.database.projects.put({
      ...(await project()),
      labels: [],
      removedLabels: [
        { label: label!, to: B, removedAt: epochMs(1) },
        { label: { ...label!, id: B }, to: A, removedAt: epochMs(1) },
      ],
    });
    expect(await labelsOnScreen()).toEqual([null]);
  });

  test('is not brought back by the list of a tab that knows nothing of it, nor is a new one lost there', async () => {
    const stale = (await project()).labels;
    await remove(A);
    const added = aLabel({ id: asId<'label'>('label-3'), name: 'new' });
    await projects.update(PROJECT, { labels: [...(await project()).labels, added] });
    await projects.update(PROJECT, { labels: stale });
    expect((await project()).labels.map(({ id }) => id)).toEqual([B, added.id]);
  });

  test('cannot come back under a name that is taken', async () => {
    const [label] = (await project()).labels;
    await remove(A);
    const other = aLabel({ id: asId<'label'>('label-3') });
    await projects.update(PROJECT, { labels: [...(await project()).labels, other] });
    await expect(bringBack(label!)).rejects.toMatchObject({ code: 'label-name-taken' });
  });
});

test('a label is used by everything that refers to it, also through one that became it', async () => {
  const { database } = world;
  const use = (id: LabelId) => countLabelUse(database, PROJECT, id, new AbortController().signal);
  expect([...(await use(A))]).toEqual([]);
  await submit(1, aBox(), aBox({ id: asId<'region'>('r2') }));
  const opened = await annotations.open(taskId(2));
  const stroke = drawn(aBox());
  await opened.journal.append(stroke, SIZE);
  await opened.journal.append(invertAnnotation(stroke), SIZE, 'undo');
  await database.annotations.putMany([anAnnotation({ ...by('aoi'), regions: [aBox()] })]);
  await database.predictions.put([predicted(A)]);
  await database.models.put(aModel([A, A, null]));
  await database.versions.put(versionOf(anAnnotation({ taskId: taskId(3), regions: [aBox()] }), []));
  await submit(3, aBox());
  await edit({ action: 'delete-annotations', numbers: Int32Array.of(3) });
  const expected = [
    ['annotations', { boxes: 3, places: 2 }],
    ['drafts', { boxes: 1, places: 1 }],
    ['predictions', { boxes: 1, places: 1 }],
    ['versions', { boxes: 4, places: 3 }],
    ['trash', { boxes: 1, places: 1 }],
    ['models', { boxes: 2, places: 1 }],
  ];
  expect([...(await use(A))]).toEqual(expected);
  await remove(A, B);
  expect([...(await use(B))]).toEqual(expected);
});

test('two classes of one number are refused where a format tells classes by number', async () => {
  const [a, b] = (await project()).labels;
  await projects.update(PROJECT, {
    labels: [
      { ...a!, classNumber: 3 },
      { ...b!, classNumber: 3 },
    ],
  });
  for (const kind of EXPORT_KINDS) {
    const outcome = checked(kind);
    if (exportTraits(kind).capabilities.classNumbers)
      await expect(outcome).rejects.toMatchObject({ code: 'class-number-repeated', about: { number: 3 } });
    else expect((await outcome).tasks).toBe(3);
  }
});

describe('a tab that has a task open while its labels are merged in another one', () => {
  const merge = () => edit({ action: 'merge-label', numbers: Int32Array.of(1), from: A, to: B });

  test('cannot write over the new labels: the same change is made on top of them', async () => {
    const first = await annotations.open(taskId(1));
    await first.journal.append(drawn(aBox()), SIZE);
    await merge();
    const moved = { before: byId([aBox()]), after: byId([aBox({ x: 50 })]) };
    await expect(first.journal.append(changeOfRegions(moved), SIZE)).rejects.toMatchObject({
      code: 'edited-elsewhere',
    });
    const next = await annotations.open(taskId(1));
    await next.journal.append(changeOfRegions(rebase(moved, next.regions, SIZE)), SIZE);
    const { regions, history } = await annotations.open(taskId(1));
    expect([...regions.values()]).toMatchObject([{ labelId: B, x: 50, y: 20 }]);
    expect(history.done).toHaveLength(2);
  });

  test('hears of it, also where its own work has no journal yet, and of its undoing', async () => {
    const changed = async (opened: Awaited<ReturnType<typeof annotations.open>>) =>
      annotations.isChangedElsewhere(opened, (await world.database.tasks.get(taskId(1)))!);
    await world.database.drafts.put({
      taskId: taskId(1),
      profileId: ME,
      choices: NO_CHOICES,
      projectId: PROJECT,
      regions: [aBox()],
      basedOn: 0,
      imageSize: SIZE,
      savedAt: epochMs(1),
    });
    await world.database.tasks.update(taskId(1), { progress: 'draft', labelIds: [A], labelCounts: [1] });
    const first = await annotations.open(taskId(1));
    expect(await changed(first)).toBe(false);
    await merge();
    expect(await changed(first)).toBe(true);
    await expect(first.journal.append(drawn(aBox({ id: asId<'region'>('r2') })), SIZE)).rejects.toMatchObject(
      {
        code: 'edited-elsewhere',
      },
    );
    const second = await annotations.open(taskId(1));
    expect([...second.regions.values()]).toMatchObject([{ labelId: B }]);
    await edit({ action: 'undo' });
    expect(await changed(second)).toBe(true);
    expect(await labelsOnScreen()).toEqual([A]);
  });
});

test('a change made on older regions changes of each only what it is about', () => {
  const [other, gone] = [aBox({ id: asId<'region'>('r2') }), aBox({ id: asId<'region'>('r3') })];
  const change = {
    before: byId([aBox(), other, gone]),
    after: byId([aBox({ x: 50 }), aBox({ id: asId<'region'>('new') }), { ...gone, x: 60 }]),
  };
  const now = byId([aBox({ labelId: B, note: 'n' }), { ...other, labelId: B }]);
  const { before, after } = rebase(change, now, SIZE);
  expect([...before.values()]).toEqual([...now.values()]);
  expect([...after.values()]).toMatchObject([
    { id: 'region-1', x: 50, labelId: B, note: 'n' },
    { id: 'new', labelId: A },
    { id: 'r3', x: 60, labelId: A },
  ]);
});
