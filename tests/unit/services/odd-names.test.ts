import { visibleName } from '$lib/domain/visible-name';
import { expect, test } from 'vitest';
import { importingFiles } from '../../fixtures/exchange';
import { aWildProject, difference, drawnPictures, foundIn, written } from '../../fixtures/wild';

/** Names that file systems and browsers treat in ways of their own, and how each is shown. */
const SHOWN: Readonly<Record<string, string>> = {
  'plain.png': 'plain.png',
  'zero\u200Bwidth.png': 'zero⟨U+200B⟩width.png',
  'rtl\u202Egnp.png': 'rtl⟨U+202E⟩gnp.png',
  'short~1.png': 'short~1.png',
  'trailing .png': 'trailing⟨U+0020⟩.png',
  'dots...png': 'dots...png',
  'link.lnk.png': 'link.lnk.png',
  'a.local.png': 'a.local.png',
  'con.png': 'con.png',
  'soft\u00ADhyphen.png': 'soft⟨U+00AD⟩hyphen.png',
  'NBSP\u00A0x.png': 'NBSP⟨U+00A0⟩x.png',
  'trailing-dot./x.png': 'trailing-dot./x.png',
  'zero\u200Bfolder/y.png': 'zero⟨U+200B⟩folder/y.png',
};
const HIDDEN = '.hidden.png';

test.each([
  ...Object.entries(SHOWN),
  ['大腸 ポリープ　１.jpg', '大腸 ポリープ　１.jpg'],
  ['👩‍🔬.png', '👩‍🔬.png'],
  ['two words.png', 'two words.png'],
  ['می‌خواهم.png', 'می‌خواهم.png'],
  ['tab\there.png', 'tab⟨U+0009⟩here.png'],
])('%j is shown as %s', (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

test('each name becomes a task, and an import finds it; only what is hidden has none', async () => {
  const names = [...Object.keys(SHOWN), HIDDEN];
  const world = await aWildProject(drawnPictures(names, { width: 320, height: 240 }));
  const coco = {
    images: names.map((file_name, id) => ({ id, file_name, width: 320, height: 240 })),
    categories: [{ id: 1, name: 'cell' }],
    annotations: names.map((_, id) => ({ id, image_id: id, category_id: 1, bbox: [10 + id, 10, 30, 30] })),
  };
  const outcome = await importingFiles(world, written({ 'labels.json': JSON.stringify(coco) }));
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  const wanted = Object.fromEntries(
    Object.keys(SHOWN).map((name, at) => [
      name,
      { state: 'submitted', boxes: [{ label: 'cell', x: 10 + at, y: 10, w: 30, h: 30 }] },
    ]),
  );
  expect(difference(await foundIn(world), wanted)).toBeNull();
  expect(outcome.report.skipped.map(({ path, code }) => `${path} ${code}`)).toEqual([
    `${HIDDEN} picture-unmatched`,
  ]);
});
