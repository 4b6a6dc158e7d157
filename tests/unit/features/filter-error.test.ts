import { AppError } from '$lib/domain/errors';
import { FilterError } from '$lib/features/projects/filter-error.svelte';
import type { Ports } from '$lib/services/ports/ports';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, expect, test } from 'vitest';
import { aWorld } from '../../fixtures/world';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';

/** A checker that finds an open bracket, as the worker's parser does. */
const patterns: Ports['patterns'] = {
  check(pattern) {
    const index = pattern.indexOf('(');
    return Promise.resolve(index < 0 ? null : { index, reason: 'Unterminated group' });
  },
  matching: (_, paths) => Promise.resolve(paths),
};

let steps: number;
beforeEach(() => {
  steps = 0;
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
  };
});

function aFilterError(ports: Partial<Ports> = { patterns }) {
  const error = new FilterError(screenServices(aWorld(), ports));
  const { seen } = onScreen(() => error.text);
  return { error, seen };
}
const step = () => Promise.resolve(void (steps += 1));
const failing = (error: Error) => () => Promise.reject(error);

test('a valid pattern, and no pattern, run the step and show nothing', async () => {
  const { error } = aFilterError();
  await error.runIfValid('.*\\.jpg', step);
  await error.runIfValid('', step);
  expect([steps, error.text]).toEqual([2, null]);
});

test('no pattern is not checked', async () => {
  const { error } = aFilterError({
    patterns: { ...patterns, check: () => Promise.reject(new Error('checked')) },
  });
  await error.runIfValid('', step);
  expect([steps, notices.list]).toEqual([1, []]);
});

test('an invalid pattern says where it is wrong, counted from 1, and the step does not run', async () => {
  const { error, seen } = aFilterError();
  await error.runIfValid('ab(', step);
  expect(error.text).toBe(i18n.t.storage.patternAt(3, 'Unterminated group'));
  expect(steps).toBe(0);
  await expect.poll(() => seen.at(-1)).toBe(error.text);
});

test('the error goes when the pattern has been corrected', async () => {
  const { error } = aFilterError();
  await error.runIfValid('ab(', step);
  await error.runIfValid('ab', step);
  expect([steps, error.text]).toEqual([1, null]);
});

test('a pattern that proves too slow in the step is reported beside the field, not as a notice', async () => {
  const { error } = aFilterError();
  await error.runIfValid('(?=a)', step);
  await error.runIfValid('a*', failing(new AppError('pattern-too-slow')));
  expect(error.text).toContain(i18n.language === 'ja' ? '時間' : 'too long');
  expect(notices.list).toEqual([]);
});

test('any other failure of the step is a notice, and says nothing about the filter', async () => {
  const { error } = aFilterError();
  await error.runIfValid('a', failing(new AppError('storage-full')));
  expect(error.text).toBeNull();
  expect(notices.list).toMatchObject([{ tone: 'error' }]);
});
