import { asId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import {
  idsIn,
  movedByHand,
  PLAIN_LIST,
  rangeBetween,
  regionRows,
  type ListChoice,
} from '$lib/features/annotate/region-rows';
import { PLAIN_VIEW, readView, writeView } from '$lib/features/annotate/view-options';
import { describe, expect, test } from 'vitest';
import { aBox, aLabel } from '../../fixtures/builders';

const POLYP = asId<'label'>('polyp');
const FOLD = asId<'label'>('fold');
const LABELS = [aLabel({ id: FOLD, name: 'fold' }), aLabel({ id: POLYP, name: 'polyp' })];
const box = (id: string, overrides: Partial<Region>) => aBox({ id: asId<'region'>(id), ...overrides });
const REGIONS = [
  box('a', { labelId: POLYP, width: 10, height: 10, score: 0.9 }),
  box('b', { labelId: null, width: 5, height: 5 }),
  box('c', { labelId: FOLD, width: 20, height: 20, score: 0.4 }),
  box('d', { labelId: POLYP, width: 5, height: 5, score: 0.4 }),
];
const BY_HAND = [asId<'region'>('d'), asId<'region'>('b')];
const rows = (choice: Partial<ListChoice>) =>
  regionRows(REGIONS, { ...PLAIN_LIST, ...choice }, LABELS, BY_HAND);
const order = (choice: Partial<ListChoice>) => idsIn(rows(choice)).join('');

describe('the list of regions', () => {
  test.each([
    ['time', 'abcd', 'dcba'],
    ['hand', 'dbac', 'cabd'],
    ['label', 'cadb', 'bdac'],
    ['score', 'cdab', 'badc'],
    ['size', 'bdac', 'cadb'],
  ] as const)('by %s', (by, rising, falling) => {
    expect(order({ order: by })).toBe(rising);
    expect(order({ order: by, isDescending: true })).toBe(falling);
  });

  test('in groups has a line for every label that is there, in the project’s order, and keeps the order inside', () => {
    const lines = rows({ order: 'size', isGrouped: true }).map((row) =>
      row.kind === 'group' ? `${row.labelId ?? 'none'} ${row.count}` : row.region.id,
    );
    expect(lines).toEqual(['fold 1', 'c', 'polyp 2', 'd', 'a', 'none 1', 'b']);
  });

  test('shows one label, or what has none; numbers stay those of the whole list', () => {
    expect(rows({ filter: POLYP }).map((row) => row.kind === 'region' && row.number)).toEqual([1, 4]);
    expect(order({ filter: 'none' })).toBe('b');
    expect(order({ filter: asId<'label'>('gone') })).toBe('');
  });

  test('gives a Shift click what is listed between, whichever way', () => {
    const listed = rows({ order: 'size' });
    const [b, a] = [asId<'region'>('b'), asId<'region'>('a')];
    expect(rangeBetween(listed, b, a).join('')).toBe('bda');
    expect(rangeBetween(listed, a, b).join('')).toBe('bda');
    expect(rangeBetween(listed, null, a)).toEqual([a]);
    expect(rangeBetween(rows({ filter: POLYP }), b, a)).toEqual([a]);
  });

  test.each([
    ['b', 1, 'acbd'],
    ['b', -1, 'bacd'],
    ['d', 1, 'abcd'],
    ['a', -1, 'abcd'],
    ['a', 9, 'bcda'],
  ])('lets %s be moved by %d by hand', (id, by, expected) => {
    expect(movedByHand(idsIn(rows({})), asId<'region'>(id), by).join('')).toBe(expected);
  });

  test('of 10,000 regions is ordered in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => box(`${at}`, { width: (at * 7919) % 500 }));
    const start = performance.now();
    const listed = idsIn(regionRows(many, { ...PLAIN_LIST, order: 'size' }, LABELS, []));
    expect(listed).toHaveLength(10_000);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('the view of a project', () => {
  test('comes back as it was kept', () => {
    const view = { ...PLAIN_VIEW, brightness: 1.4, isInverted: true, keepsArmed: false };
    expect(readView(writeView(view))).toEqual(view);
  });
  test.each([null, '', '[1]', 'null', '{"brightness": 99, "contrast": "a", "isSmooth": 0}'])(
    'is plain where what was kept is %s',
    (kept) => {
      expect(readView(kept)).toEqual(PLAIN_VIEW);
    },
  );
});
