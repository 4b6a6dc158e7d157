import { asId } from '$lib/domain/ids';
import { makeDatabase } from '$lib/platform/database/database';
import { KakomiDexie } from '$lib/platform/database/schema';
import { Dexie } from 'dexie';
import { expect, test } from 'vitest';
import { aBox, anAnnotation, aTask } from '../../fixtures/builders';

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

  const database = makeDatabase(new KakomiDexie(name));
  expect(await database.tasks.get(task.id)).toEqual(aTask());
  expect(await database.annotations.get(task.id)).toEqual(anAnnotation({ regions: [aBox()] }));
  const [entry] = await database.drafts.entries(asId('task-1'));
  expect(entry?.change.after.get(box.id)).toEqual(aBox());
  expect(entry?.step).toBe('do');
});
