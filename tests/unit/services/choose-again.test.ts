import { asId } from '$lib/domain/ids';
import { needsReview, type SyncPlan } from '$lib/domain/sync';
import { inspectFiles } from '$lib/services/sync/inspect-files';
import { runJob } from '$lib/services/job';
import { syncSource } from '$lib/services/sync/sync-source';
import type { NamedFile } from '$lib/services/ports/folders';
import { folderOfFiles } from '$lib/services/ports/file-list-folder';
import { beforeEach, expect, test } from 'vitest';
import { aProject, aSource } from '../../fixtures/builders';
import { aPng } from '../../fixtures/picture-bytes';
import { aWorld } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
const SOURCE = asId<'source'>('source-1');

let world: ReturnType<typeof aWorld>;
beforeEach(async () => {
  world = aWorld();
  // The browser's copies, as they are at the time.
  Reflect.set(world.context.ports.folders, 'open', () =>
    Promise.resolve(
      folderOfFiles(
        'images',
        [...world.copied].map(([key, file]) => ({ path: key.slice('source-1/'.length), file })),
      ),
    ),
  );
  await world.database.projects.put(aProject());
  await world.database.sources.put(aSource());
});

/** Pictures of different content by their widths; the time of a folder that was saved anew. */
const folder = (pictures: Readonly<Record<string, number>>, lastModified = 1): readonly NamedFile[] =>
  Object.entries(pictures).map(([path, width]) => ({
    path,
    file: new File([aPng(width, 4)], path, { lastModified }),
  }));
const chosenOf = (files: readonly NamedFile[]) =>
  ({ kind: 'copied', name: 'images', files, handle: null }) as const;
const choose = async (files: readonly NamedFile[]) => {
  const chosen = chosenOf(files);
  const outcome = await runJob(syncSource, { sourceId: SOURCE, chosen }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report.plan!;
};
const agree = async (files: readonly NamedFile[], plan: SyncPlan) => {
  const chosen = chosenOf(files);
  expect(await runJob(syncSource, { sourceId: SOURCE, chosen, plan }, world.context)).toMatchObject({
    state: 'done',
  });
};
const tasks = async () =>
  (await world.database.tasks.page(PROJECT, 0, 10)).map(({ path, isMissing }) => [path, isMissing]);
const copies = () => [...world.copied.keys()].sort();

test('a folder chosen again brings what is new, changed, moved and gone; the copies follow it', async () => {
  const first = folder({ 'a.png': 3, 'b.png': 5, 'c.png': 7, 'd.png': 9 });
  await agree(first, await choose(first));
  expect(copies()).toEqual(['source-1/a.png', 'source-1/b.png', 'source-1/c.png', 'source-1/d.png']);
  await runJob(inspectFiles, { projectId: PROJECT }, world.context);

  // The same folder: nothing is found, whatever the times say.
  const same = await choose(folder({ 'a.png': 3, 'b.png': 5, 'c.png': 7, 'd.png': 9 }, 2));
  expect(same).toMatchObject({ samePlace: 4, added: [] });
  expect(needsReview(same)).toBe(false);

  const next = folder({ 'a.png': 3, 'b.png': 6, 'sub/c.png': 7, 'e.png': 11 }, 3);
  const plan = await choose(next);
  expect(plan).toMatchObject({
    added: ['e.png'],
    changed: [{ path: 'b.png' }],
    moved: [{ from: 'c.png', to: 'sub/c.png' }],
    missing: [{ path: 'd.png' }],
  });
  // Seen, not yet agreed to: the copies are as they were.
  expect(copies()).toContain('source-1/d.png');
  await agree(next, plan);
  expect(copies()).toEqual(['source-1/a.png', 'source-1/b.png', 'source-1/e.png', 'source-1/sub/c.png']);
  expect(world.copied.get('source-1/b.png')!.size).toBe(aPng(6, 4).length);
  expect(await tasks()).toEqual([
    ['a.png', false],
    ['b.png', false],
    ['sub/c.png', false],
    ['d.png', true],
    ['e.png', false],
  ]);
  expect(needsReview(await choose(next))).toBe(false);

  const back = await choose(folder({ 'a.png': 3, 'b.png': 6, 'sub/c.png': 7, 'd.png': 9, 'e.png': 11 }, 3));
  expect(back).toMatchObject({ restored: [{ path: 'd.png' }], added: [] });
});

test('a folder that does not fit into the browser is refused before anything is copied', async () => {
  Reflect.set(world.context.ports.folders, 'space', () => Promise.resolve({ used: 0, free: 10 }));
  const files = folder({ 'a.png': 3 });
  const plan = await choose(files);
  expect(
    await runJob(syncSource, { sourceId: SOURCE, chosen: chosenOf(files), plan }, world.context),
  ).toMatchObject({ state: 'failed', code: 'storage-full' });
  expect(copies()).toEqual([]);
  expect(await tasks()).toEqual([]);
});
