import type { AppError } from '$lib/domain/errors';
import { asId } from '$lib/domain/ids';
import { migrate, MIGRATIONS, SCHEMA_VERSION } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import {
  checkProject,
  classNumbers,
  makeLabel,
  makeLabels,
  namesIn,
  repeatedName,
  withNames,
  type Label,
} from '$lib/domain/project';
import { endingOf, isSystemFile, isPicturePath } from '$lib/domain/source';
import { isOpen, summarize } from '$lib/domain/task';
import { expect, test } from 'vitest';
import { aBox, aLabel, anAnnotation, aProject } from '../../fixtures/builders';

const labels = (...numbers: readonly (number | null)[]): readonly Label[] =>
  numbers.map((classNumber, at) => aLabel({ id: asId<'label'>(`l${at}`), name: `n${at}`, classNumber }));

test.each([
  [1, [null, null, null], [1, 2, 3]],
  [0, [null, null], [0, 1]],
  [1, [null, 1, null], [2, 1, 3]],
  [1, [7, null, 2, null], [7, 1, 2, 3]],
])('class numbers from %d honour explicit ones and fill the gaps in order', (first, given, expected) => {
  expect([...classNumbers(labels(...given), first).values()]).toEqual(expected);
});

test('names are one a line, without blanks around them', () => {
  expect(namesIn(' polyp \r\n\n  fold\n')).toEqual(['polyp', 'fold']);
});

test('typed names become labels behind those that are there; none stands twice', () => {
  const make = (names: readonly string[], others: readonly Label[]) =>
    makeLabels(names, others, () => asId<'label'>('l'));
  const [polyp] = withNames([], 'polyp', make);
  expect(withNames([polyp!], ' fold \n\ntool', make).map(({ name, hotkey }) => [name, hotkey])).toEqual([
    ['polyp', '1'],
    ['fold', '2'],
    ['tool', '3'],
  ]);
  expect(withNames([polyp!], '  \n', make)).toEqual([polyp]);
  expect(() => withNames([polyp!], 'fold\npolyp', make)).toThrow(/label-name-taken/);
});

test('a name that differs only in its Unicode form stands twice', () => {
  expect(repeatedName(['か\u3099'], ['が'])).toBe('か\u3099');
  expect(repeatedName(['a', 'b'], ['c'])).toBeNull();
});

test.each([
  ['project-name-empty', aProject({ name: '  ' })],
  ['label-name-taken', aProject({ labels: [aLabel(), aLabel({ id: asId<'label'>('x') })] })],
])('a project with %s is refused', (code, project) => {
  expect(() => checkProject(project)).toThrow(expect.objectContaining({ code }) as AppError);
});

