/** @import { Page } from 'playwright' */
import { untilTables } from '../bench/measure.mjs';

/** Pictures to draw on, and tasks for work on many. */
export const DRAWN_TASKS = 60;
export const BULK_TASKS = 800;
/** The first of the bulk project's tasks are submitted, the others wait for an import. */
export const BULK_SUBMITTED = 500;
/** Pictures of the folder that a sync finds. */
export const PICTURES = 150;
/** Of the bulk project as another computer has it: tasks with newer work, with unsent work, and of its own. */
export const CHANGED_ELSEWHERE = 350;
export const DRAFTED_ELSEWHERE = 100;
export const ADDED_ELSEWHERE = 150;

/**
 * @typedef {{ drawing: string, bulk: string, labelId: string }} Seeded Ids of the two projects, and of their label.
 */

/** Two projects, straight into the database and the browser's own storage. @returns {Promise<Seeded>} */
export async function seed(/** @type {Page} */ page) {
  await untilTables(page);
  return page.evaluate(async ([drawn, bulk, submitted]) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const at = Date.now();
    const NOBODY = 'name:';
    const [drawing, many, labelId, modelId] = Array.from({ length: 4 }, () => crypto.randomUUID());
    const canvas = new OffscreenCanvas(320, 240);
    canvas.getContext('2d')?.fillRect(40, 40, 100, 80);
    const picture = await canvas.convertToBlob({ type: 'image/jpeg' });
    const root = await navigator.storage.getDirectory();
    const sources = await root.getDirectoryHandle('sources', { create: true });
    const folder = await sources.getDirectoryHandle(String(drawing), { create: true });
    for (let number = 1; number <= drawn; number += 1) {
      const file = await folder.getFileHandle(`${number}.jpg`, { create: true });
      const out = await file.createWritable();
      await out.write(picture);
      await out.close();
    }
    const names = ['projects', 'sources', 'tasks', 'annotations', 'predictions', 'models', 'tallies'];
    const transaction = db.transaction(names, 'readwrite');
    const put = (/** @type {string} */ table, /** @type {unknown} */ row) =>
      transaction.objectStore(table).put(row);
    const box = (/** @type {number} */ i) => ({
      ...{ kind: 'box', id: crypto.randomUUID(), labelId, origin: 'manual', rotation: 0, score: null },
      ...{ note: '', isLocked: false, x: 10 + i * 30, y: 20, width: 20.5, height: 18.25 },
    });
    for (const [id, name, count, done] of /** @type {[string, string, number, number][]} */ ([
      [drawing, 'drawing', drawn, 0],
      [many, 'bulk', bulk, submitted],
    ])) {
      const label = { id: labelId, name: 'polyp', color: '#0072b2', hotkey: '1', classNumber: null };
      put('projects', { id, name, description: '', labels: [label], createdAt: at, updatedAt: at });
      const source = { id, projectId: id, kind: 'copied', title: name, folderName: name, filter: '' };
      put('sources', { ...source, createdAt: at, lastSync: null });
      for (let number = 1; number <= count; number += 1) {
        const taskId = crypto.randomUUID();
        const isDone = number <= done;
        const size = id === drawing ? { width: 320, height: 240 } : { width: 640, height: 512 };
        put('tasks', {
          ...{ id: taskId, projectId: id, sourceId: id, number, path: `${number}.jpg`, page: 1, file: null },
          ...{ size, problem: null, isMissing: id !== drawing },
          ...{ progress: isDone ? 'submitted' : 'unlabelled', regionCount: isDone ? 2 : 0 },
          ...{ labelIds: isDone ? [labelId] : [], labelCounts: isDone ? [2] : [] },
          ...{ annotatedAt: isDone ? at : null, annotator: isDone ? NOBODY : null },
          reference: isDone ? NOBODY : null,
          ...{ predictionCount: id === drawing ? 1 : 0, predictionScore: id === drawing ? 0.75 : null },
        });
        if (isDone)
          put('annotations', {
            ...{ taskId, profileId: NOBODY, projectId: id, regions: [box(1), box(2)], choices: new Map() },
            ...{
              isSkipped: false,
              imageSize: size,
              annotator: NOBODY,
              revision: 1,
              createdAt: at,
              updatedAt: at,
            },
          });
        if (id === drawing)
          put('predictions', {
            ...{ id: crypto.randomUUID(), taskId, projectId: id, modelId, modelVersion: 1, rejected: [] },
            createdAt: at,
            regions: Array.from({ length: 20 }, (_, i) => ({
              ...{ x: 5 + (i % 10) * 30, y: 150 + Math.floor(i / 10) * 40, width: 20, height: 20 },
              ...{ labelId, classNumber: 0, className: 'polyp', score: 0.75 },
            })),
          });
      }
      const progress = { unlabelled: count - done, draft: 0, submitted: done, skipped: 0 };
      put('tallies', { projectId: id, progress, boxes: done > 0 ? { [String(labelId)]: done * 2 } : {} });
    }
    put('models', {
      ...{ id: modelId, projectId: drawing, version: 1, name: 'seeded', fileName: 'seeded.onnx', size: 1 },
      ...{ hash: 'seeded', kind: 'onnx', architecture: 'YOLO', classNames: ['polyp'] },
      ...{ labelOfClass: [labelId], isInteractive: true, provider: 'wasm', ranOn: null, createdAt: at },
      settings: { convention: 'yolo-v8', scoreThreshold: 0.05, iouThreshold: 0.7, maxDetections: 100 },
    });
    await new Promise((/** @type {(value: void) => void} */ done) => (transaction.oncomplete = () => done()));
    db.close();
    return { drawing: String(drawing), bulk: String(many), labelId: String(labelId) };
  }, /** @type {const} */ ([DRAWN_TASKS, BULK_TASKS, BULK_SUBMITTED]));
}

