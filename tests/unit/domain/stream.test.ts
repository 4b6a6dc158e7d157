import { besideInStream, roundFrom, shuffled } from '$lib/domain/stream';
import { changeTally, emptyTally, taskCount } from '$lib/domain/tally';
import { asId } from '$lib/domain/ids';
import { expect, test } from 'vitest';
import { aTask } from '../../fixtures/builders';

const stream = Int32Array.of(5, 2, 9);

test('a stream is walked in its own order, and ends', () => {
  expect(besideInStream(stream, 2, 1)).toBe(9);
  expect(besideInStream(stream, 2, -1)).toBe(5);
  expect(besideInStream(stream, 9, 1)).toBeNull();
  expect(besideInStream(stream, 7, 1)).toBeNull();
});

test('a round begins after its number, or at the head for one that is not in it', () => {
  expect([...roundFrom(stream, 2)]).toEqual([9, 5, 2]);
  expect([...roundFrom(stream, 0)]).toEqual([5, 2, 9]);
});

test('the same seed gives the same order, of the same numbers', () => {
  const numbers = Int32Array.from({ length: 1000 }, (_, at) => at + 1);
  expect(shuffled(numbers, 7)).toEqual(shuffled(numbers, 7));
  expect(shuffled(numbers, 7)).not.toEqual(shuffled(numbers, 8));
  expect(shuffled(numbers, 7).toSorted()).toEqual(numbers);
});

test('a tally changed step by step is the one counted at once, and forgets labels without boxes', () => {
  const label = asId<'label'>('l');
  const open = aTask();
  const done = aTask({ progress: 'submitted', labelIds: [label], labelCounts: [3] });
  const start = changeTally(emptyTally(open.projectId), [], [open, open]);
  const later = changeTally(start, [open], [done]);
  expect(later).toMatchObject({ progress: { unlabelled: 1, submitted: 1 }, boxes: { l: 3 } });
  expect(taskCount(later)).toBe(2);
  expect(changeTally(later, [done], [open])).toEqual(start);
});
