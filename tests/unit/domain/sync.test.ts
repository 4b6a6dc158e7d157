import { asId, epochMs } from '$lib/domain/ids';
import {
  isDoubtful,
  isForeign,
  needsReview,
  pairByPath,
  planSync,
  type FoundFile,
  type KnownFile,
  type SyncPlan,
} from '$lib/domain/sync';
import type { FileState } from '$lib/domain/task';
import { describe, expect, test } from 'vitest';

const state = (hash: string, at = 1): FileState => ({ bytes: hash.length, modifiedAt: epochMs(at), hash });
/** A task at a path; its id is the content it had, so that a plan reads like a story. */
const task = (path: string, content: string, isMissing = false): KnownFile => ({
  ids: [asId<'task'>(content)],
  path,
  isMissing,
  file: state(content),
});
type Disk = Readonly<Record<string, readonly [content: string, at: number]>>;

/** Compares tasks with a folder given as path -> content and time. */
function compare(known: readonly KnownFile[], disk: Disk): SyncPlan {
  const found: readonly FoundFile[] = Object.entries(disk).map(([path, [content, at]]) => ({
    path,
    bytes: content.length,
    modifiedAt: epochMs(at),
  }));
  const contents = new Map(Object.entries(disk).map(([path, [content, at]]) => [path, state(content, at)]));
  return planSync(pairByPath(known, found), contents, 0);
}
/** Answers only what would be done, of what is not empty. */
function plan(known: readonly KnownFile[], disk: Disk): Partial<Record<keyof SyncPlan, unknown>> {
  const { samePlace: _, ...made } = compare(known, disk);
  return Object.fromEntries(
    Object.entries(made).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== 0)),
  );
}
const move = (content: string, from: string, to: string, at = 1) => ({
  ids: [content],
  from,
  to,
  file: state(content, at),
});

describe('a sync', () => {
  test('tells a folder of which nothing is known from one in which much happened', () => {
    const known = [task('1', 'AA'), task('2', 'BB')];
    expect(isForeign(compare(known, { 1: ['XX', 2], 3: ['YY', 1] }))).toBe(true);
    expect(isForeign(compare(known, {}))).toBe(true);
    expect(isForeign(compare(known, { 1: ['XX', 2], 'sub/3': ['BB', 1] }))).toBe(false);
    expect(compare(known, { 1: ['AA', 1], 2: ['XX', 2] })).toMatchObject({ samePlace: 1 });
    expect(isForeign(compare([], { 1: ['XX', 1] }))).toBe(false);
  });

  test('finds nothing where nothing happened', () => {
    expect(plan([task('a', 'AA')], { a: ['AA', 1] })).toEqual({});
  });

  test('tells new, changed and missing apart', () => {
    const found = plan([task('a', 'AA'), task('b', 'BB')], { a: ['XY', 2], c: ['CCC', 1] });
    expect(found).toEqual({
      added: ['c'],
      changed: [{ ids: ['AA'], path: 'a' }],
      missing: [{ ids: ['BB'], path: 'b' }],
    });
  });

  test('takes another time with the same content for no change', () => {
    expect(plan([task('a', 'AA')], { a: ['AA', 9] })).toEqual({
      touched: [{ ids: ['AA'], file: state('AA', 9) }],
    });
  });

  test('finds a file under another name, in another folder, and not one that is only a copy', () => {
    expect(plan([task('a', 'AA')], { 'sub/z': ['AA', 1] })).toEqual({ moved: [move('AA', 'a', 'sub/z')] });
    expect(plan([task('a', 'AA')], { a: ['AA', 1], copy: ['AA', 1] })).toEqual({ added: ['copy'] });
  });

  test('follows files that changed places', () => {
    const known = [task('1', 'AA'), task('2', 'BB')];
    expect(plan(known, { '1': ['BB', 2], '2': ['AA', 2] })).toEqual({
      moved: [move('AA', '1', '2', 2), move('BB', '2', '1', 2)],
    });
  });

  test('knows a file that took the place of another, which is missing then', () => {
    expect(plan([task('a', 'AA'), task('b', 'BB')], { a: ['BB', 2] })).toEqual({
      moved: [move('BB', 'b', 'a', 2)],
      missing: [{ ids: ['AA'], path: 'a' }],
    });
  });

  test('makes a new task of what took the place of a file that moved', () => {
    expect(plan([task('a', 'AA')], { a: ['NEW', 2], b: ['AA', 1] })).toEqual({
      moved: [move('AA', 'a', 'b')],
      added: ['a'],
    });
  });

  test('restores what is back, as itself or elsewhere, and says so of other content', () => {
    const gone = task('a', 'AA', true);
    expect(plan([gone], { a: ['AA', 1] })).toEqual({ restored: [{ ids: ['AA'], path: 'a' }] });
    expect(plan([gone], { b: ['AA', 1] })).toEqual({ moved: [move('AA', 'a', 'b')] });
    expect(plan([gone], { a: ['ZZ', 2] })).toEqual({ changed: [{ ids: ['AA'], path: 'a' }] });
    expect(plan([gone], {})).toEqual({});
  });

  test('gives one of several equal files to the task of the same name', () => {
    const known = [task('x/a', 'AA'), task('x/b', 'AA')];
    const found = plan(known, { 'y/b': ['AA', 1], 'y/a': ['AA', 1] });
    expect(found.moved).toMatchObject([{ to: 'y/a' }, { to: 'y/b' }]);
  });

  test('keeps names apart that differ only in their Unicode form, and knows one that was spelt otherwise', () => {
    const [composed, apart] = ['が.jpg', 'か\u3099.jpg'];
    const twins = [task(composed, 'AA'), task(apart, 'BB')];
    expect(plan(twins, { [apart]: ['BB', 1], [composed]: ['AA', 1] })).toEqual({});
    expect(plan([task(composed, 'AA')], { [apart]: ['AA', 1] })).toEqual({
      respelt: [{ ids: ['AA'], from: composed, to: apart, file: null }],
    });
  });

  test('does not mistake a file that nobody looked into for a changed one', () => {
    const unseen = { ...task('a', 'AA'), file: null };
    const [pair] = pairByPath([unseen], [{ path: 'a', bytes: 9, modifiedAt: epochMs(9) }]).pairs;
    expect(isDoubtful(pair!)).toBe(false);
    expect(plan([unseen], { a: ['ZZZ', 9] })).toEqual({});
  });

  test('asks a person about everything but new, respelt and touched files', () => {
    const nothing = planSync(pairByPath([], []), new Map(), 3);
    expect(needsReview({ ...nothing, added: ['a'] })).toBe(false);
    expect(needsReview({ ...nothing, missing: [{ ids: [], path: 'a' }] })).toBe(true);
    expect(needsReview({ ...nothing, restored: [{ ids: [], path: 'a' }] })).toBe(true);
  });
});
