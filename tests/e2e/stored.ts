import type { Page } from '@playwright/test';

/** What a model's version said about one task. */
export interface StoredPrediction {
  readonly path: string;
  readonly page: number;
  readonly regions: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly score: number;
    readonly classNumber: number;
  }[];
}

/** What is kept, as it lies in the database. */
export const predictions = (page: Page): Promise<readonly StoredPrediction[]> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((done, fail) => {
      const opening = indexedDB.open('kakomi');
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(new Error('the database does not open'));
    });
    const rows = (table: string) =>
      new Promise<Record<string, unknown>[]>((done) => {
        const asking = db.transaction(table).objectStore(table).getAll();
        asking.onsuccess = () => done(asking.result as Record<string, unknown>[]);
      });
    const tasks = new Map((await rows('tasks')).map((task) => [task['id'], task]));
    const found = (await rows('predictions')).map(({ taskId, regions }) => ({
      path: tasks.get(taskId)?.['path'],
      page: tasks.get(taskId)?.['page'],
      regions,
    }));
    db.close();
    return found as unknown as StoredPrediction[];
  });
