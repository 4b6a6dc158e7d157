import type { Split } from '$lib/domain/dataset';
import { yolo, yoloObb } from '$lib/formats/yolo';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aBox } from '../../fixtures/builders';
import { aDataset, anItem, categoriesOf, done, written } from '../../fixtures/datasets';

interface Yaml {
  readonly path?: string;
  readonly train?: unknown;
  readonly val?: unknown;
  readonly test?: unknown;
  readonly nc?: unknown;
  readonly names?: unknown;
}

/** What each trainer refuses a data.yaml for. `folders`: those of pictures beside the file. */
type Rule = readonly [who: string, why: (data: Yaml, folders: readonly string[]) => readonly string[]];

const keysOf = (names: unknown): readonly unknown[] =>
  Array.isArray(names) ? names.map((_, at) => at) : names instanceof Map ? [...names.keys()] : [];

const missing = (data: Yaml, keys: readonly (keyof Yaml)[]) =>
  keys.filter((key) => data[key] === undefined).map((key) => `'${key}:' key missing`);

const notFound = (data: Yaml, folders: readonly string[]) =>
  [data.train, data.val, data.test].filter(
    (folder) => folder !== undefined && !folders.includes(folder as string),
  );

const RULES: readonly Rule[] = [
  [
    // ultralytics/data/utils.py check_det_dataset, nn/autobackend.py check_class_names (8.0 to 8.3 and later).
    'Ultralytics',
    (data, folders) => {
      const keys = keysOf(data.names).map(Number);
      return [
        ...missing(data, ['train', 'val']),
        ...(data.names === undefined && data.nc === undefined ? ["'names' or 'nc' missing"] : []),
        ...(data.nc !== undefined && data.nc !== keys.length ? ["'names' length and 'nc' must match"] : []),
        ...(keys.some((key) => !Number.isInteger(key)) ? ['a class number is none'] : []),
        ...(Math.max(...keys) >= keys.length ? [`class indices must be 0-${keys.length - 1}`] : []),
        // A relative path is looked for where the trainer runs, then among its own datasets, not beside the file;
        // without one, the file's folder counts.
        ...(data.path === undefined ? [] : [`path ${data.path} is not the file's folder`]),
        ...notFound(data, folders).map((folder) => `missing path ${String(folder)}`),
      ];
    },
  ],
  [
    // yolov5 utils/general.py check_dataset, from 7.0: names by number have numbers as keys, not texts.
    'YOLOv5 7.0',
    (data, folders) => [
      ...missing(data, ['train', 'val', 'names']),
      ...(keysOf(data.names).every((key) => Number.isInteger(key)) ? [] : ['names keys must be integers']),
      ...notFound(data, folders).map((folder) => `missing path ${String(folder)}`),
    ],
  ],
  [
    // yolov5 utils/general.py check_dataset and train.py, 5.0 to 6.2: 'nc' is asked for, and is the number of names.
    'YOLOv5 5.0 to 6.2',
    (data, folders) => [
      ...missing(data, ['train', 'val', 'nc']),
      ...(data.nc === keysOf(data.names).length ? [] : ['names found for another number of classes than nc']),
      ...(keysOf(data.names).includes(0) ? [] : ['no name of class 0']),
      ...notFound(data, folders).map((folder) => `missing path ${String(folder)}`),
    ],
  ],
];

const refusals = (text: string, folders: readonly string[]) => {
  const data = parse(text, { mapAsMap: true }) as Map<string, unknown>;
  return RULES.flatMap(([who, why]) =>
    why(Object.fromEntries(data) as Yaml, folders).map((reason) => `${who}: ${reason}`),
  );
};

async function dataYaml(
  format: typeof yolo,
  splits: readonly Split[],
  names = ['polyp', '1', 'null', 'a: b'],
) {
  const categories = categoriesOf(names, 0);
  const items = [anItem({ annotations: [done([aBox({ labelId: categories[0]!.labelId })])] })];
  const files = await written(format.write(aDataset(items, categories), { splits, withImages: true }));
  return files['data.yaml']!;
}

test.each<readonly [string, readonly Split[]]>([
  ['together', []],
  ['in three parts', ['train', 'valid', 'test']],
  ['without a part to validate on', ['train', 'test']],
  ['without a part to train on', ['valid']],
])('every trainer takes the data.yaml: %s', async (_, splits) => {
  const folders = splits.length === 0 ? ['images'] : splits.map((split) => `${split}/images`);
  for (const format of [yolo, yoloObb]) expect(refusals(await dataYaml(format, splits), folders)).toEqual([]);
});

test('names are texts by number, whatever they look like', async () => {
  const data = parse(await dataYaml(yolo, []), { mapAsMap: true }) as Map<string, unknown>;
  expect([...(data.get('names') as Map<unknown, unknown>)]).toEqual([
    [0, 'polyp'],
    [1, '1'],
    [2, 'null'],
    [3, 'a: b'],
  ]);
});

test('the rules refuse what trainers refuse', () => {
  const before = 'path: .\ntrain: images\nval: images\nnc: 1\nnames:\n  "7": polyp\n';
  expect(refusals(before, ['images'])).toEqual([
    'Ultralytics: class indices must be 0-0',
    "Ultralytics: path . is not the file's folder",
    'YOLOv5 7.0: names keys must be integers',
    'YOLOv5 5.0 to 6.2: no name of class 0',
  ]);
});
