import { annotationOf, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import type { ProjectCheck } from '$lib/domain/check';
import { asId, epochMs } from '$lib/domain/ids';
import { summarize } from '$lib/domain/task';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { checkProject } from '$lib/services/projects/check-project';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import { describe, expect, test } from 'vitest';
import { aBox, anAnnotation, aPrediction, aTask } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';

const SIZE = { width: 100, height: 80 };

async function checked(world: World, mends = false): Promise<ProjectCheck> {
  const outcome = await runJob(checkProject, { projectId: PROJECT, mends }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report.detail;
}
const kinds = ({ findings }: ProjectCheck) => findings.map(({ kind, count }) => [kind, count]);

async function aWorkedProject() {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  const annotations = makeAnnotations(world.ports);
  await annotations.submit(await annotations.open(taskId(1)), [aBox()], SIZE);
  const opened = await annotations.open(taskId(2));
  await opened.journal.append(
    changeOfRegions({ before: new Map(), after: new Map([[aBox().id, aBox()]]) }),
    SIZE,
  );
  await annotations.countBehind();
  return world;
}

test('a project as work left it has nothing wrong', async () => {
  const world = await aWorkedProject();
  expect(await checked(world)).toEqual({ tasks: 3, findings: [], mended: 0 });
});

test('unsent work whose counts are still to follow is no fault', async () => {
  const world = await aWorkedProject();
  await world.database.drafts.append(
    {
      taskId: taskId(2),
      profileId: ME,
      sequence: 2,
      change: changeOfRegions({
        before: new Map(),
        after: new Map([[asId<'region'>('r2'), aBox({ id: asId<'region'>('r2') })]]),
      }),
      step: 'do',
    },
    null,
  );
  expect(kinds(await checked(world))).toEqual([]);
});

describe('what is put right when it is asked for, and only then', () => {
  test('counts of tasks and over the list', async () => {
    const world = await aWorkedProject();
    const { database } = world;
    await database.annotations.put(
      anAnnotation({ taskId: taskId(3), regions: [aBox(), aBox({ id: asId<'region'>('r2') })] }),
    );
    const tally = (await database.tasks.tally(PROJECT))!;
    await database.tasks.putTally({ ...tally, progress: { ...tally.progress, submitted: 7 } });
    expect(kinds(await checked(world))).toEqual([
      ['tally', 1],
      ['summaries', 1],
    ]);
    expect((await database.tasks.get(taskId(3)))!.regionCount).toBe(0);
    expect((await checked(world, true)).mended).toBe(2);
    expect(await database.tasks.get(taskId(3))).toMatchObject({
      progress: 'submitted',
      regionCount: 2,
      labelIds: ['label-1'],
      labelCounts: [2],
    });
    expect((await database.tasks.tally(PROJECT))!.progress).toEqual({
      unlabelled: 0,
      draft: 1,
      submitted: 2,
      skipped: 0,
    });
    expect(kinds(await checked(world))).toEqual([]);
  });

  test('two tasks of one number: both stay, one gets a new number', async () => {
    const world = await aWorkedProject();
    await world.database.tasks.update(taskId(3), { number: 2 });
    expect(kinds(await checked(world))).toEqual([['numbers', 1]]);
    await checked(world, true);
    expect((await world.database.tasks.page(PROJECT, 0, 10)).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(kinds(await checked(world))).toEqual([]);
  });

  test('rows left over from a deleted task are taken away, but not while Undo can bring it back', async () => {
    const world = await aWorkedProject();
    const { database } = world;
    const input = {
      projectId: PROJECT,
      actionId: 'a1',
      edit: { action: 'delete-tasks' as const, numbers: Int32Array.of(1) },
    };
    await runJob(editTasks, input, world.context);
    await database.versions.put({
      ...anAnnotation({ taskId: taskId(1), profileId: ME }),
      changed: { added: 1, changed: 0, removed: 0 },
    });
    expect(kinds(await checked(world, true))).toEqual([]);
    expect(await database.versions.lastRevision({ taskId: taskId(1), profileId: ME })).toBe(1);
    await database.trash.deleteAction('a1');
    expect(kinds(await checked(world))).toEqual([['leftovers', 1]]);
    await checked(world, true);
    expect(await database.versions.lastRevision({ taskId: taskId(1), profileId: ME })).toBe(0);
    expect(kinds(await checked(world))).toEqual([]);
  });
});

describe('what is told and left as it is', () => {
  test('an annotation whose task is not there', async () => {
    const world = await aWorkedProject();
    await world.database.annotations.put(anAnnotation({ taskId: taskId(9), regions: [aBox()] }));
    const { findings } = await checked(world, true);
    expect(findings).toEqual([
      { kind: 'orphans', count: 1, examples: [{ taskId: null, name: 'annotations task-9' }] },
    ]);
    expect(await annotationOf(world.database, taskId(9))).toBeDefined();
  });

  test('predictions, notes and journals without a task or a draft', async () => {
    const world = await aWorkedProject();
    const { database } = world;
    const prediction = aPrediction({ taskId: taskId(8), projectId: PROJECT });
    await database.predictions.put([prediction]);
    await database.work.put({
      taskId: taskId(8),
      profileId: ME,
      projectId: PROJECT,
      note: 'n',
      spentMs: 0,
      orderByHand: [],
    });
    const entry = {
      taskId: taskId(3),
      profileId: ME,
      sequence: 1,
      change: changeOfRegions({ before: new Map(), after: new Map() }),
      step: 'do' as const,
    };
    await database.drafts.putEntries([entry]);
    expect(kinds(await checked(world))).toEqual([
      ['journals', 1],
      ['orphans', 2],
    ]);
  });

  test('a gap in a journal, a label that is gone, a storage that is gone, a model without its file', async () => {
    const world = await aWorkedProject();
    const { database } = world;
    const change = { before: new Map(), after: new Map() };
    await database.drafts.putEntries([
      { taskId: taskId(2), profileId: ME, sequence: 3, change: changeOfRegions(change), step: 'do' },
    ]);
    const dead = anAnnotation({ taskId: taskId(3), regions: [aBox({ labelId: asId<'label'>('gone') })] });
    await database.annotations.put(dead);
    await database.tasks.update(taskId(3), summarize(dead, null));
    const own = asId<'source'>('gone');
    await database.tasks.add([aTask({ id: taskId(4), number: 4, sourceId: own, path: 'd.jpg' })]);
    await database.models.put({
      id: asId<'model'>('m'),
      projectId: PROJECT,
      version: 1,
      name: 'YOLO',
      fileName: 'y.onnx',
      hash: 'h',
    } as never);
    const { findings } = await checked(world, true);
    expect(findings.map(({ kind, examples }) => [kind, examples.map(({ name }) => name)])).toEqual([
      ['journals', ['b.jpg']],
      ['dead-labels', ['c.jpg']],
      ['no-source', ['d.jpg']],
      ['model-files', ['YOLO']],
    ]);
  });
});

test('an action on many tasks that did not come to its end is told', async () => {
  const world = await aWorkedProject();
  await world.database.trash.putAction({
    ...{ id: 'a1', projectId: PROJECT, action: 'delete-annotations', state: 'doing', things: 0, tasks: 0 },
    ...{ batches: 0, bytes: 0, refused: 0, startedAt: epochMs(1) },
  });
  expect((await checked(world, true)).findings).toEqual([
    { kind: 'unfinished', count: 1, examples: [{ taskId: null, name: 'delete-annotations' }] },
  ]);
});

test('what people write meanwhile is not taken for a fault', async () => {
  const paths = Array.from({ length: 600 }, (_, at) => `${at}.jpg`);
  const world = await aProjectWith(paths);
  const annotations = makeAnnotations(world.ports);
  let submitted = 0;
  const working = new AbortController();
  const work = (async () => {
    for (let number = 1; !working.signal.aborted && number <= 600; number += 7) {
      await annotations.submit(await annotations.open(taskId(number)), [aBox()], SIZE);
      submitted += 1;
    }
  })();
  const check = await checked(world);
  working.abort();
  await work;
  expect(submitted).toBeGreaterThan(3);
  expect(check.findings).toEqual([]);
});
