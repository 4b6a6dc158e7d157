import { changeOfRegions } from '$lib/domain/change';
import { annotationOf, by } from '../../fixtures/work';
import { asId } from '$lib/domain/ids';
import { changeTally, emptyTally } from '$lib/domain/tally';
import { summarize } from '$lib/domain/task';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { EXPORT_KINDS } from '$lib/services/exchange/export-kinds';
import { checkExport } from '$lib/services/exchange/check-export';
import { describe, expect, test } from 'vitest';
import { aBox, anAnnotation } from '../../fixtures/builders';
import {
  aProjectWith,
  everything,
  exported,
  imported,
  PROJECT,
  taskId,
  type World,
} from '../../fixtures/exchange';

const SIZE = { width: 100, height: 80 };

async function submit(
  world: World,
  number: number,
  boxes: readonly ReturnType<typeof aBox>[],
  overrides = {},
) {
  const annotation = anAnnotation({ taskId: taskId(number), regions: boxes, imageSize: SIZE, ...overrides });
  await world.database.annotations.put(annotation);
  await world.database.tasks.update(taskId(number), summarize(annotation, null));
}
const boxes = async (world: World, number: number) =>
  (await annotationOf(world.database, taskId(number)))?.regions.map(
    ({ labelId, x, y, width, height, rotation }) => [labelId, x, y, width, height, rotation],
  );

describe('what goes out comes in', () => {
  test.each(EXPORT_KINDS)(
    '%s: into an empty copy of the project, and a second time nothing',
    async (kind) => {
      const world = await aProjectWith(['a.jpg', 'd/b.jpg', 'c.jpg']);
      await submit(world, 1, [
        aBox(),
        aBox({
          id: asId<'region'>('r2'),
          labelId: asId<'label'>('label-2'),
          x: 1,
          y: 2,
          width: 3,
          height: 4,
        }),
      ]);
      await submit(world, 2, []);
      const { files } = await exported(world, { kind });
      const copy = await aProjectWith(['a.jpg', 'd/b.jpg', 'c.jpg']);
      const ending =
        kind === 'json' || kind === 'json-min'
          ? '.json'
          : kind.endsWith('csv')
            ? '.csv'
            : kind === 'tsv'
              ? '.tsv'
              : '';
      const given = Object.fromEntries([...files].map(([path, text]) => [path + ending, text]));
      const report = await imported(copy, given);
      expect(report.counts).toMatchObject({ matched: 2, annotations: 2, boxes: 2, unchanged: 0 });
      expect(await boxes(copy, 1)).toEqual(
        [
          ['label-1', 10, 20, 30, 40, 0],
          ['label-2', 1, 2, 3, 4, 0],
        ].map(([label, ...numbers]) => [
          label,
          ...numbers.map((value) => expect.closeTo(value as number, 3) as unknown),
        ]),
      );
      expect(await boxes(copy, 2)).toEqual([]);
      expect(await copy.database.tasks.get(taskId(2))).toMatchObject({ progress: 'submitted' });
      expect(await copy.database.tasks.get(taskId(3))).toMatchObject({ progress: 'unlabelled' });
      const before = await everything(copy);
      expect((await imported(copy, given)).counts).toMatchObject({
        annotations: 0,
        predictions: 0,
        unchanged: 2,
      });
      expect(await everything(copy)).toEqual(before);
    },
  );
});

test('several annotators are kept, go out again, and are named in the check', async () => {
  const world = await aProjectWith(['a.jpg']);
  const result = (x: number) => [
    {
      id: `r${x}`,
      type: 'rectanglelabels',
      from_name: 'label',
      to_name: 'image',
      original_width: 100,
      original_height: 80,
      value: { x, y: 10, width: 10, height: 10, rotation: 0, rectanglelabels: ['polyp'] },
    },
  ];
  const task = {
    id: 7,
    data: { image: '/data/upload/3/12ab34cd-a.jpg' },
    annotations: [
      { completed_by: { email: 'a@x' }, result: result(10) },
      { completed_by: 5, result: result(20) },
    ],
    predictions: [{ model_version: 'm1', score: 0.5, result: result(30) }],
    drafts: [],
  };
  const text = JSON.stringify([task]);
  expect((await imported(world, { 'tasks.json': text })).counts).toMatchObject({
    annotations: 2,
    predictions: 1,
  });
  expect(await annotationOf(world.database, taskId(1))).toMatchObject({
    ...by('a@x'),
    regions: [{ x: 10 }],
  });
  expect(await world.database.annotations.get({ taskId: taskId(1), ...by('5') })).toMatchObject({
    regions: [{ x: 20 }],
  });
  expect(await world.database.tasks.get(taskId(1))).toMatchObject({
    predictionCount: 1,
    predictionScore: 0.5,
  });
  expect((await imported(world, { 'tasks.json': text })).counts).toMatchObject({
    annotations: 0,
    predictions: 0,
  });
  for (const kind of ['json', 'json-min', 'csv', 'tsv'] as const)
    expect((await exported(world, { kind })).files.get('out')).toContain('a@x');
  const json = JSON.parse((await exported(world, { kind: 'json' })).files.get('out')!) as {
    annotations: unknown[];
    predictions: unknown[];
  }[];
  expect(json[0]!.annotations).toHaveLength(2);
  expect(json[0]!.predictions).toHaveLength(1);
  const check = await checkExport(
    world.database,
    { projectId: PROJECT, taskIds: null, includeSkipped: false, includeUnfinished: false },
    'coco',
    new AbortController().signal,
  );
  expect(check.lines).toEqual([{ taskId: taskId(1), path: 'a.jpg', page: 1, code: 'several-annotators' }]);
});

