import { AppError } from '$lib/domain/errors';
import { notices } from '$lib/ui/notices.svelte';
import { beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
  return () => {
    for (const { id } of notices.list) notices.dismiss(id);
    vi.useRealTimers();
  };
});
const texts = () => notices.list.map(({ text }) => text);

test('a success leaves by itself; an error and a warning stay until they are closed', () => {
  notices.show({ tone: 'success', text: 'done' });
  notices.show({ tone: 'information', text: 'known' });
  notices.show({ tone: 'warning', text: 'careful' });
  notices.showError(new AppError('storage-full'));
  vi.advanceTimersByTime(5_000);
  expect(texts()).toHaveLength(4);
  vi.advanceTimersByTime(600_000);
  expect(notices.list.map(({ tone }) => tone)).toEqual(['warning', 'error']);
  for (const { id } of notices.list) notices.dismiss(id);
  expect(notices.list).toEqual([]);
});

test('time stands still while a notice is held by pointer or focus, and goes on when both have left', () => {
  const id = notices.show({ tone: 'success', text: 'done', durationMs: 4_000 });
  vi.advanceTimersByTime(3_000);
  notices.hold(id);
  notices.hold(id);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['done']);
  notices.release(id);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['done']);
  notices.release(id);
  vi.advanceTimersByTime(999);
  expect(texts()).toEqual(['done']);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});

test('a notice with the same key takes the place of the older one, with time of its own', () => {
  const run = vi.fn();
  notices.show({ tone: 'success', text: '#3 submitted', key: 'submitted', durationMs: 4_000 });
  vi.advanceTimersByTime(3_000);
  notices.show({
    tone: 'success',
    text: '#4 submitted',
    key: 'submitted',
    durationMs: 4_000,
    action: { label: 'Undo', run },
  });
  expect(texts()).toEqual(['#4 submitted']);
  vi.advanceTimersByTime(3_999);
  expect(texts()).toEqual(['#4 submitted']);
  void notices.runAction(notices.list[0]!);
  expect(run).toHaveBeenCalledTimes(1);
  expect(texts()).toEqual([]);
});

test('an action that fails is told as a failure', async () => {
  const id = notices.show({
    tone: 'success',
    text: 'done',
    action: { label: 'Undo', run: () => Promise.reject(new AppError('edited-elsewhere')) },
  });
  void notices.runAction(notices.list.find((notice) => notice.id === id)!);
  await vi.advanceTimersByTimeAsync(0);
  expect(notices.list).toMatchObject([{ tone: 'error' }]);
});

test('the same words are not told twice while they are there', () => {
  notices.showError(new AppError('storage-full'));
  notices.showError(new AppError('storage-full'));
  expect(notices.list).toHaveLength(1);
});

test.each([
  'Failed to fetch dynamically imported module: http://localhost/_app/immutable/chunks/x.js',
  'error loading dynamically imported module: http://localhost/_app/immutable/chunks/x.js',
  'Importing a module script failed.',
])('a part of the app that cannot be had any more is told in one sentence: %s', (message) => {
  notices.showError(new TypeError(message));
  expect(texts()).toEqual([
    'This part of Kakomi cannot be loaded any more: a newer version has most likely taken its place. Your work is saved; reload this tab.',
  ]);
});