/** As another computer would hold the bulk project: newer work, unsent work, and tasks of its own. */
export function changeElsewhere(/** @type {Page} */ page, /** @type {Seeded} */ { bulk }) {
  return page.evaluate(async ([projectId, changed, drafted, added, submitted]) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const names = ['tasks', 'annotations', 'drafts', 'draftEntries', 'tallies'];
    const transaction = db.transaction(names, 'readwrite');
    const table = (/** @type {string} */ name) => transaction.objectStore(name);
    const all = (/** @type {string} */ name) =>
      new Promise((/** @type {(rows: any[]) => void} */ done) => {
        const asked = table(name).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    const annotations = new Map((await all('annotations')).map((row) => [row.taskId, row]));
    const tasks = (await all('tasks')).filter((row) => row.projectId === projectId);
    let number = tasks.length;
    for (const task of tasks.sort((a, b) => a.number - b.number)) {
      const old = annotations.get(task.id);
      if (old && task.number <= changed) {
        const third = { ...old.regions[0], id: crypto.randomUUID(), x: 200 };
        const regions = [...old.regions, third];
        table('annotations').put({ ...old, regions, revision: 2, updatedAt: old.updatedAt + 1000 });
        table('tasks').put({ ...task, regionCount: 3, labelCounts: [3], annotatedAt: old.updatedAt + 1000 });
      }
      if (task.number > submitted && task.number <= submitted + drafted) {
        const like = [...annotations.values()].find((row) => row.projectId === projectId);
        const region = { ...like.regions[0], id: crypto.randomUUID() };
        const savedAt = like.updatedAt;
        const key = { taskId: task.id, profileId: like.profileId };
        const start = { regions: [], choices: new Map(), basedOn: 0, imageSize: task.size, savedAt };
        table('drafts').put({ ...key, projectId, ...start });
        const change = {
          regions: { before: new Map(), after: new Map([[region.id, region]]) },
          choices: { before: new Map(), after: new Map() },
        };
        table('draftEntries').put({ ...key, sequence: 1, change, step: 'do' });
        const counts = { progress: 'draft', regionCount: 1, labelIds: [region.labelId], labelCounts: [1] };
        table('tasks').put({ ...task, ...counts });
      }
      if (task.number <= added && old) {
        number += 1;
        const id = crypto.randomUUID();
        table('tasks').put({ ...task, id, number, path: `elsewhere/${number}.jpg` });
        table('annotations').put({ ...old, taskId: id });
      }
    }
    table('tallies').delete(projectId);
    await new Promise((/** @type {(value: void) => void} */ done) => (transaction.oncomplete = () => done()));
    db.close();
  }, /** @type {const} */ ([bulk, CHANGED_ELSEWHERE, DRAFTED_ELSEWHERE, ADDED_ELSEWHERE, BULK_SUBMITTED]));
}
