import { annotationOf, draftOf, ME } from '../../fixtures/work';
import type { Detection } from '$lib/detectors/detector';
import { asId, epochMs } from '$lib/domain/ids';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { predict } from '$lib/services/models/predict';
import { architectureOf, makeModels, type Inspected } from '$lib/services/models/models';
import type { ModelFiles } from '$lib/services/ports/inference';
import type { Ports } from '$lib/services/ports/ports';
import { makePredictions } from '$lib/services/models/predictions';
import { AppError } from '$lib/domain/errors';
import { describe, expect, test } from 'vitest';
import { aLabel, aProject, aSource, aTask } from '../../fixtures/builders';
import { backup } from '$lib/services/backup/backup';
import { restore } from '$lib/services/backup/restore';
import { aScriptedDetector, found, IDENTIFIED, SETTINGS } from '../../fixtures/scripted-detector';
import { aWorld } from '../../fixtures/world';
import type { EditTasksInput } from '$lib/services/bulk/contract';

const PROJECT = asId<'project'>('project-1');

/** The real stores with a detector that says what a script says. */
function aModelWorld(script: (name: string) => readonly Detection[] = () => [found(0.9), found(0.3)]) {
  const world = aWorld();
  const { detectors, asked, trials } = aScriptedDetector(script);
  let now = 1000;
  const clock = { now: () => epochMs((now += 1)) };
  const ports = { ...world.ports, detectors, clock } as Ports;
  const models = makeModels(ports);
  return {
    ...world,
    ports,
    models,
    predictions: makePredictions(ports, models),
    files: world.models,
    asked,
    trials,
  };
}

const fileOf = (text: string): ModelFiles => ({ file: new File([text], `${text}.onnx`), beside: [] });

async function connected(world: ReturnType<typeof aModelWorld>, tasks = 3) {
  const { database, models } = world;
  await database.projects.put(aProject());
  await database.sources.put(aSource());
  await database.tasks.add(
    Array.from({ length: tasks }, (_, i) =>
      aTask({ id: asId<'task'>(`task-${i + 1}`), number: i + 1, path: `${i + 1}.jpg` }),
    ),
  );
  const inspected = await models.inspect(PROJECT, fileOf('first'));
  return models.connect(PROJECT, inspected, fieldsOf(inspected), null);
}

const fieldsOf = ({ classNames, labelOfClass, identified }: Inspected) => ({
  name: 'First',
  classNames,
  labelOfClass,
  settings: identified.settings,
  isInteractive: true,
  provider: 'auto' as const,
});

const context = (signal = new AbortController().signal) => ({
  signal,
  report: () => undefined,
  whenRunning: () => Promise.resolve(),
});

