import { byDescendingScore } from '$lib/domain/evaluation/by-score';
import { expect, test } from 'vitest';
import { seeded } from '../../../fixtures/seeded';

test('scores fall, and equal ones stay in their order, both zeros being equal', () => {
  const below = seeded(3);
  const score = Float64Array.from({ length: 5000 }, () =>
    below(1) < 0.3 ? Math.floor(below(5)) / 4 : below(3) - 1.5,
  );
  [score[3], score[4]] = [-0, 0];
  const compared = [...score.keys()].sort((a, b) => score[b]! - score[a]! || a - b);
  expect([...byDescendingScore(score)]).toEqual(compared);
  expect([...byDescendingScore(new Float64Array(0))]).toEqual([]);
});
