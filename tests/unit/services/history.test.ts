import { makeProfiles } from '$lib/services/profiles/profiles';
import { by, ME } from '../../fixtures/work';
import { invertAnnotation } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import { asId } from '$lib/domain/ids';
import type { NamedVersion } from '$lib/services/annotating/versions';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeVersions } from '$lib/services/annotating/versions';
import { makeWork } from '$lib/services/annotating/work';
import { beforeEach, describe, expect, test } from 'vitest';
import { aBox, anAnnotation, aProject, aTask, drawn } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const SIZE = { width: 100, height: 80 };
const TASK = aTask();
const other = aBox({ id: asId<'region'>('r2'), x: 50 });

let world: ReturnType<typeof aWorld>;
let annotations: ReturnType<typeof makeAnnotations>;
beforeEach(async () => {
  world = aWorld();
  annotations = makeAnnotations(world.ports);
  await world.database.projects.put(aProject());
  await world.database.tasks.add([TASK]);
});

/** The first answer of a live read. */
const first = <T>(watch: (onValue: (value: T) => void, onError: (error: unknown) => void) => () => void) =>
  new Promise<T>((done, fail) => {
    const stop = watch((value) => {
      done(value);
      queueMicrotask(() => stop());
    }, fail);
  });
const versions = () =>
  first<readonly NamedVersion[]>((done, fail) => makeVersions(world.ports).watch(TASK.id, done, fail));

describe('undo and redo', () => {
  test('are found again when the task is opened anew, until it is submitted', async () => {
    const { journal } = await annotations.open(TASK.id);
    await journal.append(drawn(aBox()), SIZE, 'do');
    await journal.append(drawn(other), SIZE, 'do');
    await journal.append(invertAnnotation(drawn(other)), SIZE, 'undo');
    const again = await annotations.open(TASK.id);
    expect([...again.regions.keys()]).toEqual([aBox().id]);
    expect(again.history).toEqual({ done: [drawn(aBox())], undone: [drawn(other)] });
    await again.journal.append(drawn(other), SIZE, 'redo');
    const third = await annotations.open(TASK.id);
    expect(third.history).toEqual({ done: [drawn(aBox()), drawn(other)], undone: [] });
    await annotations.submit(third, [...third.regions.values()], SIZE);
    expect((await annotations.open(TASK.id)).history).toEqual({ done: [], undone: [] });
  });
});

describe('a submit that the disk refuses', () => {
  test('leaves the draft, and what is drawn after it is counted', async () => {
    const { database } = world;
    let isFull = false;
    const ports = {
      ...world.ports,
      database: {
        ...database,
        write: <Value>(run: () => Promise<Value>, stores?: Parameters<typeof database.write>[1]) =>
          database.write(async () => {
            const value = await run();
            if (isFull) throw new AppError('storage-full');
            return value;
          }, stores),
      },
    };
    const full = makeAnnotations(ports);
    const opened = await full.open(TASK.id);
    isFull = true;
    await opened.journal.append(drawn(aBox()), SIZE);
    await expect(full.submit(opened, [aBox()], SIZE)).rejects.toThrow('storage-full');
    isFull = false;
    await opened.journal.append(drawn(other), SIZE);
    await expect.poll(() => database.tasks.get(TASK.id)).toMatchObject({ progress: 'draft', regionCount: 2 });
  });
});

describe('every submit', () => {
  test('is kept with its author, its time and what it changed', async () => {
    const person = async (name: string) => {
      world.ports.preferences.set('profile', name.toLowerCase());
      await makeProfiles(world.ports).renameOwn(name);
    };
    await person('Hanako');
    await annotations.submit(await annotations.open(TASK.id), [aBox(), other], SIZE);
    await person('Taro');
    await annotations.submit(await annotations.open(TASK.id), [{ ...other, x: 51 }], SIZE);
    const [newest, oldest] = await versions();
    expect(oldest).toMatchObject({
      revision: 1,
      profileId: 'hanako',
      annotatorName: 'Hanako',
      updatedAt: 1000,
      regions: [aBox(), other],
      changed: { added: 2, changed: 0, removed: 0 },
    });
    expect(newest).toMatchObject({
      revision: 2,
      profileId: 'hanako',
      annotatorName: 'Taro',
      changed: { added: 0, changed: 1, removed: 1 },
    });
  });

  test('keeps what it replaces, also where that was never submitted here', async () => {
    await world.database.annotations.put(anAnnotation({ regions: [aBox()], ...by('import') }));
    expect((await versions()).map(({ annotatorName }) => annotatorName)).toEqual(['import']);
    await annotations.submit(await annotations.open(TASK.id), [], SIZE);
    expect((await versions()).map(({ revision, regions }) => [revision, regions.length])).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });

  test('is refused where another tab drew meanwhile, and nothing of it is lost', async () => {
    const stale = await annotations.open(TASK.id);
    const there = await annotations.open(TASK.id);
    await there.journal.append(drawn(other), SIZE);
    await expect(annotations.submit(stale, [aBox()], SIZE)).rejects.toMatchObject({
      code: 'edited-elsewhere',
    });
    expect([...(await annotations.open(TASK.id)).regions.values()]).toEqual([other]);
    expect(await versions()).toEqual([]);
  });

  test('never takes the place of an older one, also after the annotation was deleted', async () => {
    await annotations.submit(await annotations.open(TASK.id), [aBox()], SIZE);
    await world.database.annotations.delete({ taskId: TASK.id, profileId: ME });
    const next = await annotations.submit(await annotations.open(TASK.id), [aBox(), other], SIZE);
    expect(next.written.revision).toBe(2);
    expect((await versions()).map(({ revision, regions }) => [revision, regions.length])).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  test('goes with its project', async () => {
    await annotations.submit(await annotations.open(TASK.id), [aBox()], SIZE);
    await makeWork(world.ports).setNote(TASK, 'blurred');
    await world.database.projects.delete(TASK.projectId);
    expect(await world.database.versions.forTask(TASK.id)).toEqual([]);
    expect(await world.database.work.forTask(TASK.id)).toEqual([]);
  });
});

test('a note and the time spent stand beside each other, whoever writes first', async () => {
  const work = makeWork(world.ports);
  await Promise.all([work.addTime(TASK, 1500), work.setNote(TASK, 'blurred'), work.addTime(TASK, 500)]);
  expect(await world.database.work.forTask(TASK.id)).toMatchObject([{ note: 'blurred', spentMs: 2000 }]);
});

describe('counts that follow a gesture', () => {
  test('do not pass for those of the next gesture, which was quicker than they were', async () => {
    const { database } = world;
    let letCount = (): void => undefined;
    const mayCount = new Promise<void>((done) => (letCount = done));
    const slow = makeAnnotations({
      ...world.ports,
      database: {
        ...database,
        write: async (run, stores) => {
          await mayCount;
          return database.write(run, stores);
        },
      },
    });
    const { journal } = await slow.open(TASK.id);
    await journal.append(drawn(aBox()), SIZE);
    await journal.append(drawn(other), SIZE);
    letCount();
    await expect.poll(() => database.tasks.get(TASK.id)).toMatchObject({ progress: 'draft', regionCount: 2 });
    await expect.poll(() => database.drafts.allBehind()).toEqual([]);
  });
});