describe('connecting', () => {
  test('classes find their labels by name, whatever the case; the others are not shown', async () => {
    const model = await connected(aModelWorld());
    expect(model.labelOfClass).toEqual(['label-1', null]);
    expect(model).toMatchObject({ version: 1, hash: 'hash of first', architecture: 'Scripted', size: 5 });
  });

  test('of two detectors whose files are alike it is called what the person said it is', async () => {
    const { database, models } = aModelWorld();
    await database.projects.put(aProject());
    const inspected = await models.inspect(PROJECT, fileOf('first'));
    const alike = [
      { id: 'torchvision', name: 'Scripted' },
      { id: 'smaller', name: 'Scripted, smaller' },
    ];
    const settings = { ...SETTINGS, convention: 'smaller' };
    const model = await models.connect(
      PROJECT,
      { ...inspected, identified: { ...IDENTIFIED, alike } },
      { ...fieldsOf(inspected), settings },
      null,
    );
    expect(model.architecture).toBe('Scripted, smaller');
    expect(architectureOf({ ...IDENTIFIED, alike }, SETTINGS)).toBe('Scripted');
    expect(architectureOf(IDENTIFIED, settings)).toBe('Scripted');
  });

  test('that the runtime cannot be kept for later is no failure: the model is connected once', async () => {
    const world = aModelWorld();
    await world.database.projects.put(aProject());
    const ports = {
      ...world.ports,
      detectors: { ...world.ports.detectors, keepOffline: () => Promise.reject(new Error('no cache')) },
    } as Ports;
    const models = makeModels(ports);
    const inspected = await models.inspect(PROJECT, fileOf('first'));
    const model = await models.connect(PROJECT, inspected, fieldsOf(inspected), null);
    expect(await models.newest(PROJECT)).toEqual([model]);
  });

  test('trying a model asks whether what it says makes sense, a run over pictures does not', async () => {
    const world = aModelWorld();
    const model = await connected(world);
    const task = (await world.database.tasks.get(asId<'task'>('task-1')))!;
    await world.models.tryOut(await world.models.reopen(model), model, task, context());
    await world.predictions.ask(model, task, new AbortController().signal);
    expect(world.trials).toEqual([true, false]);
  });

  test('another file is the next version; earlier predictions stay the earlier one’s', async () => {
    const world = aModelWorld();
    const { models, predictions, database } = world;
    const first = await connected(world);
    const task = (await database.tasks.get(asId<'task'>('task-1')))!;
    await predictions.ask(first, task, new AbortController().signal);
    const inspected = await models.inspect(PROJECT, fileOf('second'));
    const second = await models.replace(first, inspected, fieldsOf(inspected), null);
    expect(second).toMatchObject({ id: first.id, version: 2, hash: 'hash of second' });
    expect(await models.newest(PROJECT)).toEqual([second]);
    expect(await predictions.of(task.id, second)).toBeNull();
    expect((await predictions.of(task.id, first))?.regions).toHaveLength(2);
  });

  test('removing one takes its bytes, unless another project has the same', async () => {
    const world = aModelWorld();
    await world.database.projects.put(aProject({ id: asId('project-2') }));
    const first = await connected(world);
    const inspected = await world.models.inspect(PROJECT, fileOf('first'));
    const other = await world.models.connect(
      asId<'project'>('project-2'),
      inspected,
      fieldsOf(inspected),
      null,
    );
    await world.models.remove(first);
    expect([...world.files.keys()]).toEqual(['hash of first']);
    await world.models.remove(other);
    expect(world.files.size).toBe(0);
  });

  test('a class that has no name goes by its number, without a label', async () => {
    const world = aModelWorld(() => [found(0.9, 5)]);
    const model = await connected(world);
    const task = (await world.database.tasks.get(asId<'task'>('task-1')))!;
    await world.predictions.ask(model, task, new AbortController().signal);
    const [kept] = await world.database.predictions.forTask(task.id);
    expect(kept?.regions).toMatchObject([{ className: '5', classNumber: 5, labelId: null }]);
    expect(await world.models.tryOut(await world.models.reopen(model), model, task, context())).toMatchObject(
      {
        classes: 6,
      },
    );
  });
});

describe('in bulk', () => {
  const all = (count: number) => Int32Array.from({ length: count }, (_, i) => i + 1);

  test('what was asked already is not asked again', async () => {
    const world = aModelWorld();
    const model = await connected(world);
    const { ask } = world.predictions;
    const once = await predict(
      { projectId: PROJECT, model, numbers: all(2) },
      world.database,
      ask,
      context(),
    );
    expect(once.counts).toEqual({ predicted: 2, boxes: 4 });
    const again = await predict(
      { projectId: PROJECT, model, numbers: all(3) },
      world.database,
      ask,
      context(),
    );
    expect(again.counts).toEqual({ predicted: 1, boxes: 2, already: 2 });
    expect(world.asked).toEqual(['1.jpg', '2.jpg', '3.jpg']);
    const task = await world.database.tasks.get(asId<'task'>('task-1'));
    expect(task).toMatchObject({
      predictionCount: 1,
      predictionScore: 0.6,
      size: { width: 100, height: 80 },
    });
  });

  test('a folder is opened once, and again after it could not be opened', async () => {
    const world = aModelWorld();
    await connected(world);
    const [first, second] = await world.database.tasks.page(PROJECT, 0, 2);
    let opened = 0;
    const folders: Ports['folders'] = {
      ...world.ports.folders,
      open(source) {
        opened += 1;
        if (opened === 1) throw new AppError('permission-needed', { path: source.title });
        return world.ports.folders.open(source);
      },
    };
    const read = makeModels({ ...world.ports, folders }).pictureReader();
    await expect(read(first!)).rejects.toMatchObject({ code: 'permission-needed' });
    expect(await (await read(first!)).file.text()).toBe('1.jpg');
    expect(await (await read(second!)).file.text()).toBe('2.jpg');
    expect(opened).toBe(2);
  });

  test('a picture that cannot be read is told, and the others are asked', async () => {
    const world = aModelWorld((name) => {
      if (name === '2.jpg') throw new AppError('picture-truncated', { path: name });
      return [found(0.9)];
    });
    const model = await connected(world);
    const input = { projectId: PROJECT, model, numbers: all(3) };
    const report = await predict(input, world.database, world.predictions.ask, context());
    expect(report.counts['predicted']).toBe(2);
    expect(report.skipped).toEqual([{ path: '2.jpg', code: 'picture-truncated', taskId: 'task-2' }]);
  });

  test('a model that fails on every picture is given up', async () => {
    const world = aModelWorld(() => {
      throw new AppError('model-failed', { reason: 'run-failed', name: 'Reshape' });
    });
    const model = await connected(world, 40);
    const input = { projectId: PROJECT, model, numbers: all(40) };
    await expect(predict(input, world.database, world.predictions.ask, context())).rejects.toMatchObject({
      code: 'model-failed',
    });
    expect(world.asked.length).toBeLessThan(10);
  });
});

