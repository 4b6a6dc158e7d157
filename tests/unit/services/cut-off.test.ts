import { ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import { openBackup } from '$lib/platform/archives/backup-archive';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeBackups } from '$lib/services/backup/backups';
import { backup } from '$lib/services/backup/backup';
import { checkProject } from '$lib/services/projects/check-project';
import { runJob, type JobContext } from '$lib/services/job';
import { restore } from '$lib/services/backup/restore';
import type { OpenedArchive } from '$lib/services/ports/archives';
import { expect, test } from 'vitest';
import { aBox, aPrediction } from '../../fixtures/builders';
import { aProjectWith, everything, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { aWorld, predict } from '../../fixtures/world';
import type { RestoreInput } from '$lib/services/backup/contract';

const SIZE = { width: 100, height: 80 };

/** Work of every kind on five pictures. */
async function aWorkedProject(): Promise<World> {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg']);
  const { database } = world;
  const project = (await database.projects.get(PROJECT))!;
  const label = { ...project.labels[0]!, id: asId<'label'>('label-9'), name: 'theirs', hotkey: '9' };
  await database.projects.put({ ...project, labels: [...project.labels, label] });
  const annotations = makeAnnotations(world.ports);
  for (const number of [1, 2])
    await annotations.submit(await annotations.open(taskId(number)), [aBox({ labelId: label.id })], SIZE);
  for (const number of [3, 4]) {
    const { journal } = await annotations.open(taskId(number));
    for (const name of ['r1', 'r2', 'r3']) {
      const id = asId<'region'>(name);
      await journal.append(
        changeOfRegions({ before: new Map(), after: new Map([[id, aBox({ id })]]) }),
        SIZE,
      );
    }
  }
  await annotations.countBehind();
  await predict(database, aPrediction({ taskId: taskId(5), projectId: PROJECT }));
  return world;
}

async function backedUp(world: World): Promise<File> {
  const target = { name: 'b.kakomi', kind: 'download' as const, handle: null };
  const input = {
    projectId: null,
    withPictures: false,
    withModels: true,
    passphrase: null,
    madeBy: ME,
    target,
  };
  await runJob(backup, input, world.context);
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}

/** The same context, in which the browser is killed where the `entry`-th entry of a backup is asked for. */
function killedAt(world: World, entry: number): JobContext & { readonly killed: Promise<void> } {
  let kill: () => void;
  const killed = new Promise<void>((done) => (kill = done));
  let asked = 0;
  const open = async (file: File, passphrase: string | null): Promise<OpenedArchive> => {
    const archive = await openBackup(file, passphrase);
    return {
      ...archive,
      async *bytes(path) {
        asked += 1;
        if (asked > entry) {
          kill();
          await new Promise(() => undefined);
        }
        yield* archive.bytes(path);
      },
    };
  };
  const { ports } = world.context;
  return { ...world.context, ports: { ...ports, archives: { ...ports.archives, openBackup: open } }, killed };
}

/** Everything that was on its way to the disk has come there. */
const settle = async ({ database }: World) => {
  for (let round = 0; round < 3; round += 1) await database.write(() => Promise.resolve());
};

/** Whether it came to its end before the kill. */
async function restoreUntilKilled(world: World, input: RestoreInput, entry: number): Promise<boolean> {
  const context = killedAt(world, entry);
  const isDone = await Promise.race([
    runJob(restore, input, context).then((outcome) => {
      expect(outcome.state).toBe('done');
      return true;
    }),
    context.killed.then(() => false),
  ]);
  await settle(world);
  return isDone;
}

async function findings(world: World) {
  const outcome = await runJob(checkProject, { projectId: PROJECT, mends: false }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report.detail.findings;
}

/** Entries that are held against their checksums before anything is written. */
const CHECKED = 8;

const asLater = ({ number: _, ...task }: Task) => task;

test('a merge that is killed anywhere leaves counts right and drafts whole, and the next one completes it', async () => {
  const file = await backedUp(await aWorkedProject());
  const input: RestoreInput = { file, passphrase: null, mode: 'merge' };
  const mine = async () => {
    const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
    const annotations = makeAnnotations(world.ports);
    await annotations.submit(
      await annotations.open(taskId(2)),
      [aBox(), aBox({ id: asId<'region'>('x') })],
      SIZE,
    );
    return world;
  };
  const whole = await mine();
  await runJob(restore, input, whole.context);
  const expected = (await whole.database.tasks.page(PROJECT, 0, 10)).map(asLater);
  expect(expected.map(({ progress, regionCount }) => [progress, regionCount])).toEqual([
    ['submitted', 1],
    ['submitted', 2],
    ['draft', 3],
    ['draft', 3],
    ['unlabelled', 0],
  ]);
  let kills = 0;
  for (let entry = CHECKED; ; entry += 1) {
    const world = await mine();
    const isDone = await restoreUntilKilled(world, input, entry);
    expect(await findings(world), `killed at entry ${entry}`).toEqual([]);
    for (const { id, progress } of await world.database.tasks.page(PROJECT, 0, 10))
      if (progress === 'draft')
        expect((await makeAnnotations(world.ports).open(id)).regions.size, `killed at entry ${entry}`).toBe(
          3,
        );
    if (isDone) break;
    kills += 1;
    expect(await runJob(restore, input, world.context)).toMatchObject({ state: 'done' });
    expect(await findings(world)).toEqual([]);
    expect((await world.database.tasks.page(PROJECT, 0, 10)).map(asLater)).toEqual(expected);
  }
  expect(kills).toBeGreaterThan(5);
});

test('a restore that is killed anywhere leaves nothing behind after the next start, and can be made again', async () => {
  const original = await aWorkedProject();
  const file = await backedUp(original);
  const input: RestoreInput = { file, passphrase: null, mode: 'beside' };
  const whole = await everything(original);
  let kills = 0;
  let cleared = 0;
  for (let entry = CHECKED; ; entry += 1) {
    const world = aWorld();
    const empty = await everything(world);
    if (await restoreUntilKilled(world, input, entry)) {
      expect(await makeBackups(world.ports).clearCutOff()).toBe(0);
      expect(await everything(world)).toEqual(whole);
      break;
    }
    kills += 1;
    expect(await world.database.projects.all()).toEqual([]);
    cleared += await makeBackups(world.ports).clearCutOff();
    expect(await everything(world), `killed at entry ${entry}`).toEqual(empty);
    expect(await runJob(restore, input, world.context)).toMatchObject({ state: 'done' });
    expect(await everything(world)).toEqual(whole);
    expect(await findings(world)).toEqual([]);
  }
  expect(kills).toBeGreaterThan(5);
  expect(cleared).toBeGreaterThan(3);
});

test('a backup of an older Kakomi, made while people worked, is restored with counts of what is in it', async () => {
  const world = await aWorkedProject();
  // As it lies in a file that was read table by table: the counts are of another moment than the annotation.
  await world.database.tasks.update(taskId(1), { regionCount: 7, labelCounts: [7] });
  const file = await backedUp(world);
  const other = aWorld();
  const { ports } = other.context;
  const older = async (given: File, passphrase: string | null): Promise<OpenedArchive> => {
    const archive = await openBackup(given, passphrase);
    const decoder = new TextDecoder();
    return {
      ...archive,
      async *bytes(path) {
        if (path !== 'manifest.json') {
          yield* archive.bytes(path);
          return;
        }
        let text = '';
        for await (const piece of archive.bytes(path)) text += decoder.decode(piece, { stream: true });
        // Of the same length: the reader was told how long it is.
        yield new TextEncoder().encode(text.replace('"hasWholeTasks":true', '"hasWholeTasks":null'));
      },
    };
  };
  const context = {
    ...other.context,
    ports: { ...ports, archives: { ...ports.archives, openBackup: older } },
  };
  await runJob(restore, { file, passphrase: null, mode: 'beside' }, context);
  expect(await findings(other)).toEqual([]);
  expect(await other.database.tasks.get(taskId(1))).toMatchObject({ regionCount: 1, labelCounts: [1] });
});
