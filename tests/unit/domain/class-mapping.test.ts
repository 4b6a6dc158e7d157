import { describe, expect, test } from 'vitest';
import { nameClasses, proposeLabels } from '$lib/domain/class-mapping';
import { aLabel } from '../../fixtures/builders';
import { asId } from '$lib/domain/ids';

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
