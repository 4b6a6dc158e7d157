import {
  BACKED_UP_TABLES,
  keyOf,
  LABEL_HOLDERS,
  ownersFirst,
  TABLE_NAMES,
  TABLES,
  TABLES_OF_REFERENCE,
  tablesOfHolder,
  type TableFacts,
} from '$lib/domain/tables';
import { ROW_SHAPES } from '$lib/domain/row-shapes';
import { connect } from '$lib/platform/database/connection';
import { expect, test } from 'vitest';
import { aPrediction } from '../../fixtures/builders';

const facts = (name: keyof typeof TABLES): TableFacts => TABLES[name];
const db = connect('catalogue');

test('every table of the database has its row, with its primary key', () => {
  const stored = Object.fromEntries(
    db.tables.map(({ name, schema }) => [name, [schema.primKey.keyPath].flat()]),
  );
  expect(Object.fromEntries(TABLE_NAMES.map((name) => [name, facts(name).key]))).toEqual(stored);
});

test.each(TABLE_NAMES)('%s: its rows are found by what the catalogue says of them', (name) => {
  const { primKey, indexes } = db.table(name).schema;
  const first = [primKey, ...indexes].map(({ keyPath }) => [keyPath].flat()[0]);
  const { owner, namesProject } = facts(name);
  if (namesProject) expect(first).toContain('projectId');
  if (owner === 'task') expect(first).toContain('taskId');
  if (owner === 'source') expect(first).toContain('sourceId');
});

test('every table that a backup carries has a shape, and whatever holds labels is told', () => {
  expect(Object.keys(ROW_SHAPES).sort()).toEqual([...BACKED_UP_TABLES].sort());
  const holding = TABLE_NAMES.filter((name) => facts(name).labels !== null);
  expect(LABEL_HOLDERS.flatMap(tablesOfHolder).toSorted()).toEqual(holding.toSorted());
});

test('owners come before what belongs to them', () => {
  const order = ownersFirst(TABLE_NAMES);
  const isBefore = (owner: string, name: string) =>
    order.indexOf(owner as (typeof order)[number]) < order.indexOf(name as (typeof order)[number]);
  for (const name of TABLE_NAMES) {
    const { owner } = facts(name);
    if (owner === 'project') expect(isBefore('projects', name), name).toBe(true);
    if (owner === 'source') expect(isBefore('sources', name), name).toBe(true);
    if (owner === 'task') expect(isBefore('tasks', name), name).toBe(true);
  }
  // A draft before its journal: one that is left out takes its journal along.
  expect(isBefore('drafts', 'draftEntries')).toBe(true);
  expect(isBefore('sources', 'tasks')).toBe(true);
});

test('a backup carries whatever its tasks refer to', () => {
  expect([...TABLES_OF_REFERENCE].sort()).toEqual(['models', 'projects', 'sources']);
  for (const name of TABLES_OF_REFERENCE) expect(BACKED_UP_TABLES).toContain(name);
});

test('a key has as many parts as the catalogue names', () => {
  expect(keyOf('predictions', aPrediction())).toBe(aPrediction().id);
  expect(keyOf('draftEntries', { taskId: 't', profileId: 'p', sequence: 4 } as never)).toEqual(['t', 'p', 4]);
});