test('the check counts what would be left out or changed, with its task', async () => {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  await submit(world, 1, [
    aBox({ labelId: null }),
    aBox({ width: 0 }),
    aBox({ x: 500 }),
    aBox({ x: -5 }),
    aBox({ rotation: 30 }),
  ]);
  await submit(world, 2, []);
  await world.database.tasks.update(taskId(2), { isMissing: true });
  const check = (kind: 'coco-with-images' | 'json') =>
    checkExport(
      world.database,
      { projectId: PROJECT, taskIds: null, includeSkipped: false, includeUnfinished: true },
      kind,
      new AbortController().signal,
    );
  const found = await check('coco-with-images');
  expect(Object.fromEntries(found.counts)).toEqual({
    'region-unlabelled': 1,
    'region-empty': 1,
    'region-outside': 1,
    'region-clipped': 1,
    'region-rotated': 1,
    'picture-missing': 1,
  });
  expect(found).toMatchObject({ tasks: 3, boxes: 2, rotated: 1, empty: 1, unfinished: 1 });
  expect(found.lines.find(({ code }) => code === 'picture-missing')).toEqual({
    taskId: taskId(2),
    path: 'b.jpg',
    page: 1,
    code: 'picture-missing',
  });
  expect([...(await check('json')).counts.keys()]).toEqual(['region-empty']);
});

test('a split is written as the training scripts have it, kept with the tasks, and the same again', async () => {
  const world = await aProjectWith(Array.from({ length: 40 }, (_, at) => `${at}.jpg`));
  for (let number = 1; number <= 40; number += 1)
    await submit(
      world,
      number,
      number % 4 === 0 ? [] : [aBox({ labelId: asId<'label'>(number % 4 === 1 ? 'label-2' : 'label-1') })],
    );
  const split = { ratio: { train: 70, valid: 20, test: 10 }, seed: 1, keepsEarlier: true };
  const { files } = await exported(world, { kind: 'coco-with-images', split });
  const parts = (['train', 'valid', 'test'] as const).map(
    (part) =>
      JSON.parse(files.get(`${part}/bbox.json`)!) as {
        images: { file_name: string }[];
        annotations: { category_id: number }[];
      },
  );
  expect(parts.map(({ images }) => images.length)).toEqual([28, 8, 4]);
  for (const [at, part] of (['train', 'valid', 'test'] as const).entries())
    for (const { file_name } of parts[at]!.images) expect(files.has(`${part}/${file_name}`)).toBe(true);
  // Each label and the empty pictures have their share in each part.
  expect(
    parts.map(({ annotations }) => annotations.filter(({ category_id }) => category_id === 2).length),
  ).toEqual([7, 2, 1]);
  const kept = (await world.database.tasks.page(PROJECT, 0, 100)).map((task) => task.split);
  const { files: again } = await exported(world, { kind: 'coco-with-images', split: { ...split, seed: 99 } });
  expect(again).toEqual(files);
  expect((await world.database.tasks.page(PROJECT, 0, 100)).map((task) => task.split)).toEqual(kept);
  const yolo = await exported(world, { kind: 'yolo', firstNumber: 0, split });
  expect(yolo.files.get('data.yaml')).toContain('train: train/images');
  expect([...yolo.files.keys()].filter((path) => path.startsWith('valid/labels/'))).toHaveLength(8);
});

