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

/** A row as it lies in the database. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Every row of these tables, read past the app. */
export const rowsOf = <Name extends string>(
  page: Page,
  ...tables: readonly Name[]
): Promise<Readonly<Record<Name, readonly StoredRow[]>>> =>
  page.evaluate(async (names) => {
    const opening = indexedDB.open('kakomi');
    const db = await new Promise<IDBDatabase>((done, fail) => {
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(new Error('the database does not open'));
    });
    const found = await Promise.all(
      names.map(
        (name) =>
          new Promise<readonly [string, StoredRow[]]>((done) => {
            const asking = db.transaction(name).objectStore(name).getAll();
            asking.onsuccess = () => done([name, asking.result as StoredRow[]]);
          }),
      ),
    );
    db.close();
    return Object.fromEntries(found) as Record<Name, StoredRow[]>;
  }, tables);

/** What is kept, as it lies in the database. */
export async function predictions(page: Page): Promise<readonly StoredPrediction[]> {
  const { tasks, predictions } = await rowsOf(page, 'tasks', 'predictions');
  const byId = new Map(tasks.map((task) => [task['id'], task]));
  return predictions.map(({ taskId, regions }) => ({
    path: byId.get(taskId)?.['path'],
    page: byId.get(taskId)?.['page'],
    regions,
  })) as unknown as StoredPrediction[];
}
