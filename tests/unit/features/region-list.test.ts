import { asId } from '$lib/domain/ids';
import { RegionListState } from '$lib/features/annotate/region-list.svelte';
import { idsIn } from '$lib/features/annotate/region-rows';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aBox, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, taskId, type World } from '../../fixtures/exchange';
import { labellingPage } from '../../fixtures/labelling.svelte';
import { onScreen } from '../../fixtures/screen.svelte';

const [POLYP, FOLD] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const region = (id: string) => asId<'region'>(id);
const PLAIN = { ctrlKey: false, metaKey: false, shiftKey: false };
const CTRL = { ...PLAIN, ctrlKey: true };
const SHIFT = { ...PLAIN, shiftKey: true };

let world: World;
beforeEach(async () => {
  world = await aProjectWith(['a.jpg', 'b.jpg']);
  await world.database.annotations.put(
    anAnnotation({
      regions: ['a', 'b', 'c', 'd'].map((id, at) =>
        aBox({ id: region(id), labelId: at % 2 === 0 ? POLYP : FOLD, x: at * 10, width: 40 - at * 10 }),
      ),
      imageSize: { width: 100, height: 80 },
    }),
  );
});

/** The list beside the picture of task 1, whose regions are a to d from the largest to the smallest. */
async function aList() {
  const { page, services } = await labellingPage(world);
  onTestFinished(page.followOpen(taskId(1)));
  const list = new RegionListState(page, services.preferences);
  onScreen(() => [list.rows, page.notes.orderByHand]);
  await expect.poll(() => idsIn(list.rows).length).toBe(4);
  return { list, page };
}
type Shown = Awaited<ReturnType<typeof aList>>;
const listed = ({ list }: Shown) => idsIn(list.rows).join('');
const selected = ({ page }: Shown) => [...page.current!.session.selection.ids].sort().join('');

test('a click selects one, with Ctrl one more or one less, with Shift all up to it', async () => {
  const shown = await aList();
  const { list } = shown;
  list.choose(region('a'), PLAIN);
  expect(selected(shown)).toBe('a');
  list.choose(region('c'), CTRL);
  expect(selected(shown)).toBe('ac');
  list.choose(region('a'), CTRL);
  expect(selected(shown)).toBe('c');
  list.choose(region('b'), PLAIN);
  list.choose(region('d'), SHIFT);
  expect(selected(shown)).toBe('bcd');
});

test('a click in the list takes the select tool, so that the selected box can be moved', async () => {
  const shown = await aList();
  shown.page.current!.session.tools.setTool('box');
  shown.list.choose(region('a'), PLAIN);
  expect(shown.page.current!.now.tool).toBe('select');
});

test('Shift selects what the filter shows between, and nothing that it hides', async () => {
  const shown = await aList();
  shown.list.setFilter(POLYP);
  expect(listed(shown)).toBe('ac');
  shown.list.choose(region('a'), PLAIN);
  shown.list.choose(region('c'), SHIFT);
  expect(selected(shown)).toBe('ac');
});

test('arrow keys go from line to line and end at the last one; with Shift they take the lines between', async () => {
  const shown = await aList();
  const { list } = shown;
  list.choose(region('b'), PLAIN);
  list.step(region('b'), 1, false);
  expect(selected(shown)).toBe('c');
  list.step(region('c'), 1, true);
  expect(selected(shown)).toBe('cd');
  list.step(region('d'), 1, false);
  expect(selected(shown)).toBe('cd');
});

test('a line that is moved makes an order by hand, which is found again with the task', async () => {
  const shown = await aList();
  shown.list.move(region('d'), -3);
  await expect.poll(() => listed(shown)).toBe('dabc');
  expect([shown.list.choice.order, selected(shown)]).toEqual(['hand', 'd']);
  await expect
    .poll(async () => (await world.database.work.forTask(taskId(1)))[0]?.orderByHand)
    .toEqual(['d', 'a', 'b', 'c']);
  const again = await aList();
  await expect.poll(() => listed(again)).toBe('dabc');
});

test('moving a line in a list by size begins from what is on the screen', async () => {
  const shown = await aList();
  shown.list.change({ order: 'size' });
  expect(listed(shown)).toBe('dcba');
  shown.list.move(region('a'), -1);
  await expect.poll(() => listed(shown)).toBe('dcab');
});

test('how the list is ordered is kept for the next picture and the next day, its filter is not', async () => {
  const { list } = await aList();
  list.change({ order: 'score', isDescending: true, isGrouped: true });
  list.setFilter('none');
  expect((await aList()).list.choice).toEqual({
    order: 'score',
    isDescending: true,
    isGrouped: true,
    filter: 'all',
  });
});

test.each(['{', '[]', '{"order":"colour","isGrouped":"yes"}'])(
  'what cannot be read of a kept order, %s, is as by default',
  async (kept) => {
    world.ports.preferences.set('region-list', kept);
    expect((await aList()).list.choice).toEqual({
      order: 'time',
      isDescending: false,
      isGrouped: false,
      filter: 'all',
    });
  },
);
