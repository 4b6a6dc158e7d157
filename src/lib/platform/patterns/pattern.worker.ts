import { serveWorker, type Call } from '../workers/channel';

/** Runs a pattern over paths, alone, so that its maker can end a pattern that never comes back. */
export interface PatternCalls {
  readonly matching: Call<{ readonly pattern: string; readonly paths: readonly string[] }, readonly string[]>;
}

serveWorker<PatternCalls>({
  matching({ pattern, paths }) {
    const whole = new RegExp(`^(?:${pattern})$`, 'iu');
    return paths.filter((path) => whole.test(path.normalize('NFC')));
  },
});
