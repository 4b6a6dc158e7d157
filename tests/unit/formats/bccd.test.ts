import type { DatasetItem } from '$lib/domain/dataset';
import { FORMATS, recognise } from '$lib/formats/all';
import { fit, labelsOf } from '$lib/formats/fit';
import { voc } from '$lib/formats/voc';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collect, comparable, inMemory, reading, written } from '../../fixtures/datasets';
import { hasShared, shared } from '../../fixtures/shared';

const FOLDER = shared('bccd/BCCD/Annotations');

describe.runIf(hasShared)('364 blood-cell pictures with VOC boxes', () => {
  const files = hasShared
    ? Object.fromEntries(
        readdirSync(FOLDER).map((name) => [`Annotations/${name}`, readFileSync(`${FOLDER}/${name}`, 'utf8')]),
      )
    : {};
  const archive = inMemory(files);
  const read = async () => {
    const context = reading();
    const dataset = await voc.read(archive, context);
    return { dataset, items: await collect(dataset.items()), context };
  };

  test('come in whole, counted from 1, the two boxes without area with a warning', async () => {
    expect(await recognise(archive)).toBe('voc');
    const { dataset, items, context } = await read();
    const regions = items.flatMap((item) => item.annotations[0]!.regions);
    expect([items.length, regions.length]).toEqual([364, 4888]);
    expect(dataset.categories.map(({ name }) => name).sort()).toEqual(['Platelets', 'RBC', 'WBC']);
    expect(context.issues.map(({ code, path }) => [code, path])).toEqual([
      ['region-empty', 'Annotations/BloodImage_00338.xml'],
      ['region-empty', 'Annotations/BloodImage_00343.xml'],
    ]);
    expect(Math.min(...regions.map(({ x }) => x))).toBe(0);
    expect(Math.max(...regions.map(({ x, width }) => x + width))).toBe(640);
    expect(regions.filter(({ width }) => width === 0)).toHaveLength(2);
  });

  test.each(FORMATS.map((format) => [format.id, format] as const))(
    'go out as %s and come in again equal',
    async (_, format) => {
      const { dataset, items } = await read();
      const lost: string[] = [];
      const labels = labelsOf(dataset.categories);
      const fitted = items.flatMap(
        (item) => fit(item, format.capabilities, labels, (code) => lost.push(code)) ?? [],
      );
      const categories = [...dataset.categories].map((category, number) => ({
        ...category,
        number: number + format.firstNumber,
      }));
      const out = {
        ...dataset,
        categories,
        items: async function* (): AsyncIterable<DatasetItem> {
          await Promise.resolve();
          yield* fitted;
        },
      };
      const files = await written(format.write(out, { splits: [], withImages: false }));
      const back = await format.read(inMemory(files), reading(items));
      const names = new Map(categories.map(({ labelId, name }) => [labelId, name]));
      const inOrder = (list: readonly { path: string }[]) =>
        [...list].sort((a, b) => (stem(a.path) < stem(b.path) ? -1 : 1));
      const got = (await collect(back.items())).map((item) => ({
        ...comparable(item, format.capabilities, null),
        path: stem(item.path),
      }));
      const expected = fitted.map((item) => ({
        ...comparable(item, format.capabilities, names),
        path: stem(item.path),
      }));
      expect(inOrder(got)).toEqual(inOrder(expected));
      expect(lost).toEqual(['region-empty', 'region-empty']);
      const kept = fitted.flatMap((item) => item.annotations[0]!.regions).length;
      expect(kept).toBe(format.capabilities.zeroArea ? 4888 : 4886);
    },
  );
});

const stem = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
