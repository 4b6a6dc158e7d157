import { asId } from '$lib/domain/ids';
import { PAUSE_MS } from '$lib/domain/work';
import { shownNumber, withNumber } from '$lib/features/annotate/kinds/typed-numbers';
import { WorkTimer } from '$lib/features/annotate/work-timer';
import { describe, expect, test } from 'vitest';
import { aBox, aTask } from '../../fixtures/builders';

const FIRST = aTask();
const SECOND = aTask({ id: asId<'task'>('task-2') });

function aTimer() {
  let nowMs = 0;
  const kept = new Map<string, number>();
  const timer = new WorkTimer(
    () => nowMs,
    (task, ms) => kept.set(task.id, (kept.get(task.id) ?? 0) + ms),
  );
  return { timer, kept, pass: (ms: number) => (nowMs += ms) };
}

describe('the timer', () => {
  test('gives each task its own time', () => {
    const { timer, kept, pass } = aTimer();
    timer.begin(FIRST);
    pass(4000);
    timer.begin(SECOND);
    pass(1000);
    timer.end();
    pass(9000);
    timer.end();
    expect([...kept]).toEqual([
      ['task-1', 4000],
      ['task-2', 1000],
    ]);
  });

  test('leaves out a coffee, a hidden page and another window', () => {
    const { timer, kept, pass } = aTimer();
    timer.begin(FIRST);
    pass(2000);
    timer.recordActivity();
    pass(PAUSE_MS + 5);
    timer.recordActivity();
    pass(3000);
    timer.pause();
    pass(20_000);
    timer.pause();
    timer.recordActivity();
    pass(500);
    timer.end();
    expect(kept.get('task-1')).toBe(5500);
  });

  test('keeps what was worked every few seconds: a killed browser loses no more', () => {
    const { timer, kept, pass } = aTimer();
    timer.begin(FIRST);
    for (let second = 0; second < 40; second += 1) {
      pass(1000);
      timer.recordActivity();
    }
    expect(kept.get('task-1')).toBeGreaterThanOrEqual(30_000);
    timer.end();
    expect(kept.get('task-1')).toBe(40_000);
  });
});

describe('a typed number', () => {
  const box = aBox({ x: 10, y: 20, width: 30, height: 40 });
  const size = { width: 100, height: 80 };
  test.each([
    ['x', '12,5', 12.5],
    ['x', '90', 70],
    ['y', '-3', 0],
    ['width', '500', 90],
    ['height', '0', 1],
    ['rotation', '-90', 270],
    ['rotation', '725', 5],
  ] as const)('%s %s becomes %d: as near as the picture allows', (field, typed, becomes) => {
    const next = withNumber(box, field, typed, size);
    expect(next?.[field]).toBe(becomes);
    expect({ ...next, [field]: 0 }).toEqual({ ...box, [field]: 0 });
  });
  test.each(['', ' ', 'many', '1e999', 'NaN', '--1'])('that is none (%s) changes nothing', (typed) => {
    expect(withNumber(box, 'x', typed, size)).toBeNull();
  });
  test('is shown with two digits at most', () => {
    expect([shownNumber(12), shownNumber(12.3456), shownNumber(0.1 + 0.2)]).toEqual(['12', '12.35', '0.3']);
  });
});
