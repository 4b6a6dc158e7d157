import { makeLostProjects, type LostProjects } from '$lib/services/backup/lost-projects';
import { epochMs } from '$lib/domain/ids';
import { expect, test, vi } from 'vitest';
import { aWorld } from '../../fixtures/world';
import { aProject } from '../../fixtures/builders';

type World = ReturnType<typeof aWorld>;

/** One start of the app on a database, with the small choices that the browser kept. */
function started({ database, ports: { preferences } }: World, now = 5000) {
  const lostProjects = makeLostProjects({ database, preferences, clock: { now: () => epochMs(now) } });
  let lost: LostProjects | null = null;
  lostProjects.watch((next) => (lost = next));
  return { stop: lostProjects.start(), dismiss: () => lostProjects.dismiss(), lost: () => lost };
}

const remembered = ({ ports: { preferences } }: World) => preferences.get('projects-held');

/** The browser has thrown the database away; what it stores apart is there. */
async function emptied(world: World): Promise<void> {
  await world.db.projects.clear();
}

async function heldOne(): Promise<World> {
  const world = aWorld();
  const first = started(world);
  await world.database.projects.put(aProject());
  await vi.waitFor(() => expect(remembered(world)).toBe('1 5000'));
  first.stop();
  return world;
}

test('a database that held projects and is empty at the start is told, until it was seen', async () => {
  const world = await heldOne();
  await emptied(world);
  const second = started(world, 9000);
  await vi.waitFor(() => expect(second.lost()).toEqual({ count: 1, seenAt: 5000 }));
  second.stop();
  const third = started(world, 9500);
  await vi.waitFor(() => expect(third.lost()).toEqual({ count: 1, seenAt: 5000 }));
  third.dismiss();
  expect(third.lost()).toBeNull();
  third.stop();
  const fourth = started(world);
  await vi.waitFor(() => expect(remembered(world)).toBe('0 5000'));
  expect(fourth.lost()).toBeNull();
  fourth.stop();
});

test('projects that come back end it', async () => {
  const world = await heldOne();
  await emptied(world);
  const second = started(world, 9000);
  await vi.waitFor(() => expect(second.lost()).not.toBeNull());
  await world.database.projects.put(aProject());
  await vi.waitFor(() => expect(second.lost()).toBeNull());
  expect(remembered(world)).toBe('1 9000');
  second.stop();
});

test('a project that a person deletes is not lost, also at the next start', async () => {
  const world = await heldOne();
  const second = started(world);
  await vi.waitFor(async () => expect(await world.database.projects.all()).toHaveLength(1));
  await world.database.projects.delete(aProject().id);
  await vi.waitFor(() => expect(remembered(world)).toBe('0 5000'));
  expect(second.lost()).toBeNull();
  second.stop();
  const third = started(world);
  await vi.waitFor(() => expect(remembered(world)).toBe('0 5000'));
  expect(third.lost()).toBeNull();
  third.stop();
});

test('a first visit has lost nothing', async () => {
  const world = aWorld();
  const first = started(world);
  await vi.waitFor(() => expect(remembered(world)).toBe('0 5000'));
  expect(first.lost()).toBeNull();
  first.stop();
});
