import { debounceLeadingTrailing } from '$lib/services/annotating/debounce';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a single call runs once, at once', () => {
  const run = vi.fn();
  debounceLeadingTrailing(run, 100)();
  expect(run).toHaveBeenCalledTimes(1);
  vi.runAllTimers();
  expect(run).toHaveBeenCalledTimes(1);
});

test('a row of calls runs at its start and once after its end', () => {
  const run = vi.fn();
  const call = debounceLeadingTrailing(run, 100);
  for (let turn = 0; turn < 20; turn += 1) {
    call();
    vi.advanceTimersByTime(60);
  }
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  expect(run).toHaveBeenCalledTimes(2);
  call();
  expect(run).toHaveBeenCalledTimes(3);
});
