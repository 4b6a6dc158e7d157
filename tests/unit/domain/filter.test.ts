import type { AppError } from '$lib/domain/errors';
import {
  type TaskFacts,
  compare,
  comparer,
  matcher,
  matches,
  NO_FILTER,
  type Condition,
  type TaskFilter,
  type TaskOrder,
} from '$lib/domain/filter';
import { asId, epochMs } from '$lib/domain/ids';
import { expect, test } from 'vitest';
import { aTask } from '../../fixtures/builders';

const only = (condition: Condition): TaskFilter => ({ ...NO_FILTER, conditions: [condition] });
const polyp = asId<'label'>('label-1');

const someFacts = (overrides: Partial<TaskFacts> = {}): TaskFacts => ({
  ...aTask(),
  annotator: null,
  ...overrides,
});

test.each<[string, Partial<TaskFacts>, Condition, boolean]>([
  ['a part of a name', { path: 'a/Bild.JPG' }, { field: 'path', operator: 'contains', value: 'bild' }, true],
  ['no such part', { path: 'a.jpg' }, { field: 'path', operator: 'not-contains', value: 'b' }, true],
  ['a whole name', { path: 'A.jpg' }, { field: 'path', operator: 'equals', value: 'a.JPG' }, true],
  [
    'a pattern',
    { path: 'x12.png' },
    { field: 'path', operator: 'regex', value: String.raw`\d+\.PNG$` },
    true,
  ],
  ['composed letters', { path: 'か\u3099' }, { field: 'path', operator: 'contains', value: 'が' }, true],
  ['nobody', { annotator: null }, { field: 'annotator', operator: 'empty', value: '' }, true],
  ['somebody', { annotator: 'Yuki' }, { field: 'annotator', operator: 'not-empty', value: '' }, true],
  ['a number', { regionCount: 3 }, { field: 'regionCount', operator: 'equals', value: 3, to: 0 }, true],
  ['less', { regionCount: 3 }, { field: 'regionCount', operator: 'less', value: 3, to: 0 }, false],
  ['more', { regionCount: 3 }, { field: 'regionCount', operator: 'greater', value: 2, to: 0 }, true],
  [
    'both ends of a range',
    { predictionScore: 0.5 },
    { field: 'predictionScore', operator: 'between', value: 0.5, to: 0.5 },
    true,
  ],
  [
    'no score in a range',
    { predictionScore: null },
    { field: 'predictionScore', operator: 'between', value: 0, to: 1 },
    false,
  ],
  ['no score', {}, { field: 'predictionScore', operator: 'empty', value: 0, to: 0 }, true],
  ['no score less', {}, { field: 'predictionScore', operator: 'less', value: 1, to: 0 }, false],
  [
    'a day',
    { annotatedAt: epochMs(86_400_000 + 5) },
    { field: 'annotatedAt', operator: 'equals', value: 86_400_000, to: 0 },
    true,
  ],
  [
    'a width',
    { size: { width: 5, height: 6 } },
    { field: 'width', operator: 'equals', value: 5, to: 0 },
    true,
  ],
  ['a state', { progress: 'draft' }, { field: 'progress', operator: 'is-not', value: 'draft' }, false],
  ['a label', { labelIds: [polyp] }, { field: 'label', operator: 'has', value: polyp }, true],
  ['a missing file', { isMissing: true }, { field: 'file', operator: 'is', value: 'missing' }, true],
  [
    'a broken one',
    { problem: 'picture-empty' },
    { field: 'file', operator: 'is', value: 'unreadable' },
    true,
  ],
])('%s', (_, task, condition, expected) => {
  expect(matches(someFacts(task), only(condition))).toBe(expected);
});

test('conditions are joined by all or any; the words of a search must all be there', () => {
  const [yes, no]: readonly Condition[] = [
    { field: 'path', operator: 'contains', value: 'a' },
    { field: 'path', operator: 'contains', value: 'z' },
  ];
  const task = someFacts({ path: 'north/a 1.jpg' });
  expect(matches(task, { join: 'all', conditions: [yes!, no!], search: '' })).toBe(false);
  expect(matches(task, { join: 'any', conditions: [no!, yes!], search: '' })).toBe(true);
  expect(matches(task, { ...NO_FILTER, search: ' 1.JPG  north ' })).toBe(true);
  expect(matches(task, { ...NO_FILTER, search: 'north south' })).toBe(false);
});

test('a pattern that is none is told', () => {
  expect(() => matcher(only({ field: 'path', operator: 'regex', value: '(' }))).toThrow(
    expect.objectContaining({ code: 'pattern-invalid' }) as AppError,
  );
});

test('what has no value comes last in both directions; equals go by number', () => {
  const tasks = [null, 0.9, 0.1, 0.1].map((predictionScore, at) =>
    someFacts({ number: at + 1, predictionScore }),
  );
  const order = (direction: TaskOrder['direction']) =>
    tasks.toSorted(comparer({ field: 'predictionScore', direction })).map((task) => task.number);
  expect(order('ascending')).toEqual([3, 4, 2, 1]);
  expect(order('descending')).toEqual([2, 3, 4, 1]);
});

test('picture 2 comes before picture 10', () => {
  const order: TaskOrder = { field: 'path', direction: 'ascending' };
  expect(compare(someFacts({ path: 'p2.jpg' }), someFacts({ path: 'p10.jpg' }), order)).toBeLessThan(0);
});
