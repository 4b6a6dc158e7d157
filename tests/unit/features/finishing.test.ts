import { annotationOf, draftLength } from '../../fixtures/work';
import { Finishing, undoLastSubmission } from '$lib/features/annotate/finishing.svelte';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { aProjectWith, taskId, type World } from '../../fixtures/exchange';
import { draw, labellingPage } from '../../fixtures/labelling.svelte';
import { onScreen } from '../../fixtures/screen.svelte';

let world: World;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

/** The page with its buttons, on a picture that came on the screen just now. */
async function aPage(number = 1, ports: Parameters<typeof labellingPage>[2] = {}) {
  const { page, services } = await labellingPage(world, number, ports);
  const finishing = new Finishing(services, page, async ({ id }) => {
    await page.open(id);
    finishing.pictureShown();
  });
  onScreen(() => [finishing.isBusy, finishing.hasRegions, finishing.isEmptySubmit]);
  finishing.pictureShown();
  return { page, finishing };
}
/** The person has had the picture before their eyes. */
const looked = ({ finishing }: Awaited<ReturnType<typeof aPage>>) =>
  expect.poll(() => finishing.isBusy, { timeout: 5000 }).toBe(false);
const stored = (number = 1) => annotationOf(world.database, taskId(number));
const texts = () => notices.list.map(({ text }) => text);

describe('Submit', () => {
  test('stores the boxes, closes the draft and leads to the next open task', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    expect((await finishing.submit())?.number).toBe(2);
    expect(await stored()).toMatchObject({
      isSkipped: false,
      regions: [{ x: 10, y: 10, width: 30, height: 20 }],
    });
    expect(await draftLength(world.database, taskId(1))).toBeNull();
    expect(texts()).toEqual(['#1 submitted']);
  });

  test('leads past tasks that are done, and nowhere when all are', async () => {
    for (const number of [2, 3]) await world.database.tasks.update(taskId(number), { progress: 'submitted' });
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    expect(await finishing.submit()).toBeNull();
  });

  test('of a picture without any region stores nothing and says why; the warning goes with the first region', async () => {
    const shown = await aPage();
    const { page, finishing } = shown;
    await looked(shown);
    expect(await finishing.submit()).toBeUndefined();
    expect([finishing.isEmptySubmit, await stored(), texts()]).toEqual([true, undefined, []]);
    await draw(page, 10, 10, 40, 30);
    await expect.poll(() => finishing.isEmptySubmit).toBe(false);
  });

  test('pressed twice ends the work on one picture only, and writes one version', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    const [first, second] = await Promise.all([finishing.submit(), finishing.submit()]);
    expect([first?.number, second]).toEqual([2, undefined]);
    expect(await finishing.submit()).toBeUndefined();
    expect((await stored())?.revision).toBe(1);
  });

  test('in the moment after the next picture came does nothing to it', async () => {
    const shown = await aPage();
    const { page, finishing } = shown;
    await draw(page, 10, 10, 40, 30);
    await finishing.submit();
    await page.open(taskId(2));
    finishing.pictureShown();
    expect(finishing.isBusy).toBe(true);
    expect([await finishing.submitEmpty(), await finishing.skip(), await stored(2)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await looked(shown);
    expect((await finishing.skip())?.number).toBe(3);
  });

  test('waits for the stroke that is still being written, and takes it along', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    const drawing = draw(page, 50, 40, 80, 70);
    await Promise.all([drawing, finishing.submit()]);
    expect((await stored())?.regions.map(({ x }) => x)).toEqual([10, 50]);
  });

  test('is refused where another tab has submitted meanwhile, and nothing of either is lost', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    const elsewhere = await aPage();
    await draw(elsewhere.page, 50, 40, 80, 70);
    await elsewhere.finishing.submit();
    const theirs = await stored();
    expect(await finishing.submit()).toBeUndefined();
    expect(await stored()).toEqual(theirs);
    expect(notices.list.filter(({ tone }) => tone === 'error')).toHaveLength(1);
    expect(page.current?.session.document.regions.size).toBe(1);
    expect(finishing.isBusy).toBe(false);
  });

  test('does nothing on a task that only another tab may edit', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    page.current!.session.document.setReadOnly(true);
    expect([await finishing.submit(), await stored()]).toEqual([undefined, undefined]);
  });
});

describe('Submit Empty', () => {
  test('says that there is nothing on the picture', async () => {
    const shown = await aPage();
    await looked(shown);
    expect((await shown.finishing.submitEmpty())?.number).toBe(2);
    expect(await stored()).toMatchObject({ isSkipped: false, regions: [] });
    expect(texts()).toEqual(['#1 submitted as empty']);
  });

  test('does nothing to a picture that has regions: none of them is thrown away', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    expect([await finishing.submitEmpty(), await stored()]).toEqual([undefined, undefined]);
    expect(page.current?.session.document.regions.size).toBe(1);
  });
});

describe('Skip', () => {
  test('leaves the picture out and keeps what was drawn on it', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    expect((await finishing.skip())?.number).toBe(2);
    expect(await stored()).toMatchObject({ isSkipped: true, regions: [{ x: 10 }] });
    expect(texts()).toEqual(['#1 skipped']);
  });
});

describe('Undo of the last Submit', () => {
  test('opens the picture again with its boxes unsent, as they were; a press meant for the picture before waits', async () => {
    const shown = await aPage();
    const { page, finishing } = shown;
    await draw(page, 10, 10, 40, 30);
    const next = await finishing.submit();
    await page.open(next!.id);
    finishing.pictureShown();
    await undoLastSubmission();
    expect([page.task?.number, texts()]).toEqual([2, ['#1 submitted']]);
    await looked(shown);
    await undoLastSubmission();
    expect(page.task?.number).toBe(1);
    expect([...(page.current?.session.document.regions.values() ?? [])]).toMatchObject([
      { x: 10, width: 30 },
    ]);
    expect([await stored(), texts()]).toEqual([undefined, []]);
    expect(await draftLength(world.database, taskId(1))).not.toBeNull();
  });

  test('goes back one Submit after the other, the newest first', async () => {
    const shown = await aPage();
    const { page, finishing } = shown;
    await draw(page, 10, 10, 40, 30);
    await finishing.submit();
    await page.open(taskId(2));
    finishing.pictureShown();
    await looked(shown);
    await finishing.submitEmpty();
    expect(texts()).toEqual(['#2 submitted as empty']);
    await page.open(taskId(3));
    finishing.pictureShown();
    await looked(shown);
    await undoLastSubmission();
    expect([page.task?.number, await stored(2), texts()]).toEqual([2, undefined, ['#1 submitted']]);
    await looked(shown);
    await undoLastSubmission();
    expect([page.task?.number, await stored(1), texts()]).toEqual([1, undefined, []]);
  });

  test('is refused where the task was changed since, and is not offered any more', async () => {
    const { page, finishing } = await aPage();
    await draw(page, 10, 10, 40, 30);
    await finishing.submit();
    await page.open(taskId(2));
    const elsewhere = await aPage(1);
    await draw(elsewhere.page, 50, 40, 80, 70);
    await undoLastSubmission();
    expect((await stored())?.regions).toHaveLength(1);
    expect(notices.list.map(({ tone }) => tone)).toEqual(['error']);
  });
});