describe('annotations from predictions', () => {
  async function predicted() {
    const world = aModelWorld();
    const model = await connected(world);
    const numbers = Int32Array.from([1, 2, 3]);
    await predict({ projectId: PROJECT, model, numbers }, world.database, world.predictions.ask, context());
    const run = (actionId: string, edit: EditTasksInput['edit']) =>
      editTasks({ projectId: PROJECT, actionId, edit }, world.context);
    const create = (as: 'draft' | 'submitted', minScore = 0.5) =>
      run('create', {
        action: 'create-annotations',
        numbers,
        how: { of: null, minScore, as, annotator: ME },
      });
    return { ...world, model, numbers, run, create };
  }
  const FIRST = asId<'task'>('task-1');

  test('above a score, as submitted, with where they came from', async () => {
    const { database, create } = await predicted();
    expect((await create('submitted')).counts).toEqual({ tasks: 3, boxes: 3 });
    const annotation = await annotationOf(database, FIRST);
    expect(annotation).toMatchObject({ annotator: ME, revision: 1 });
    expect(annotation?.regions).toMatchObject([
      { origin: 'prediction', score: 0.9, labelId: 'label-1', x: 10 },
    ]);
    expect(await database.tasks.get(FIRST)).toMatchObject({ progress: 'submitted', regionCount: 1 });
  });

  test('as drafts, which the labelling page opens and can undo in one step', async () => {
    const { database, create, ports } = await predicted();
    await create('draft', 0.2);
    expect(await database.tasks.get(FIRST)).toMatchObject({ progress: 'draft', regionCount: 2 });
    const annotations = makeAnnotations(ports);
    const opened = await annotations.open(FIRST);
    expect(opened.regions.size).toBe(2);
    expect(opened.history.done).toHaveLength(1);
    await annotations.submit(opened, [...opened.regions.values()], { width: 100, height: 80 });
    expect(await database.tasks.get(FIRST)).toMatchObject({ progress: 'submitted' });
  });

  test.each(['draft', 'submitted'] as const)('undone, as %s, but never over work done since', async (as) => {
    const { database, create, run, ports } = await predicted();
    await create(as);
    const opened = await makeAnnotations(ports).open(FIRST);
    await makeAnnotations(ports).submit(opened, [], { width: 100, height: 80 });
    const report = await run('create', { action: 'undo' });
    expect(report.counts).toEqual({ restored: 2 });
    expect(report.skipped).toMatchObject([{ path: '1.jpg', code: 'edited-elsewhere' }]);
    expect(await database.tasks.get(FIRST)).toMatchObject({ progress: 'submitted', regionCount: 0 });
    expect(await database.tasks.get(asId<'task'>('task-2'))).toMatchObject({ progress: 'unlabelled' });
    expect(await draftOf(database, asId<'task'>('task-2'))).toBeUndefined();
  });

  test('tasks that somebody has touched are left alone', async () => {
    const { database, create, ports } = await predicted();
    const annotations = makeAnnotations(ports);
    await annotations.submit(await annotations.open(FIRST), [], { width: 100, height: 80 });
    expect((await create('submitted')).counts['tasks']).toBe(2);
    expect((await annotationOf(database, FIRST))?.regions).toEqual([]);
  });

  test('one version’s predictions are deleted and come back', async () => {
    const { database, models, model, run, numbers, predictions } = await predicted();
    const inspected = await models.inspect(PROJECT, fileOf('second'));
    const second = await models.replace(model, inspected, fieldsOf(inspected), null);
    const task = (await database.tasks.get(FIRST))!;
    await predictions.ask(second, task, new AbortController().signal);
    const of = { modelId: model.id, modelVersion: 1 };
    const report = await run('delete', { action: 'delete-predictions', numbers, of });
    expect(report.counts).toEqual({ tasks: 3, predictions: 3 });
    expect((await database.predictions.forTask(FIRST)).map(({ modelVersion }) => modelVersion)).toEqual([2]);
    expect(await database.tasks.get(FIRST)).toMatchObject({ predictionCount: 1 });
    await run('delete', { action: 'undo' });
    expect(await database.predictions.forTask(FIRST)).toHaveLength(2);
    expect(await database.tasks.get(FIRST)).toMatchObject({ predictionCount: 2 });
  });
});

