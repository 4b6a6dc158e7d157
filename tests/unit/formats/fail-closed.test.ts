import type { Category, DatasetItem } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { asId, type LabelId } from '$lib/domain/ids';
import type { BoxRegion } from '$lib/domain/regions/box';
import { FORMATS } from '$lib/formats/all';
import { fit, labelsOf } from '$lib/formats/fit';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import { aDataset, anItem, categoriesOf, done, seeded, written } from '../../fixtures/datasets';

/** Labels that an export may meet in a stored region and must not write. */
const NO_LABELS = ['nobody', '', '__proto__', 'constructor', undefined, {}] as unknown as readonly LabelId[];
const NO_NUMBERS = [Number.NaN, Infinity, -Infinity, undefined as unknown as number];

/** A project as a damaged database or a hostile backup may hold it; `good` boxes are as they should be. */
function damaged(seed: number) {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const categories: readonly Category[] = [
    ...categoriesOf(['polyp', 'toString', '__proto__']),
    { labelId: asId<'label'>('nameless'), name: ' ', number: 9 },
  ];
  let good = 0;
  const box = (at: number): BoxRegion => {
    const whole = aBox({ id: asId<'region'>(`r${at}`), labelId: categories[at % 3]!.labelId });
    const fault = random();
    if (fault < 0.3) return { ...whole, labelId: pick([...NO_LABELS, categories[3]!.labelId]) };
    if (fault < 0.5) return { ...whole, [pick(['x', 'y', 'width', 'height', 'rotation'])]: pick(NO_NUMBERS) };
    good += 1;
    return whole;
  };
  const items = Array.from({ length: 6 }, (_, at): DatasetItem => {
    const before = good;
    const item = anItem({
      fileName: `${at}.jpg`,
      path: `${at}.jpg`,
      number: at + 1,
      annotations: [done(Array.from({ length: 5 }, (_, index) => box(at * 5 + index)))],
    });
    if (random() >= 0.2) return item;
    good = before;
    return {
      ...item,
      size: pick([
        { width: 0, height: 80 },
        { width: Number.NaN, height: 80 },
      ]),
    };
  });
  return { categories, items, good };
}

const WRONG = /undefined|NaN|Infinity|\[object|<name>\s*<\/name>|\[""\]|^\s*names:\s*$/;

describe.each(FORMATS.map((format) => [format.id, format] as const))('%s', (_, format) => {
  test('writes nothing that is not so, and counts what it leaves out', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { categories, items, good } = damaged(seed);
      let told = 0;
      const fitted = items.flatMap(
        (item) => fit(item, format.capabilities, labelsOf(categories), () => (told += 1)) ?? [],
      );
      const kept = fitted.flatMap(({ annotations }) => annotations.flatMap(({ regions }) => regions));
      const labelled = kept.filter(({ labelId }) => labelId !== null);
      expect(labelled, `seed ${seed}`).toHaveLength(good);
      if (!format.capabilities.unlabelled) expect(kept).toHaveLength(good);
      const withSize = fitted.filter(({ size }) => size !== null).length * 5;
      expect(kept.length + told).toBe(withSize);
      const named = categories.filter(({ name }) => name.trim() !== '');
      const files = await written(format.write(aDataset(fitted, named), { splits: [], withImages: false }));
      for (const [path, text] of Object.entries(files))
        expect(text, `seed ${seed} ${path}`).not.toMatch(WRONG);
    }
  });

  test('refuses in words, or writes as unlabelled, what reaches it all the same', async () => {
    for (const labelId of NO_LABELS) {
      const items = [anItem({ annotations: [done([aBox({ labelId })])] })];
      const text = await written(
        format.write(aDataset(items, categoriesOf(['polyp'])), { splits: [], withImages: false }),
      ).then(
        (files) => Object.values(files).join('\n'),
        (error: unknown) => {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'region-not-writable', about: { path: 'a.jpg' } });
          return '';
        },
      );
      expect(text).not.toMatch(WRONG);
      if (!format.capabilities.unlabelled) expect(text).toBe('');
    }
  });
});