test('only the chosen tasks, with skipped and unfinished ones by choice', async () => {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
  await submit(world, 1, [aBox()]);
  await submit(world, 2, [aBox()], { isSkipped: true });
  const opened = await makeAnnotations(world.ports).open(taskId(3));
  await opened.journal.append(
    changeOfRegions({ before: new Map(), after: new Map([[aBox().id, aBox()]]) }),
    SIZE,
  );
  const images = async (overrides: Partial<Parameters<typeof exported>[1]>) =>
    (
      JSON.parse((await exported(world, { kind: 'coco', ...overrides })).files.get('result.json')!) as {
        images: { path: string; state?: string }[];
      }
    ).images.map(({ path, state }) => [path, state]);
  expect(await images({})).toEqual([['a.jpg', undefined]]);
  expect(await images({ includeSkipped: true, includeUnfinished: true })).toEqual([
    ['a.jpg', undefined],
    ['b.jpg', 'skipped'],
    ['c.jpg', 'unfinished'],
    ['d.jpg', 'unfinished'],
  ]);
  expect(await images({ includeUnfinished: true, taskIds: [taskId(3)] })).toEqual([['c.jpg', 'unfinished']]);
});

describe('an import', () => {
  const yolo = {
    'labels/a.txt': '0 0.5 0.5 0.2 0.5\n',
    'labels/gone.txt': '1 0.5 0.5 0.1 0.1\n',
    'classes.txt': 'polyp\nother\n',
  };

  test('previews: everything is counted, the unmatched are listed, nothing is written', async () => {
    const world = await aProjectWith(['a.jpg', 'b.jpg']);
    const before = await everything(world);
    const report = await imported(world, yolo, { isPreview: true });
    expect(report.detail).toMatchObject({
      kind: 'yolo',
      categories: [
        { name: 'polyp', boxes: 1, labelId: 'label-1' },
        { name: 'other', boxes: 0, labelId: null },
      ],
    });
    expect(report.skipped).toEqual([
      { path: 'in', code: 'class-number-taken', place: 'category 1, other', isNote: true },
      { path: 'gone', code: 'picture-unmatched' },
    ]);
    expect(report.detail.unmatched).toEqual(['gone']);
    expect(await everything(world)).toEqual(before);
  });

  test('a name that several pictures have is left out as ambiguous; it is not called unmatched', async () => {
    const world = await aProjectWith(['north/a.jpg', 'south/a.jpg']);
    const report = await imported(world, yolo, { isPreview: true });
    expect(report.skipped.map(({ path, code }) => [path, code])).toEqual([
      ['in', 'class-number-taken'],
      ['a', 'picture-ambiguous'],
      ['gone', 'picture-unmatched'],
    ]);
    expect(report.detail).toMatchObject({ unmatched: ['gone'], unmatchedCount: 1 });
  });

  test('maps labels: to one of the project, to a new one, or leaves them out', async () => {
    const world = await aProjectWith(['a.jpg']);
    await imported(world, yolo, { labels: new Map([['polyp', asId<'label'>('label-2')]]) });
    expect(await boxes(world, 1)).toEqual([['label-2', 40, 20, 20, 40, 0]]);
    expect((await world.database.projects.get(PROJECT))!.labels.map(({ name }) => name)).toEqual([
      'polyp',
      'ポリープ',
      'other',
    ]);
    const other = await aProjectWith(['a.jpg']);
    const report = await imported(other, yolo, {
      labels: new Map([
        ['polyp', null],
        ['other', null],
      ]),
    });
    expect(report.skipped.map(({ code }) => code)).toContain('label-left-out');
    expect(await boxes(other, 1)).toEqual([]);
    expect((await other.database.projects.get(PROJECT))!.labels).toHaveLength(2);
  });

  test('keeps what is there unless it is told to replace it', async () => {
    const world = await aProjectWith(['a.jpg']);
    await submit(world, 1, [aBox()]);
    expect((await imported(world, yolo)).skipped).toContainEqual({
      path: 'a.jpg',
      code: 'already-annotated',
      taskId: taskId(1),
    });
    expect(await boxes(world, 1)).toEqual([['label-1', 10, 20, 30, 40, 0]]);
    await imported(world, yolo, { replaces: true });
    expect(await annotationOf(world.database, taskId(1))).toMatchObject({
      revision: 2,
      regions: [{ x: 40 }],
    });
  });

  test('counts a picture once that a file names twice', async () => {
    const world = await aProjectWith(['a.jpg', 'b.jpg']);
    const counted = async () =>
      changeTally(emptyTally(PROJECT), [], await world.database.tasks.page(PROJECT, 0, 10));
    await world.database.tasks.putTally(await counted());
    const image = { file_name: 'a.jpg', ...SIZE };
    const box = { category_id: 1, bbox: [1, 2, 3, 4], area: 12, iscrowd: 0 };
    const coco = {
      images: [
        { id: 1, ...image },
        { id: 2, ...image },
      ],
      categories: [{ id: 1, name: 'polyp' }],
      annotations: [
        { id: 1, image_id: 1, ...box },
        { id: 2, image_id: 2, ...box, bbox: [5, 6, 7, 8] },
      ],
    };
    await imported(world, { 'a.json': JSON.stringify(coco) }, { replaces: true });
    expect(await world.database.tasks.tally(PROJECT)).toEqual(await counted());
    expect(await boxes(world, 1)).toEqual([
      ['label-1', 1, 2, 3, 4, 0],
      ['label-1', 5, 6, 7, 8, 0],
    ]);
  });

  test('into predictions, also results with scores beside their pictures', async () => {
    const world = await aProjectWith(['a.jpg']);
    const instances = {
      images: [{ id: '1', file_name: 'images/a.jpg', width: 100, height: 80 }],
      categories: [{ id: 1, name: 'polyp' }],
      annotations: [],
    };
    const results = [{ image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], score: 0.9 }];
    const files = { 'i.json': JSON.stringify(instances), 'r.json': JSON.stringify(results) };
    expect((await imported(world, files)).counts).toMatchObject({ predictions: 1, annotations: 0 });
    expect(await world.database.predictions.forTask(taskId(1))).toMatchObject([
      { regions: [{ x: 1, score: 0.9, labelId: 'label-1' }] },
    ]);
    const second = await aProjectWith(['a.jpg']);
    expect((await imported(second, yolo, { into: 'predictions' })).counts).toMatchObject({ predictions: 1 });
    expect(await boxes(second, 1)).toBeUndefined();
  });

  test('finds pictures by path, by name, by size', async () => {
    const world = await aProjectWith(['x/a.jpg', 'y/a.jpg', 'y/b.jpg', 'か\u3099.jpg', 'z/s.jpg', 'w/s.jpg']);
    await world.database.tasks.update(taskId(6), { size: { width: 50, height: 40 } });
    const coco = (names: readonly string[], width = 100, height = 80) =>
      JSON.stringify({
        images: names.map((file_name, id) => ({ id, file_name, width, height })),
        categories: [{ id: 0, name: 'polyp' }],
        annotations: names.map((_, id) => ({ id, image_id: id, category_id: 0, bbox: [1, 1, 5, 5] })),
      });
    expect(
      (
        await imported(world, {
          'a.json': coco(['data/y/a.jpg', 'C:\\pics\\b.jpg', 'images/が.jpg', 'a.jpg', 'no.jpg']),
        })
      ).skipped.map(({ path, code }) => [path, code]),
    ).toEqual([
      ['a.jpg', 'picture-ambiguous'],
      ['no.jpg', 'picture-unmatched'],
    ]);
    for (const number of [2, 3, 4]) expect(await boxes(world, number)).toHaveLength(1);
    await imported(world, { 'b.json': coco(['s.jpg'], 50, 40) });
    expect(await boxes(world, 6)).toHaveLength(1);
    expect(await boxes(world, 5)).toBeUndefined();
  });

  test('of a labelling configuration keeps it to the letter and names what means nothing here', async () => {
    const world = await aProjectWith(['a.jpg']);
    const text =
      '<View>\n  <!-- mine -->\n  <Image name="image" value="$image" zoom="true"/>\n  <RectangleLabels name="label" toName="image">\n    <Label value="polyp" background="#FF0000" category="7"/>\n    <Label value="新" hotkey="n"/>\n  </RectangleLabels>\n  <Choices name="c" toName="image"><Choice value="good"/></Choices>\n</View>\n';
    const report = await imported(world, { 'config.xml': text });
    expect(report.skipped.map(({ path, code }) => [path, code])).toEqual([
      ['<Choices>', 'tag-unknown'],
      ['<Choice>', 'tag-unknown'],
    ]);
    const project = (await world.database.projects.get(PROJECT))!;
    expect(project.labelingConfig).toBe(text);
    expect(
      project.labels.map(({ name, color, hotkey, classNumber }) => [name, color, hotkey, classNumber]),
    ).toEqual([
      ['polyp', '#ff0000', '1', 7],
      ['ポリープ', '#0072b2', '2', null],
      ['新', expect.any(String), 'n', null],
    ]);
  });
});