describe('rejected suggestions', () => {
  const FIRST = asId<'task'>('task-1');
  async function rejected() {
    const world = aModelWorld();
    const model = await connected(world);
    const task = (await world.database.tasks.get(FIRST))!;
    const ask = (of: typeof model) => world.predictions.ask(of, task, new AbortController().signal);
    const said = await ask(model);
    await world.predictions.reject(said, [0]);
    return { ...world, model, task, ask, said };
  }

  test('stay rejected, beside what the model said', async () => {
    const { predictions, model, said } = await rejected();
    const kept = await predictions.of(FIRST, model);
    expect(kept).toMatchObject({ rejected: [0], regions: said.regions, createdAt: said.createdAt });
    await predictions.reject(said, []);
    expect((await predictions.of(FIRST, model))?.rejected).toEqual([]);
  });

  test('another version asks anew; a newer answer is not touched by a rejection of an older one', async () => {
    const { models, predictions, model, ask, said } = await rejected();
    const inspected = await models.inspect(PROJECT, fileOf('second'));
    const second = await models.replace(model, inspected, fieldsOf(inspected), null);
    expect((await ask(second)).rejected).toEqual([]);
    expect((await predictions.of(FIRST, model))?.rejected).toEqual([0]);
    await ask(model);
    await predictions.reject(said, [1]);
    expect((await predictions.of(FIRST, model))?.rejected).toEqual([]);
  });

  test('become no annotations in bulk', async () => {
    const { database, context: jobContext } = await rejected();
    const how = { of: null, minScore: 0.2, as: 'submitted', annotator: ME } as const;
    const edit = { action: 'create-annotations', numbers: Int32Array.of(1), how } as const;
    await editTasks({ projectId: PROJECT, actionId: 'create', edit }, jobContext);
    expect((await annotationOf(database, FIRST))?.regions).toMatchObject([{ score: 0.3 }]);
  });
});

test('a label that no class means is proposed where there is one of each', async () => {
  const world = aModelWorld();
  await world.database.projects.put(aProject({ labels: [aLabel({ name: 'lesion' })] }));
  const { labelOfClass } = await world.models.inspect(PROJECT, fileOf('first'));
  expect(labelOfClass).toEqual([null, null]);
});

test('a backup carries a model with its bytes, and leaves them out by choice', async () => {
  const world = aModelWorld();
  const model = await connected(world);
  const backedUp = async (withModels: boolean) => {
    const target = { name: 'b.kakomi', kind: 'download', handle: null } as const;
    const input = {
      projectId: PROJECT,
      withPictures: false,
      withModels,
      passphrase: null,
      madeBy: ME,
      target,
    };
    await backup(input, world.context);
    return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
  };
  const other = aWorld();
  await restore({ file: await backedUp(true), passphrase: null, mode: 'beside' }, other.context);
  expect(await other.database.models.forProject(PROJECT)).toEqual([model]);
  expect(await other.models.get('hash of first')?.file.text()).toBe('first');
  const without = aWorld();
  await restore({ file: await backedUp(false), passphrase: null, mode: 'beside' }, without.context);
  expect(await without.database.models.forProject(PROJECT)).toEqual([]);
  expect(without.models.size).toBe(0);
});
