import { formatScore } from '$lib/domain/score';
import { drawSuggestions } from '$lib/editor/screen/suggestions';
import { regionRows } from '$lib/features/annotate/region-rows';
import { en } from '$lib/ui/i18n/en';
import { ja } from '$lib/ui/i18n/ja';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { asId } from '$lib/domain/ids';
import { aBox } from '../../fixtures/builders';

describe('a score as it is shown', () => {
  test.each([
    [0, '0 %'],
    [0.004, '0 %'],
    [0.876, '88 %'],
    [1, '100 %'],
    // The largest score of a network in 32-bit numbers.
    [1.0000001, '100 %'],
    [7, '7'],
    [-3, '-3'],
    [-0.25, '-0.25'],
    [87.5, '87.5'],
    [1.5, '1.5'],
    [1234567.891234, '1234567.8912'],
    [-0.00002, '-0.00002'],
  ])('%d is a share only between 0 and 1', (score, shown) => {
    expect(formatScore(score)).toBe(shown);
  });

  test.each([
    [0.876, 2, '0.88'],
    [1, 3, '1.000'],
    [7, 3, '7'],
    [-3, 2, '-3'],
    [12.3456, 2, '12.3456'],
  ])('%d with %i digits in a table', (score, digits, shown) => {
    expect(formatScore(score, digits)).toBe(shown);
  });
});

test('a suggestion is drawn and told with its score itself where that is no share', () => {
  const drawn: string[] = [];
  const nothing = () => undefined;
  const canvas = new Proxy(
    { fillText: (text: string) => drawn.push(text), measureText: () => ({ width: 30 }) },
    { get: (target, key): unknown => Reflect.get(target, key) ?? nothing, set: () => true },
  ) as unknown as CanvasRenderingContext2D;
  const scored = [7, -3, 0.5].map((score, at) => aBox({ id: asId<'region'>(`region ${at}`), score }));
  const size = { width: 400, height: 300 };
  const view = { scale: 1, left: 0, top: 0, turns: 0 as const };
  drawSuggestions(canvas, new Map([['#0072b2', scored]]), view, size, false);
  expect(drawn).toEqual(['7', '-3', '50 %']);
  expect(en.models.suggestion('polyp', 7)).toBe('Suggestion: polyp, 7');
  expect(ja.models.suggestion('polyp', -3)).toBe('提案：polyp、-3');
  expect(en.flow.scored(7)).toBe('score 7');
  expect(ja.flow.scored(0.5)).toBe('スコア 50 %');
});

test('regions without a score come after every one that has one, however high', () => {
  const scored = [null, 7, -3, 0.5].map((score, at) => aBox({ id: asId<'region'>(`region ${at}`), score }));
  const choice = { order: 'score', isDescending: false, isGrouped: false, filter: 'all' } as const;
  const rows = regionRows(scored, choice, [], []);
  expect(rows.map((row) => row.kind === 'region' && row.region.score)).toEqual([-3, 0.5, 7, null]);
});

test('no screen turns a score into text by itself', () => {
  const files = readdirSync('src/lib', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(svelte|ts)$/.test(file),
  );
  const found = files.filter((file) => {
    const text = readFileSync(path.join('src/lib', file), 'utf8');
    return /score\b[^\n,]{0,20}(\* 100\b|\.toFixed\()/i.test(text);
  });
  expect(found).toEqual([path.join('domain', 'score.ts')]);
});
