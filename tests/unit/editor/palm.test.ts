import { PalmGuard } from '$lib/editor/palm';
import { expect, test } from 'vitest';

test.each([
  ['with a pen never seen', null, 0, 'all'],
  ['while the pen is near', 5000, 5000, 'nothing'],
  ['right after it', 5000, 5900, 'nothing'],
  ['a little later', 5000, 7000, 'view'],
  ['after a break', 5000, 16_000, 'all'],
])('a finger %s', (_, pen, now, use) => {
  const guard = new PalmGuard();
  if (pen !== null) guard.penSeen(pen);
  expect(guard.fingerUse(now)).toBe(use);
});