test('new labels differ in colour and key', () => {
  const made = Array.from({ length: 9 }).reduce<readonly Label[]>(
    (others, _, at) => [...others, makeLabel(asId<'label'>(`${at}`), `n${at}`, others)],
    [],
  );
  expect(new Set(made.map((label) => label.color)).size).toBe(9);
  expect(made.map((label) => label.hotkey)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('endings count whatever their case; litter never does', () => {
  expect(isPicturePath('a/B.JPG')).toBe(true);
  expect(isPicturePath('a.jpg/readme.txt')).toBe(false);
  expect(endingOf('.hidden')).toBe('');
  expect(['._a.jpg', '.DS_Store', 'Thumbs.db'].every(isSystemFile)).toBe(true);
});

test.each([
  ['unlabelled', null, null],
  ['submitted', anAnnotation(), null],
  ['skipped', anAnnotation({ isSkipped: true }), null],
  ['draft', anAnnotation(), [aBox()]],
  ['draft', null, []],
] as const)('a task is %s by what there is of it', (progress, annotation, draft) => {
  const summary = summarize(annotation, draft);
  expect(summary.progress).toBe(progress);
  expect(summary.regionCount).toBe(draft?.length ?? 0);
  expect(isOpen(summary)).toBe(progress === 'unlabelled' || progress === 'draft');
});

/** Each migration has its case here; there is none without one. */
const OLD_BOX = { kind: 'box', id: 'r', labelId: null, origin: 'manual', x: 1, y: 2, width: 3, height: 4 };
const BOX_OF_2 = { ...OLD_BOX, rotation: 0, score: null, note: '', isLocked: false };
const CASES: Readonly<Record<number, readonly { table: string; before: Row; after: Row }[]>> = {
  2: [
    {
      table: 'annotations',
      before: { taskId: 't', regions: [OLD_BOX] },
      after: { taskId: 't', annotator: '', regions: [BOX_OF_2] },
    },
    { table: 'drafts', before: { regions: [OLD_BOX] }, after: { regions: [BOX_OF_2] } },
    {
      table: 'draftEntries',
      before: { change: { before: new Map(), after: new Map([['r', OLD_BOX]]) } },
      after: { change: { before: new Map(), after: new Map([['r', BOX_OF_2]]) } },
    },
    {
      table: 'tasks',
      before: { id: 't' },
      after: { id: 't', annotator: null, predictionCount: 0, predictionScore: null },
    },
  ],
  3: [
    {
      table: 'draftEntries',
      before: { taskId: 't', sequence: 1 },
      after: { taskId: 't', sequence: 1, step: 'do' },
    },
    { table: 'tasks', before: { id: 't' }, after: { id: 't', labelCounts: [] } },
  ],
  4: [{ table: 'predictions', before: { id: 'p' }, after: { id: 'p' } }],
  5: [
    { table: 'tasks', before: { id: 't' }, after: { id: 't', page: 1, file: null } },
    { table: 'sources', before: { lastSync: null }, after: { lastSync: null } },
    {
      table: 'sources',
      before: { lastSync: { tasks: 3, missing: 1 } },
      after: { lastSync: { changed: 0, moved: 0, leftOut: 0, tasks: 3, missing: 1 } },
    },
    { table: 'thumbnails', before: { taskId: 't' }, after: { taskId: 't', madeAt: 0 } },
  ],
  6: [{ table: 'predictions', before: { id: 'p' }, after: { id: 'p', rejected: [] } }],
  7: [
    {
      table: 'trash',
      before: { actionId: 'a', sequence: 1, projectId: 'p', action: 'delete-tasks', tasks: [{}] },
      after: { actionId: 'a', sequence: 1, projectId: 'p', things: [] },
    },
  ],
  8: [
    {
      table: 'tombstones',
      before: { id: 't', table: 'tasks', projectId: 'p', deletedAt: 1 },
      after: { id: 't', table: 'tasks', projectId: 'p', taskIds: ['t'], deletedAt: 1 },
    },
  ],
  9: [{ table: 'annotations', before: { taskId: 't' }, after: { taskId: 't' } }],
  10: [
    {
      table: 'annotations',
      before: { taskId: 't', annotator: '花子' },
      after: { taskId: 't', profileId: 'name:', annotator: 'name:花子', choices: new Map() },
    },
    {
      table: 'otherAnnotations',
      before: { taskId: 't', annotator: '花子' },
      after: { taskId: 't', profileId: 'name:花子', annotator: 'name:花子', choices: new Map() },
    },
    {
      table: 'otherAnnotations',
      before: { taskId: 't', annotator: '' },
      after: { taskId: 't', profileId: 'name: ', annotator: 'name:', choices: new Map() },
    },
    {
      table: 'drafts',
      before: { taskId: 't' },
      after: { taskId: 't', profileId: 'name:', choices: new Map() },
    },
    {
      table: 'draftEntries',
      before: { taskId: 't', change: { before: new Map(), after: new Map([['r', BOX_OF_2]]) } },
      after: {
        taskId: 't',
        profileId: 'name:',
        change: {
          regions: { before: new Map(), after: new Map([['r', BOX_OF_2]]) },
          choices: { before: new Map(), after: new Map() },
        },
      },
    },
    {
      table: 'versions',
      before: { taskId: 't', annotator: '' },
      after: { taskId: 't', profileId: 'name:', annotator: 'name:', choices: new Map() },
    },
    { table: 'work', before: { taskId: 't' }, after: { taskId: 't', profileId: 'name:' } },
    {
      table: 'tasks',
      before: { id: 't', annotator: '' },
      after: { id: 't', annotator: 'name:', reference: 'name:' },
    },
    {
      table: 'tasks',
      before: { id: 't', annotator: null },
      after: { id: 't', annotator: null, reference: null },
    },
    {
      table: 'models',
      before: { settings: { deviation: [1, 1, 1], overlapThreshold: 0.5, padding: 0 } },
      after: { settings: { std: [1, 1, 1], iouThreshold: 0.5, padding: 0 } },
    },
    {
      table: 'trash',
      before: {
        things: [
          {
            taskId: 't',
            rows: [
              {
                table: 'otherAnnotations',
                key: ['t', 'yuki'],
                before: { taskId: 't', annotator: 'yuki' },
                after: null,
              },
              { table: 'versions', key: ['t', 3], before: null, after: 'x' },
            ],
          },
        ],
      },
      after: {
        things: [
          {
            taskId: 't',
            rows: [
              {
                table: 'annotations',
                key: ['t', 'name:yuki'],
                before: { taskId: 't', profileId: 'name:yuki', annotator: 'name:yuki', choices: new Map() },
                after: null,
              },
              { table: 'versions', key: ['t', 'name:', 3], before: null, after: 'x' },
            ],
          },
        ],
      },
    },
  ],
};

test('every migration has a case, and does what it says', () => {
  for (const { to } of MIGRATIONS) {
    for (const { table, before, after } of CASES[to] ?? expect.unreachable(`migration ${to} has no case`))
      expect(migrate(table, before, to - 1, to)).toEqual(after);
  }
  expect(migrate('tasks', { id: 'a' }, SCHEMA_VERSION)).toEqual({ id: 'a' });
});
