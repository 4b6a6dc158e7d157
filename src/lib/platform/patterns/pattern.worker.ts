import { serveWorker, type Call } from '../workers/channel';

/**
 * Matches a pattern against paths in a worker of its own, so that a pattern that never returns can be terminated.
 */
export interface PatternCalls {
  readonly matching: Call<{ readonly pattern: string; readonly paths: readonly string[] }, readonly string[]>;
}

serveWorker<PatternCalls>({
  matching({ pattern, paths }) {
    const whole = new RegExp(`^(?:${pattern})$`, 'iu');
    return paths.filter((path) => whole.test(path.normalize('NFC')));
  },
});
