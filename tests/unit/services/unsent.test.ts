import { annotationOf, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { summarize } from '$lib/domain/task';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { checkExport } from '$lib/services/exchange/check-export';
import { submitDrafts } from '$lib/services/annotating/submit-drafts';
import { expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { aProjectWith, exported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { readDraft } from '$lib/services/read-draft';

const SIZE = { width: 100, height: 80 };
const [FIRST, SECOND] = [aBox(), aBox({ id: asId<'region'>('r2'), x: 50, width: 5 })];
const drawing = (box: Region) => ({ before: new Map(), after: new Map([[box.id, box]]) });
const erasing = (box: Region) => ({ before: new Map([[box.id, box]]), after: new Map() });

/** Draws as the labelling page does; the counts follow at once, as at the next start. */
async function draw(world: World, number: number, change: ReturnType<typeof drawing>) {
  const opened = await makeAnnotations(world.ports).open(taskId(number));
  await opened.journal.append(changeOfRegions(change), SIZE);
  opened.journal.close();
  await makeAnnotations(world.ports).countBehind();
}
async function submit(world: World, number: number) {
  const annotations = makeAnnotations(world.ports);
  const opened = await annotations.open(taskId(number));
  return annotations.submit(opened, [...opened.regions.values()], SIZE);
}
const check = (world: World, overrides = {}) =>
  checkExport(
    world.database,
    { projectId: PROJECT, taskIds: null, includeSkipped: false, includeUnfinished: false, ...overrides },
    'json-min',
    new AbortController().signal,
  );
const send = (world: World, ids: readonly ReturnType<typeof taskId>[]) =>
  submitDrafts(ids, makeAnnotations(world.ports), {
    signal: new AbortController().signal,
    report: () => undefined,
  });

/** 1: submitted, then corrected; 2: drawn, never submitted; 3: submitted; 4: untouched. */
async function aWorldWithUnsent() {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
  for (const number of [1, 3]) {
    await draw(world, number, drawing(FIRST));
    await submit(world, number);
  }
  await draw(world, 1, drawing(SECOND));
  await draw(world, 2, drawing(FIRST));
  return world;
}

test('the check tells corrections that were not sent from drafts that were never submitted', async () => {
  const world = await aWorldWithUnsent();
  const found = await check(world);
  expect([...found.counts]).toEqual([
    ['unsent-changes', 1],
    ['never-submitted', 1],
  ]);
  expect(found.lines.map(({ code, path }) => [code, path])).toEqual([
    ['unsent-changes', 'a.jpg'],
    ['never-submitted', 'b.jpg'],
  ]);
  expect(found.unsent).toEqual({ corrections: [taskId(1)], drafts: [taskId(2)] });
  // As unfinished ones the drafts go out as they are, and nothing is old.
  expect((await check(world, { includeUnfinished: true })).unsent).toEqual({ corrections: [], drafts: [] });
  // Of the chosen tasks only.
  expect((await check(world, { taskIds: [taskId(3), taskId(4)] })).unsent).toEqual({
    corrections: [],
    drafts: [],
  });
});

test('Update submits what is drawn as the labelling page does, and the export has it', async () => {
  const world = await aWorldWithUnsent();
  const report = await send(world, [taskId(1), taskId(2)]);
  expect(report).toMatchObject({ counts: { submitted: 2 }, skippedCount: 0 });
  const annotation = await annotationOf(world.database, taskId(1));
  expect(annotation).toMatchObject({ revision: 2, annotator: ME, isSkipped: false });
  expect(annotation!.regions.map(({ id }) => id)).toEqual([FIRST.id, SECOND.id]);
  expect(await world.database.versions.has({ taskId: taskId(1), profileId: ME }, 2)).toBe(true);
  expect(await readDraft(world.database, taskId(1))).toBeNull();
  expect(await world.database.tasks.get(taskId(1))).toMatchObject(summarize(annotation!, null));
  expect(await world.database.tasks.counts(PROJECT)).toMatchObject({ submitted: 3, draft: 0, unlabelled: 1 });
  expect((await check(world)).counts.size).toBe(0);
  const { report: written } = await exported(world, { kind: 'json-min' });
  expect(written.counts).toEqual({ images: 3, boxes: 4 });
});

test('what is open in another tab, empty, or drawn on an older version is left as it is and said', async () => {
  const world = await aWorldWithUnsent();
  const held = new Set([`edit/${taskId(2)}`]);
  const locks = {
    ...world.ports.locks,
    tryHold: (name: string) => Promise.resolve(held.has(name) ? null : () => undefined),
  };
  const annotations = makeAnnotations({ ...world.ports, locks });
  await draw(world, 3, erasing(FIRST));
  // Somebody submitted since the draft was begun.
  const stored = (await annotationOf(world.database, taskId(1)))!;
  await world.database.annotations.put({ ...stored, revision: stored.revision + 1 });
  const before = await Promise.all([1, 2, 3].map((number) => readDraft(world.database, taskId(number))));
  const report = await submitDrafts([taskId(1), taskId(2), taskId(3), taskId(4)], annotations, {
    signal: new AbortController().signal,
    report: () => undefined,
  });
  expect(report.counts).toEqual({ submitted: 0 });
  expect(report.skipped.map(({ path, code }) => [path, code])).toEqual([
    ['a.jpg', 'unsent-older'],
    ['b.jpg', 'unsent-open'],
    ['c.jpg', 'unsent-empty'],
  ]);
  expect(await Promise.all([1, 2, 3].map((number) => readDraft(world.database, taskId(number))))).toEqual(
    before,
  );
});
