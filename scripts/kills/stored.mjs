/** @import { Page } from 'playwright' */

/**
 * What lies in the database of one project, by task; `strays`: rows of projects that are not there.
 *
 * @typedef {{ progress: string, count: number, revision: number, regions: number | null, draft: number | null }} Kept
 * @typedef {{ tasks: Record<string, Kept>, strays: number, projects: number }} Stored
 */

/** Read from the tables themselves, past the app. @returns {Promise<Stored>} */
export function stored(/** @type {Page} */ page, /** @type {string} */ projectId) {
  return page.evaluate(async (id) => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const db = open.result;
    const names = ['projects', 'tasks', 'annotations', 'drafts', 'draftEntries'];
    const transaction = db.transaction(names);
    const rows = Object.fromEntries(
      await Promise.all(
        names.map(
          (name) =>
            new Promise((/** @type {(rows: [string, any[]]) => void} */ done) => {
              const asked = transaction.objectStore(name).getAll();
              asked.onsuccess = () => done([name, asked.result]);
            }),
        ),
      ),
    );
    db.close();
    /** @type {Record<string, Kept>} */
    const tasks = {};
    const there = new Set(rows.projects.map((/** @type {any} */ row) => row.id));
    let strays = 0;
    for (const row of rows.tasks) {
      if (!there.has(row.projectId)) strays += 1;
      if (row.projectId === id)
        tasks[row.id] = {
          ...{ progress: row.progress, count: row.regionCount, revision: 0, regions: null, draft: null },
        };
    }
    for (const row of rows.annotations) {
      const task = tasks[row.taskId];
      if (!there.has(row.projectId)) strays += 1;
      if (task) [task.revision, task.regions] = [row.revision, row.regions.length];
    }
    /** @type {Map<string, Set<string>>} */
    const drafts = new Map();
    for (const row of rows.drafts)
      drafts.set(row.taskId, new Set(row.regions.map((/** @type {any} */ region) => region.id)));
    for (const { taskId, change: step } of rows.draftEntries.sort(
      (/** @type {any} */ a, /** @type {any} */ b) => a.sequence - b.sequence,
    )) {
      const regions = drafts.get(taskId);
      const change = step.regions;
      for (const region of change.before.keys()) if (!change.after.has(region)) regions?.delete(region);
      for (const region of change.after.keys()) regions?.add(region);
    }
    for (const [taskId, regions] of drafts) {
      const task = tasks[taskId];
      if (task) task.draft = regions.size;
    }
    return { tasks, strays, projects: rows.projects.length };
  }, projectId);
}

/** How far the actions on many tasks are that can be taken back, of all projects. @returns {Promise<string[]>} */
export const actionStates = (/** @type {Page} */ page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('kakomi');
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction('bulkActions').objectStore('bulkActions').getAll();
    await new Promise((done) => (asked.onsuccess = done));
    open.result.close();
    return asked.result.map(({ state }) => state);
  });

/** The task that the page shows. */
export const taskShown = (/** @type {Page} */ page) => page.url().split('/').at(-1) ?? '';
