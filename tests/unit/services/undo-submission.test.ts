import { annotationOf, draftOf, entriesOf, by, ME } from '../../fixtures/work';
import { invertAnnotation } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import { asId } from '$lib/domain/ids';
import { makeAnnotations } from '$lib/services/annotating/annotations';
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
  await world.database.tasks.putTally({
    projectId: TASK.projectId,
    progress: { unlabelled: 1, draft: 0, submitted: 0, skipped: 0 },
    boxes: {},
  });
});

const submitNow = async () => {
  const opened = await annotations.open(TASK.id);
  return annotations.submit(opened, [...opened.regions.values()], SIZE);
};
/** Everything that is kept of the task but its versions. */
const everything = async () => ({
  annotation: await annotationOf(world.database, TASK.id),
  draft: await draftOf(world.database, TASK.id),
  entries: await entriesOf(world.database, TASK.id),
  task: await world.database.tasks.get(TASK.id),
  tally: await world.database.tasks.tally(TASK.projectId),
});
const drawTwoAndUndoOne = async () => {
  const { journal } = await annotations.open(TASK.id);
  await journal.append(drawn(aBox()), SIZE, 'do');
  await journal.append(drawn(other), SIZE, 'do');
  await journal.append(invertAnnotation(drawn(other)), SIZE, 'undo');
  await expect.poll(() => world.database.drafts.allBehind()).toEqual([]);
};

describe('a Submit that is taken back', () => {
  test('leaves the draft with its undo and redo as it was, and no annotation where there was none', async () => {
    await drawTwoAndUndoOne();
    const before = await everything();
    await annotations.undoSubmission(await submitNow());
    expect(await everything()).toEqual(before);
    const again = await annotations.open(TASK.id);
    expect(again.annotation).toBeNull();
    expect([...again.regions.values()]).toEqual([aBox()]);
    expect(again.history).toEqual({ done: [drawn(aBox())], undone: [drawn(other)] });
  });

  test('leaves the annotation that it replaced, with the work on top of it', async () => {
    await world.database.annotations.put(anAnnotation({ regions: [aBox()], ...by('Hanako'), revision: 4 }));
    await (await annotations.open(TASK.id)).journal.append(drawn(other), SIZE);
    await expect.poll(() => world.database.drafts.allBehind()).toEqual([]);
    const before = await everything();
    await annotations.undoSubmission(await submitNow());
    expect(await everything()).toEqual(before);
  });

  test('leaves an untouched task untouched after Submit Empty and after Skip', async () => {
    const before = await everything();
    await annotations.undoSubmission(await submitNow());
    expect(await everything()).toEqual(before);
    await annotations.undoSubmission(await annotations.skip(await annotations.open(TASK.id), [], null));
    expect(await everything()).toEqual(before);
  });

  test('stays in the history of versions, as taken back, and its number is not given again', async () => {
    await drawTwoAndUndoOne();
    await annotations.undoSubmission(await submitNow());
    const again = await submitNow();
    expect(again.written.revision).toBe(2);
    expect(await world.database.versions.forTask(TASK.id)).toMatchObject([
      { revision: 1, regions: [aBox()], takenBackAt: 1000 },
      { revision: 2, regions: [aBox()] },
    ]);
    expect((await world.database.versions.forTask(TASK.id))[1]).not.toHaveProperty('takenBackAt');
  });

  test('is submitted again as if nothing had been', async () => {
    await drawTwoAndUndoOne();
    await annotations.undoSubmission(await submitNow());
    await submitNow();
    expect(await annotationOf(world.database, TASK.id)).toMatchObject({ regions: [aBox()], revision: 2 });
    expect(await world.database.tasks.get(TASK.id)).toMatchObject({ progress: 'submitted', regionCount: 1 });
    expect(await draftOf(world.database, TASK.id)).toBeUndefined();
  });
});

describe('a Submit is not taken back', () => {
  const refused = { code: 'changed-since-submit', about: { number: 1 } };

  test('where somebody has drawn since: the new work stays', async () => {
    await drawTwoAndUndoOne();
    const submission = await submitNow();
    await (await annotations.open(TASK.id)).journal.append(drawn(other), SIZE);
    await expect.poll(() => world.database.drafts.allBehind()).toEqual([]);
    const now = await everything();
    await expect(annotations.undoSubmission(submission)).rejects.toMatchObject(refused);
    expect(await everything()).toEqual(now);
  });

  test('where it was submitted anew since', async () => {
    await drawTwoAndUndoOne();
    const submission = await submitNow();
    await submitNow();
    const now = await everything();
    await expect(annotations.undoSubmission(submission)).rejects.toMatchObject(refused);
    expect(await everything()).toEqual(now);
  });

  test('a second time', async () => {
    await drawTwoAndUndoOne();
    const submission = await submitNow();
    await annotations.undoSubmission(submission);
    const now = await everything();
    await expect(annotations.undoSubmission(submission)).rejects.toMatchObject(refused);
    expect(await everything()).toEqual(now);
  });

  test('where the annotation or the task was deleted since', async () => {
    await drawTwoAndUndoOne();
    const submission = await submitNow();
    await world.database.annotations.delete({ taskId: TASK.id, profileId: ME });
    await expect(annotations.undoSubmission(submission)).rejects.toMatchObject(refused);
    await world.database.tasks.deleteMany([TASK]);
    await expect(annotations.undoSubmission(submission)).rejects.toMatchObject({ code: 'task-missing' });
    expect(await entriesOf(world.database, TASK.id)).toEqual([]);
  });

  test('by half: what stops in the middle changes nothing', async () => {
    await drawTwoAndUndoOne();
    const submission = await submitNow();
    const now = await everything();
    const versions = await world.database.versions.forTask(TASK.id);
    const { database } = world;
    const full = makeAnnotations({
      ...world.ports,
      database: {
        ...database,
        write: <Value>(run: () => Promise<Value>, stores?: Parameters<typeof database.write>[1]) =>
          database.write(async () => {
            await run();
            throw new AppError('storage-full');
          }, stores),
      },
    });
    await expect(full.undoSubmission(submission)).rejects.toMatchObject({ code: 'storage-full' });
    expect(await everything()).toEqual(now);
    expect(await database.versions.forTask(TASK.id)).toEqual(versions);
    await annotations.undoSubmission(submission);
    expect([...(await annotations.open(TASK.id)).regions.values()]).toEqual([aBox()]);
  });
});

test('what is drawn on a picture that was just submitted is refused, never told as saved and lost', async () => {
  const opened = await annotations.open(TASK.id);
  await opened.journal.append(drawn(aBox()), SIZE);
  await annotations.submit(opened, [aBox()], SIZE);
  await expect(opened.journal.append(drawn(other), SIZE)).rejects.toMatchObject({ code: 'edited-elsewhere' });
  expect(await entriesOf(world.database, TASK.id)).toEqual([]);
  expect(await draftOf(world.database, TASK.id)).toBeUndefined();
});
