import { AppError } from '$lib/domain/errors';
import type { PatternProblem, Patterns } from '$lib/services/ports/patterns';
import { openChannel, TimedOut } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import type { PatternCalls } from './pattern.worker';

/** If a batch of paths takes longer than this, the pattern is at fault. */
const TIME_LIMIT_MS = 3000;

export const patterns: Patterns = {
  async check(pattern) {
    const { RegExpValidator } = await import('@eslint-community/regexpp');
    try {
      new RegExpValidator().validatePattern(pattern, 0, pattern.length, { unicode: true });
      return null;
    } catch (error) {
      return problemOf(error, pattern);
    }
  },

  async matching(pattern, paths) {
    const problem = await patterns.check(pattern);
    if (problem) throw new AppError('pattern-invalid', { position: problem.index + 1 });
    return ask(pattern, paths);
  },
};

function problemOf(error: unknown, pattern: string): PatternProblem {
  const index = (error as { index?: unknown }).index;
  const message = error instanceof Error ? error.message : '';
  return {
    index: typeof index === 'number' ? Math.min(index, pattern.length) : 0,
    reason: message.slice(message.lastIndexOf(': ') + 2),
  };
}

async function ask(pattern: string, paths: readonly string[]): Promise<readonly string[]> {
  const worker = openChannel<PatternCalls>(
    () => new Worker(new URL('./pattern.worker.ts', import.meta.url), { type: 'module' }),
  );
  try {
    return await worker.call('matching', { pattern, paths }, { limitMs: TIME_LIMIT_MS });
  } catch (error) {
    throw error instanceof TimedOut ? new AppError('pattern-too-slow', {}, { cause: error }) : error;
  } finally {
    worker.stop();
  }
}
