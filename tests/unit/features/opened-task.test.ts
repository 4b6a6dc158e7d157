import { asId } from '$lib/domain/ids';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aBox, aLabel, anAnnotation, drawn } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { draw, labellingPage } from '../../fixtures/labelling.svelte';
import { onScreen } from '../../fixtures/screen.svelte';

const SIZE = { width: 100, height: 80 };
let world: World;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg']);
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

const elsewhere = () => makeAnnotations(world.ports);
const theirs = aBox({ id: asId<'region'>('theirs'), x: 60, y: 50, width: 20, height: 20 });
/** What is on disk of the task's unsent work. */
const onDisk = async (number = 1) => [...(await elsewhere().open(taskId(number))).regions.values()];
const xs = (regions: Iterable<{ readonly x: number }>) => [...regions].map(({ x }) => x).sort();
const shownRegions = ({ page }: Awaited<ReturnType<typeof labellingPage>>) =>
  page.current!.now.regions.values() as Iterable<{ readonly x: number }>;

describe('an open task', () => {
  test('shows a stroke when it is made, and has it on disk when it says that it saves no more', async () => {
    const shown = await labellingPage(world);
    const { current } = shown.page;
    const { seen } = onScreen(() => current!.isSaving);
    await draw(shown.page, 10, 10, 40, 30);
    await expect.poll(() => seen).toEqual([false, true, false]);
    expect(xs(shownRegions(shown))).toEqual([10]);
    expect(await onDisk()).toMatchObject([{ x: 10, y: 10, width: 30, height: 20 }]);
  });

  test('is the same on the screen while nothing of it changes, and another when something does', async () => {
    const { page } = await labellingPage(world);
    const before = page.current!.now;
    page.current!.session.document.notify();
    expect(page.current!.now).toBe(before);
    await draw(page, 10, 10, 40, 30);
    expect(page.current!.now).not.toBe(before);
    expect([before.canUndo, page.current!.now.canUndo]).toEqual([false, true]);
  });

  test('is found as it was left, with its undo, when it is opened again', async () => {
    const { page } = await labellingPage(world);
    await draw(page, 10, 10, 40, 30);
    await page.open(taskId(2));
    await page.open(taskId(1));
    const { session } = page.current!;
    await session.document.settled();
    expect([session.document.regions.size, session.canUndo]).toEqual([1, true]);
    session.undo();
    await session.document.settled();
    expect(await onDisk()).toEqual([]);
  });

  test('that a bulk action has rewritten takes the next stroke on top of that, and loses neither', async () => {
    const shown = await labellingPage(world);
    const { page } = shown;
    await draw(page, 10, 10, 40, 30);
    const other = await elsewhere().open(taskId(1));
    await other.journal.append(drawn(theirs), SIZE);
    await draw(page, 15, 50, 45, 70);
    expect(xs(await onDisk())).toEqual([10, 15, 60]);
    expect(xs(shownRegions(shown))).toEqual([10, 15, 60]);
    expect(page.current!.session.document.failure).toBeNull();
  });

  test('takes in what somebody else has drawn on it, and still undoes its own last stroke alone', async () => {
    const shown = await labellingPage(world);
    const { page } = shown;
    onTestFinished(page.followOpen(taskId(1)));
    await draw(page, 10, 10, 40, 30);
    const other = await elsewhere().open(taskId(1));
    await other.journal.append(drawn(theirs), SIZE);
    await expect.poll(() => xs(shownRegions(shown))).toEqual([10, 60]);
    await draw(page, 15, 50, 45, 70);
    page.current!.session.undo();
    await page.current!.session.document.settled();
    expect(xs(await onDisk())).toEqual([10, 60]);
  });

  test('is only shown where another tab edits it, until it is taken over', async () => {
    const held = new Set(['held elsewhere']);
    const locks = {
      ...world.ports.locks,
      tryHold: () => Promise.resolve(held.size > 0 ? null : () => undefined),
    };
    const { page } = await labellingPage(world, 1, { locks });
    expect([page.current!.isOurs, page.current!.now.isReadOnly]).toEqual([false, true]);
    await draw(page, 10, 10, 40, 30);
    expect([page.current!.now.regions.size, await onDisk()]).toEqual([0, []]);
    await page.takeOver();
    await page.current!.session.document.settled();
    expect([page.current!.isOurs, page.current!.now.isReadOnly]).toEqual([true, false]);
  });

  test('whose picture was replaced by one of another size is only shown until a person has decided', async () => {
    const imageSize = { width: 200, height: 160 };
    await world.database.annotations.put(anAnnotation({ regions: [aBox()], imageSize }));
    const { page } = await labellingPage(world);
    expect(page.current!.replaced).toMatchObject({ before: imageSize, now: SIZE, canScale: true });
    expect(page.current!.now.isReadOnly).toBe(true);
  });
});

describe('the labelling page', () => {
  test('goes back to what was submitted last, as one step that can be undone', async () => {
    await world.database.annotations.put(anAnnotation({ regions: [theirs], imageSize: SIZE }));
    const shown = await labellingPage(world);
    const { page } = shown;
    expect(page.canReset).toBe(false);
    await draw(page, 10, 10, 40, 30);
    expect(page.canReset).toBe(true);
    page.reset();
    await page.current!.session.document.settled();
    expect(xs(shownRegions(shown))).toEqual([60]);
    page.current!.session.undo();
    await page.current!.session.document.settled();
    expect(xs(shownRegions(shown))).toEqual([10, 60]);
  });

  test('names the regions that have no label yet', async () => {
    const bare = { ...theirs, labelId: null };
    await world.database.annotations.put(anAnnotation({ regions: [aBox(), bare], imageSize: SIZE }));
    const { page } = await labellingPage(world);
    expect(page.unlabelled).toEqual([theirs.id]);
  });

  test('shows the task that was asked for last, also where the one before comes later', async () => {
    const { page } = await labellingPage(world);
    await Promise.all([page.open(taskId(2)), page.open(taskId(1)), page.open(taskId(2))]);
    expect([page.task?.number, page.previous?.number, page.next]).toEqual([2, 1, null]);
  });

  test('keeps the armed label from picture to picture', async () => {
    const { page } = await labellingPage(world);
    page.arm(asId<'label'>('label-2'));
    await page.open(taskId(2));
    await draw(page, 10, 10, 40, 30);
    expect(await onDisk(2)).toMatchObject([{ labelId: 'label-2' }]);
  });

  test('draws on with the label that another tab has put in the place of the armed one', async () => {
    const { page, services } = await labellingPage(world);
    const [first, second] = page.labels;
    page.arm(first!.id);
    await services.projects.update(
      PROJECT,
      { labels: [second!, aLabel({ id: asId<'label'>('label-3'), name: 'new', hotkey: '' })] },
      { removed: new Map([[first!.id, second!.id]]), broughtBack: new Set() },
    );
    await expect.poll(() => page.labels.map(({ name }) => name)).toEqual([second!.name, 'new']);
    expect(page.armed).toBe(second!.id);
    await draw(page, 10, 10, 40, 30);
    expect(await onDisk()).toMatchObject([{ labelId: second!.id }]);
  });
});
