import { access } from '$lib/ui/access.svelte';
import { noticePlaces } from '$lib/ui/notice-places.svelte';
import { flushSync } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import { onScreen } from '../../fixtures/screen.svelte';

test('notices stand on the page; while a dialog is open in it, the newest one; and on the page again after it', () => {
  const [page, dialog, second] = [{ isInDialog: false }, { isInDialog: true }, { isInDialog: true }];
  const shownIn = () => [page, dialog, second].map((place) => noticePlaces.isShown(place));
  onTestFinished(noticePlaces.add(page));
  const { seen } = onScreen(shownIn);
  const closeDialog = noticePlaces.add(dialog);
  flushSync();
  const closeSecond = noticePlaces.add(second);
  flushSync();
  closeSecond();
  flushSync();
  closeDialog();
  flushSync();
  expect(seen).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [false, true, false],
    [true, false, false],
  ]);
});

test('a page that comes after an open dialog does not take its notices away', () => {
  const [dialog, page] = [{ isInDialog: true }, { isInDialog: false }];
  onTestFinished(noticePlaces.add(dialog));
  onTestFinished(noticePlaces.add(page));
  expect([noticePlaces.isShown(dialog), noticePlaces.isShown(page)]).toEqual([true, false]);
});

test('every answer about folders makes the screens look again, a refusal as well', async () => {
  const { ask } = access;
  onTestFinished(() => void (access.ask = ask));
  const { seen } = onScreen(() => access.allowed);
  const before = access.allowed;
  access.ask = () => Promise.resolve(false);
  expect(await access.allow()).toBe(false);
  flushSync();
  access.changed();
  flushSync();
  expect(seen).toEqual([before, before + 1, before + 2]);
});
