import { annotationOf } from '../../fixtures/work';
import { nameClasses, proposeLabels } from '$lib/domain/class-mapping';
import { asId, epochMs } from '$lib/domain/ids';
import type { DetectorModel } from '$lib/domain/model';
import { predictedRegions } from '$lib/domain/prediction';
import { EXPORT_KINDS } from '$lib/services/exchange/export-kinds';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { evaluate } from '$lib/services/evaluation/evaluate-model';
import { makeProjects } from '$lib/services/projects/projects';
import { placeText } from '$lib/ui/place-text';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import {
  aProjectWith,
  exported,
  imported,
  importing,
  PROJECT,
  taskId,
  type World,
} from '../../fixtures/exchange';

/** What every object has by its prototype: names like any other for labels, classes, files and keys. */
const NAMES = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'] as const;
const PATHS = NAMES.map((name) => `${name}/${name}.jpg`);
const SIZE = { width: 100, height: 80 };

const labelsOf = async (world: World) => (await world.database.projects.get(PROJECT))!.labels;
/** The names of the labels of each picture's boxes. */
async function drawn(world: World) {
  const names = new Map((await labelsOf(world)).map(({ id, name }) => [id, name]));
  const annotations = await Promise.all(PATHS.map((_, at) => annotationOf(world.database, taskId(at + 1))));
  return annotations.map((one) => one?.regions.map(({ labelId }) => names.get(labelId!)));
}

/** A project whose labels and pictures have these names, with a box of each label in its own picture. */
async function aNamedProject() {
  const world = await aProjectWith(PATHS, { labels: [] });
  const projects = makeProjects(world.ports);
  await projects.update(PROJECT, { labels: projects.newLabels(NAMES, []) });
  const annotations = makeAnnotations(world.ports);
  for (const [at, { id }] of (await labelsOf(world)).entries())
    await annotations.submit(await annotations.open(taskId(at + 1)), [aBox({ labelId: id })], SIZE);
  return world;
}

