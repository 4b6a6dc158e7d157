import { annotationOf, draftOf, entriesOf, by, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs } from '$lib/domain/ids';
import type { BulkAction } from '$lib/domain/trash';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { doAction } from '$lib/services/bulk/do-action';
import { backup } from '$lib/services/backup/backup';
import { checkProject } from '$lib/services/projects/check-project';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob, type JobContext } from '$lib/services/job';
import { restore } from '$lib/services/backup/restore';
import { beforeEach, expect, test } from 'vitest';
import { aBox, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import type { JobReport } from '$lib/services/ports/job-report';

const SIZE = { width: 100, height: 80 };
let world: World;

const drawn = (id: string) => ({
  before: new Map(),
  after: new Map([[asId<'region'>(id), aBox({ id: asId<'region'>(id) })]]),
});

async function done<Input, Report extends JobReport>(
  job: (input: Input, context: JobContext) => Promise<Report>,
  input: Input,
  { context }: World,
) {
  const outcome = await runJob(job, input, context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report;
}

async function backedUp(): Promise<File> {
  const target = { name: 'b.kakomi', kind: 'download', handle: null } as const;
  const input = {
    projectId: null,
    withPictures: false,
    withModels: true,
    passphrase: null,
    madeBy: ME,
    target,
  };
  await done(backup, input, world);
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}

const restored = async (file: File, mode: 'preview' | 'merge') =>
  done(restore, { file, mode, passphrase: null }, world);

const doIt = (
  action: Extract<BulkAction, 'delete-tasks' | 'delete-annotations'>,
  numbers: readonly number[],
) =>
  doAction(
    {
      projectId: PROJECT,
      actionId: `${action} ${numbers.join()}`,
      edit: { action, numbers: Int32Array.from(numbers) },
    },
    world.context,
  );

const paths = async () =>
  (await world.database.tasks.page(PROJECT, 0, 100)).map(({ path, progress }) => `${path} ${progress}`);

async function expectSound() {
  expect(await done(checkProject, { projectId: PROJECT, mends: false }, world)).toMatchObject({
    detail: { findings: [] },
  });
}

/** Three pictures: the first is submitted, by another person too; the second has unsent work. */
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  const annotations = makeAnnotations(world.ports);
  await annotations.submit(await annotations.open(taskId(1)), [aBox()], SIZE);
  await world.database.annotations.put(anAnnotation({ taskId: taskId(1), ...by('花子') }));
  const { journal } = await annotations.open(taskId(2));
  await journal.append(changeOfRegions(drawn('draft')), SIZE);
  await annotations.countBehind();
});

test('tasks that were deleted since the backup stay deleted, with all that hung on them', async () => {
  const file = await backedUp();
  await doIt('delete-tasks', [1, 2]);
  const { preview } = await restored(file, 'preview');
  expect(preview!.merge).toMatchObject({
    tasks: { added: 0, kept: 1, deleted: 2 },
    annotations: { added: 0, deleted: 2 },
    drafts: { added: 0, deleted: 1 },
  });
  expect((await restored(file, 'merge')).counts).toMatchObject({ added: 0, deleted: 2 });
  expect(await paths()).toEqual(['c.jpg unlabelled']);
  expect(await annotationOf(world.database, taskId(1))).toBeUndefined();
  expect(await draftOf(world.database, taskId(2))).toBeUndefined();
  expect(await entriesOf(world.database, taskId(2))).toEqual([]);
  await expectSound();
});

test('annotations that were deleted since the backup stay deleted; their tasks stay', async () => {
  const file = await backedUp();
  await doIt('delete-annotations', [1, 2]);
  expect((await restored(file, 'merge')).counts).toMatchObject({ added: 0, deleted: 2 });
  expect(await paths()).toEqual(['a.jpg unlabelled', 'b.jpg unlabelled', 'c.jpg unlabelled']);
  expect(await world.database.annotations.forTask(taskId(1))).toEqual([]);
  await expectSound();
});

test('work that somebody did after the deletion comes in, with its task', async () => {
  await doIt('delete-tasks', [3]);
  // The other computer still has the picture, and submits it later.
  const theirs = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  await theirs.database.annotations.put(
    anAnnotation({ taskId: taskId(3), updatedAt: epochMs(1001), regions: [aBox()] }),
  );
  const mine = world;
  world = theirs;
  const file = await backedUp();
  world = mine;
  await restored(file, 'merge');
  expect(await paths()).toContain('c.jpg submitted');
  await expectSound();
});

test('what was brought back by Undo is merged as ever', async () => {
  const file = await backedUp();
  await doIt('delete-annotations', [1]);
  await doIt('delete-annotations', [2]);
  for (const action of await world.database.trash.actions(PROJECT))
    await done(editTasks, { projectId: PROJECT, actionId: action.id, edit: { action: 'undo' } }, world);
  expect((await restored(file, 'merge')).counts).not.toHaveProperty('deleted');
  expect(await paths()).toEqual(['a.jpg submitted', 'b.jpg draft', 'c.jpg unlabelled']);
});
