import { batchUpdates } from '$lib/ui/batch-updates';
import { beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test('the first is shown at once; what comes soon after it is shown together, in its order', () => {
  const shown: string[] = [];
  const show = (name: string) => batchUpdates(() => shown.push(name));
  show('a');
  expect(shown).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(shown).toEqual(['a']);
  show('b');
  vi.advanceTimersByTime(60);
  show('c');
  expect(shown).toEqual(['a']);
  vi.advanceTimersByTime(40);
  expect(shown).toEqual(['a', 'b', 'c']);
  vi.advanceTimersByTime(500);
  show('d');
  vi.advanceTimersByTime(0);
  expect(shown).toEqual(['a', 'b', 'c', 'd']);
});
