import { AppError } from '$lib/domain/errors';
import type { PatternProblem, Patterns } from '$lib/services/ports/patterns';
import { PolicedWorker as Worker } from '../policed-worker';
import { workerFailure } from '../worker-failure';
import type { PatternQuestion } from './pattern.worker';

/** A batch of paths that takes longer than this is not the paths' fault. */
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
    return ask({ pattern, paths });
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

function ask(question: PatternQuestion): Promise<readonly string[]> {
  const worker = new Worker(new URL('./pattern.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<readonly string[]>((done, fail) => {
    const timer = setTimeout(() => fail(new AppError('pattern-too-slow')), TIME_LIMIT_MS);
    worker.onmessage = ({ data }: MessageEvent<readonly string[]>) => {
      clearTimeout(timer);
      done(data);
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      fail(workerFailure(event));
    };
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}
