import { NOBODY } from '$lib/domain/profile';
import { annotationOf } from '../../fixtures/work';
import { asId } from '$lib/domain/ids';
import { makeDatabase } from '$lib/platform/database/database';
import { connect } from '$lib/platform/database/connection';
import { Dexie } from 'dexie';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aBox, anAnnotation, aPrediction, aTask } from '../../fixtures/builders';

/** The tables as schema version 1 made them. */
const VERSION_1 = {
  projects: 'id, createdAt',
  sources: 'id, projectId',
  handles: 'sourceId',
  tasks: 'id, [projectId+number], [projectId+progress+number], &[sourceId+path]',
  annotations: 'taskId, projectId',
  drafts: 'taskId, projectId',
  draftEntries: '[taskId+sequence]',
  thumbnails: 'taskId',
};

test('a database of version 1 opens, and its boxes are boxes of today', async () => {
  const name = `old-${Math.random()}`;
  const old = new Dexie(name);
  old.version(1).stores(VERSION_1);
  const { rotation: _r, score: _s, note: _n, isLocked: _l, ...box } = aBox();
  const { annotator: _a, predictionCount: _p, predictionScore: _q, labelCounts: _c, ...task } = aTask();
  const { annotator: _b, ...annotation } = anAnnotation();
  await old.table('tasks').add(task);
  await old.table('annotations').add({ ...annotation, regions: [box] });
  await old.table('draftEntries').add({
    taskId: task.id,
    sequence: 1,
    change: { before: new Map(), after: new Map([[box.id, box]]) },
  });
  old.close();

  const database = makeDatabase(connect(name));
  expect(await database.tasks.get(task.id)).toEqual(aTask());
  expect(await annotationOf(database, task.id)).toEqual(anAnnotation({ regions: [aBox()] }));
  const [entry] = await database.drafts.entries({ taskId: task.id, profileId: NOBODY });
  expect(entry?.change.regions.after.get(box.id)).toEqual(aBox());
  expect(entry?.step).toBe('do');
});

test('a source’s tasks are known whole, also where a file has more pages than are read at once', async () => {
  const database = makeDatabase(connect(`known-${Math.random()}`));
  const pagesOf = (path: string, pages: number, source: string) =>
    Array.from({ length: pages }, (_, at) =>
      aTask({
        id: asId(`${source}/${path}/${at}`),
        sourceId: asId(source),
        path,
        page: at + 1,
        number: at + 1,
      }),
    );
  const own = [
    ...pagesOf('a.jpg', 1, 's'),
    ...pagesOf('b.tif', 4500, 's'),
    ...pagesOf('c.tif', 700, 's'),
    ...Array.from({ length: 2500 }, (_, at) => pagesOf(`d-${at}.jpg`, 1, 's')).flat(),
  ];
  await database.tasks.add([...own, ...pagesOf('other.jpg', 2, 'other')]);
  const known = await database.tasks.known(asId('s'));
  expect(new Set(known.map(({ id }) => id))).toEqual(new Set(own.map(({ id }) => id)));
  expect(known).toHaveLength(own.length);
  expect(known[1]).toEqual({ id: 's/b.tif/0', path: 'b.tif', page: 1, isMissing: false, file: null });
  expect(await database.tasks.countOf(asId('s'))).toBe(own.length);
  expect(await database.tasks.known(asId('none'))).toEqual([]);
});

test('which models said anything is known over empty ranges and many rows, without cursors over unique keys', async () => {
  // WebKit answers such a cursor over an empty range with "Unable to open cursor".
  const cursors = [vi.spyOn(IDBIndex.prototype, 'openKeyCursor'), vi.spyOn(IDBIndex.prototype, 'openCursor')];
  const reads = vi.spyOn(IDBIndex.prototype, 'getAll');
  onTestFinished(() => [...cursors, reads].forEach((spy) => spy.mockRestore()));
  const database = makeDatabase(connect(`said-${Math.random()}`));
  const rowsOf = (projectId: string, modelId: string, modelVersion: number, count: number) =>
    Array.from({ length: count }, (_, at) =>
      aPrediction({
        id: asId(`${projectId}/${modelId}/${modelVersion}/${at}`),
        taskId: asId(`t${at}`),
        projectId: asId(projectId),
        modelId: asId(modelId),
        modelVersion,
      }),
    );
  expect(await database.predictions.saidBy(asId('p'))).toEqual([]);
  await database.predictions.put([...rowsOf('o', 'm', 1, 1), ...rowsOf('q', 'm', 1, 1)]);
  expect(await database.predictions.saidBy(asId('p'))).toEqual([]);

  const models = [
    ['a', 1, 1000],
    ['a', 2, 1],
    ['b', 1, 1000],
  ] as const;
  for (const [model, version, count] of models)
    await database.predictions.put(rowsOf('p', model, version, count));
  reads.mockClear();
  expect(await database.predictions.saidBy(asId('p'))).toEqual(
    models.map(([modelId, modelVersion]) => ({ projectId: 'p', modelId, modelVersion })),
  );
  expect(reads, 'one read a model, and one that finds no more').toHaveBeenCalledTimes(models.length + 1);
  expect(cursors.flatMap((spy) => spy.mock.calls).filter(([, way]) => way?.endsWith('unique'))).toEqual([]);
});
