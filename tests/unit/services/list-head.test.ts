import { asId } from '$lib/domain/ids';
import { watchListHead, type ListHead } from '$lib/services/tasks/list-head';
import { beforeEach, expect, test } from 'vitest';
import { aProject, aTask } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const [PROJECT, OTHER] = [asId<'project'>('project-1'), asId<'project'>('project-2')];
let world: ReturnType<typeof aWorld>;

/** A project with tasks 1, 2 and 4; its neighbour has two. */
beforeEach(async () => {
  world = aWorld();
  const { database } = world;
  await database.projects.put(aProject({ id: PROJECT }));
  await database.projects.put(aProject({ id: OTHER }));
  const of = (projectId: typeof PROJECT, numbers: readonly number[]) =>
    database.tasks.add(
      numbers.map((number) =>
        aTask({
          id: asId<'task'>(`${projectId}-${number}`),
          projectId,
          number,
          path: `${projectId}/${number}.jpg`,
          progress: number === 4 ? 'submitted' : 'unlabelled',
        }),
      ),
    );
  await of(PROJECT, [1, 2, 4]);
  await of(OTHER, [1, 2]);
});

/** Every head that is told until one has its counts. */
function headsUntilCounted(): Promise<readonly Partial<ListHead>[]> {
  return new Promise((done, fail) => {
    const heads: Partial<ListHead>[] = [];
    const stop = watchListHead(
      world.database,
      PROJECT,
      ({ counts, total, isWithoutGaps }) => {
        heads.push({ counts, total, isWithoutGaps });
        if (counts === null) return;
        setTimeout(() => stop());
        done(heads);
      },
      fail,
    );
  });
}

const COUNTS = { unlabelled: 2, draft: 0, submitted: 1, skipped: 0 };
const COUNTED = { counts: COUNTS, total: 3, isWithoutGaps: false };

test('a tally says everything at once', async () => {
  expect(await headsUntilCounted()).toEqual([COUNTED]);
});

test('without a tally the total comes first and the counts follow', async () => {
  await world.db.tallies.delete(PROJECT);
  expect(await headsUntilCounted()).toEqual([{ counts: null, total: 3, isWithoutGaps: false }, COUNTED]);
});

test.each([
  ['another project has no tally either', () => world.db.tallies.clear()],
  ['a restore is under way', () => world.db.restores.put({ projectId: OTHER })],
])('where %s, the total waits for the counts', async (_, change) => {
  await world.db.tallies.delete(PROJECT);
  await change();
  expect(await headsUntilCounted()).toEqual([COUNTED]);
});