describe('names that every object has', () => {
  test.each(EXPORT_KINDS.filter((kind) => !kind.endsWith('images')))(
    'go out as %s and come in again',
    async (kind) => {
      const out = await aNamedProject();
      const { files, report } = await exported(out, { kind, firstNumber: 0 });
      expect(report.counts).toMatchObject({ images: 5, boxes: 5 });
      // A picture is found by its name: not every format has its folder.
      const back = await aProjectWith(PATHS, { labels: [] });
      const named = Object.fromEntries(
        [...files].map(([path, text]) => [
          path === 'out' ? `out.${/csv|tsv/.exec(kind)?.[0] ?? 'json'}` : path,
          text,
        ]),
      );
      const read = await imported(back, named);
      expect(read.counts, kind).toMatchObject({ matched: 5, annotations: 5 });
      expect((await labelsOf(back)).map(({ name }) => name).sort()).toEqual([...NAMES].sort());
      expect(await drawn(back)).toEqual(NAMES.map((name) => [name]));
    },
  );

  test('can be mapped to another label, or left out, by choice', async () => {
    const out = await aNamedProject();
    const { files } = await exported(out, { kind: 'coco' });
    const back = await aProjectWith(PATHS);
    const labels = new Map(
      NAMES.map((name, at) => [name as string, at === 0 ? null : asId<'label'>('label-2')]),
    );
    await imported(back, Object.fromEntries(files), { labels });
    expect((await labelsOf(back)).map(({ name }) => name)).toEqual(['polyp', 'ポリープ']);
    expect(await drawn(back)).toEqual([[], ...NAMES.slice(1).map(() => ['ポリープ'])]);
  });

  test('are keys of no meaning in files', async () => {
    const extra = Object.fromEntries(NAMES.map((name) => [name, 1]));
    const coco = {
      ...extra,
      images: [{ ...extra, id: '__proto__', file_name: 'constructor.jpg', ...SIZE }],
      categories: [{ ...extra, id: 'toString', name: 'valueOf' }],
      annotations: [{ ...extra, id: 1, image_id: '__proto__', category_id: 'toString', bbox: [1, 2, 3, 4] }],
    };
    const world = await aProjectWith(PATHS, { labels: [] });
    await imported(world, { 'a.json': JSON.stringify(coco) });
    expect((await drawn(world))[0]).toEqual(['valueOf']);

    const header = ['file', 'label', 'xmin', 'ymin', 'xmax', 'ymax', ...NAMES];
    const row = ['toString.jpg', '__proto__', 1, 2, 30, 40, ...NAMES];
    await imported(world, { 'a.csv': [header, row].map((cells) => cells.join()).join('\n') });
    expect((await drawn(world))[1]).toEqual(['__proto__']);

    const task = {
      ...extra,
      data: { ...extra, image: 'hasOwnProperty.jpg' },
      annotations: [
        {
          result: [
            {
              ...extra,
              id: '__proto__',
              type: 'rectanglelabels',
              original_width: 100,
              original_height: 80,
              value: { x: 1, y: 2, width: 3, height: 4, rotation: 0, rectanglelabels: ['constructor'] },
            },
          ],
        },
      ],
    };
    await imported(world, { 'one.json': JSON.stringify(task) });
    expect((await drawn(world))[2]).toEqual(['constructor']);

    const yaml = 'constructor: 1\n__proto__: 2\nnames:\n  0: toString\n  1: __proto__\n';
    await imported(world, { 'data.yaml': yaml, 'labels/valueOf.txt': '1 0.5 0.5 0.2 0.2\n' });
    expect((await drawn(world))[4]).toEqual(['__proto__']);
  });

  test.each(NAMES)('a tag or attribute called %s costs its own file at most', async (name) => {
    const xml = (extra: string) =>
      `<annotation><filename>constructor.jpg</filename><size><width>100</width><height>80</height></size><object><name>valueOf</name>${extra}<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>`;
    const world = await aProjectWith(PATHS, { labels: [] });
    const report = await imported(world, {
      'a.xml': xml(`<${name} ${name}="1">1</${name}>`).replace('constructor.jpg', 'toString.jpg'),
      'b.xml': xml(''),
    });
    expect((await drawn(world))[0]).toEqual(['valueOf']);
    if (report.skippedCount === 0) expect((await drawn(world))[1]).toEqual(['valueOf']);
    else expect(report.skipped).toMatchObject([{ path: 'a.xml', code: 'entry-unreadable' }]);
    const config = (tag: string) =>
      `<View><Image name="i"/>${tag}<RectangleLabels name="l" toName="i"><Label value="${name}"/></RectangleLabels></View>`;
    const outcome = await importing(world, { 'config.xml': config(`<${name} ${name}="1"/>`) });
    if (outcome.state !== 'done') expect(outcome).toMatchObject({ code: 'format-invalid' });
    await imported(world, { 'config.xml': config('') });
    expect((await labelsOf(world)).map((label) => label.name)).toContain(name);
  });

  test('are classes of a model, in its mapping, its predictions and its evaluation', async () => {
    const world = await aNamedProject();
    const labels = await labelsOf(world);
    const classNames = nameClasses({ classNames: NAMES, classCount: 5 }, labels);
    const labelOfClass = proposeLabels(classNames, labels);
    expect(labelOfClass).toEqual(labels.map(({ id }) => id));
    const model = { classNames, labelOfClass } as unknown as DetectorModel;
    for (const [classNumber] of NAMES.entries()) {
      const { x, y, width, height } = aBox();
      await world.database.predictions.put([
        {
          id: asId<'prediction'>(`p${classNumber}`),
          taskId: taskId(classNumber + 1),
          projectId: PROJECT,
          modelId: asId<'model'>('__proto__'),
          modelVersion: 1,
          regions: predictedRegions([{ x, y, width, height, classNumber, score: 0.9 }], model, SIZE),
          rejected: [],
          createdAt: epochMs(1),
        },
      ]);
    }
    const said = { projectId: PROJECT, modelId: asId<'model'>('__proto__'), modelVersion: 1 };
    const { scores, left } = await evaluate(world.database, said, world.context);
    expect(scores).toHaveLength(5);
    expect(left).toMatchObject({ boxesWithoutLabel: 0, boxesOfOtherClasses: 0 });
  });

  test('stand as they are in words', () => {
    for (const name of NAMES) expect(placeText('ja', `category ${name}`)).toBe(`カテゴリー ${name}`);
  });
});
