import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { foundClasses, nameClasses, proposeLabels, renamed } from '$lib/domain/class-mapping';
import { knownClasses } from '$lib/domain/known-classes';
import type { PredictedRegion } from '$lib/domain/prediction';
import { aLabel } from '../../fixtures/builders';
import { asId } from '$lib/domain/ids';
import { hasShared, shared } from '../../fixtures/shared';

const label = (name: string) => aLabel({ id: asId<'label'>(`label-${name}`), name });
const LABELS = ['person', 'bus', 'cat'].map(label);

describe('names of classes', () => {
  test('the model’s own come first', () => {
    expect(nameClasses({ classNames: ['dog'], classCount: 1 }, LABELS)).toEqual(['dog']);
  });
  test('as many labels as classes are taken in their order', () => {
    expect(nameClasses({ classNames: null, classCount: 3 }, LABELS)).toEqual(['person', 'bus', 'cat']);
  });
  test('another number of classes goes by number', () => {
    expect(nameClasses({ classNames: null, classCount: 2 }, LABELS)).toEqual(['0', '1']);
  });
  test('where nothing is known no label is claimed to be a class', () => {
    expect(nameClasses({ classNames: null, classCount: null }, LABELS)).toEqual([]);
    expect(nameClasses({ classNames: null, classCount: null }, [])).toEqual([]);
  });
  test('a project’s one label is taken for one class', () => {
    const names = nameClasses({ classNames: null, classCount: null }, [label('polyp')]);
    expect(names).toEqual(['polyp']);
    expect(proposeLabels(names, [label('polyp')])).toEqual(['label-polyp']);
  });
});

const region = (classNumber: number, score: number): PredictedRegion => ({
  x: 1,
  y: 2,
  width: 3,
  height: 4,
  classNumber,
  className: String(classNumber),
  labelId: null,
  score,
});

describe('what was found of each class', () => {
  test('by falling count, with the surest boxes as examples', () => {
    const found = foundClasses([
      region(7, 0.2),
      region(3, 0.5),
      ...[0.4, 0.9, 0.1, 0.6].map((at) => region(5, at)),
    ]);
    expect(found.map(({ classNumber, count }) => [classNumber, count])).toEqual([
      [5, 4],
      [3, 1],
      [7, 1],
    ]);
    expect(found[0]!.best.map(({ score }) => score)).toEqual([0.9, 0.6, 0.4]);
  });
  test('takes the names and labels that classes have now; a class without a name goes by its number', () => {
    const [one, two] = renamed([region(0, 0.5), region(2, 0.5)], {
      classNames: ['dog'],
      labelOfClass: [asId<'label'>('label-dog')],
    });
    expect([one!.className, one!.labelId, two!.className, two!.labelId]).toEqual([
      'dog',
      'label-dog',
      '2',
      null,
    ]);
  });
});

describe('lists of names that are offered', () => {
  const offered = (classCount: number | null, seen = 0) =>
    knownClasses(classCount, seen).map(({ name, names }) => [name, names.length]);
  test.each<[number | null, number, ReturnType<typeof offered>]>([
    [80, 0, [['COCO (80)', 80]]],
    [91, 0, [['COCO (0–90)', 91]]],
    [
      90,
      0,
      [
        ['COCO (1–90)', 90],
        ['COCO (0–90)', 91],
      ],
    ],
    [20, 0, [['PASCAL VOC (20)', 20]]],
    [3, 0, []],
    [
      null,
      85,
      [
        ['COCO (1–90)', 90],
        ['COCO (0–90)', 91],
      ],
    ],
  ])('%s classes, %i seen', (classCount, seen, lists) => expect(offered(classCount, seen)).toEqual(lists));
  test('COCO’s own numbers leave gaps', () => {
    const [, byNumber] = knownClasses(null, 0);
    expect([0, 10, 11, 12, 16, 89].map((at) => byNumber!.names[at])).toEqual([
      'person',
      'fire hydrant',
      '12',
      'stop sign',
      'cat',
      'toothbrush',
    ]);
    expect(byNumber!.names[81]).toBe('refrigerator');
    expect(knownClasses(91, 0)[0]!.names[17]).toBe('cat');
  });
  test.skipIf(!hasShared)('those of COCO are the reference’s', () => {
    const path = shared('models/coco80_labels.json');
    const told = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    const names = Array.isArray(told) ? told : Object.values(told as object);
    expect(knownClasses(80, 0)[0]!.names).toEqual(names);
  });
});
