import { unsaved } from '$lib/ui/unsaved.svelte';
import { beforeEach, expect, test } from 'vitest';
import { flushSync } from 'svelte';
import { onScreen } from '../../fixtures/screen.svelte';

const DIALOG = Symbol('dialog');
const PAGE = Symbol('page');
const stops: (() => void)[] = [];
let left: string[];
const leave = () => void left.push('left');
const hold = (place: symbol, isDirty: boolean) => stops.push(unsaved.register(place, () => isDirty));

beforeEach(() => {
  left = [];
  return () => {
    unsaved.answer(false);
    for (const stop of stops.splice(0)) stop();
  };
});

test('whoever has entered nothing leaves at once', () => {
  hold(DIALOG, false);
  unsaved.leave(DIALOG, leave);
  expect([left, unsaved.question]).toEqual([['left'], null]);
});

test('whoever would lose something is asked, and stays until the answer is to leave', () => {
  hold(DIALOG, true);
  const { seen } = onScreen(() => unsaved.question !== null);
  unsaved.leave(DIALOG, leave);
  flushSync();
  unsaved.answer(false);
  flushSync();
  expect([left, seen]).toEqual([[], [false, true, false]]);
  unsaved.leave(DIALOG, leave);
  unsaved.answer(true);
  expect([left, unsaved.question]).toEqual([['left'], null]);
});

test('closing one dialog does not ask about what was entered behind it; leaving the page asks about all', () => {
  hold(DIALOG, false);
  hold(PAGE, true);
  unsaved.leave(DIALOG, leave);
  expect(left).toEqual(['left']);
  unsaved.leave(undefined, leave);
  expect([left, unsaved.question === null]).toEqual([['left'], false]);
});

test('what is gone from the screen is not asked about any more', () => {
  hold(DIALOG, true);
  stops.pop()?.();
  expect([unsaved.isDirty(), unsaved.isDirty(DIALOG)]).toEqual([false, false]);
});
