import type { Decoder } from './decode-client';
import type { DecodeAnswer, DecodeQuestion } from './decode-protocol';

interface Entry {
  readonly open: () => Promise<DecodeQuestion>;
  readonly done: (answer: DecodeAnswer) => void;
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** At work in a worker at once: while one picture is decoded the next is read. */
const PER_WORKER = 2;

/**
 * What waits for a worker. What was asked for last is what a person looks at now, so it comes first; what went
 * off the screen is dropped before any work is done on it.
 */
export function makeThumbnailQueue(workers: readonly Decoder[]) {
  const waiting: Entry[] = [];
  /** What each worker has, with what is being opened for it. */
  const given = workers.map(() => 0);

  const next = (): void => {
    for (;;) {
      const least = Math.min(...given);
      if (least >= PER_WORKER) return;
      const entry = waiting.pop();
      if (!entry) return;
      if (entry.signal?.aborted) {
        entry.fail(entry.signal.reason);
        continue;
      }
      void run(entry, given.indexOf(least));
    }
  };

  const run = async ({ open, done, fail }: Entry, at: number): Promise<void> => {
    given[at]! += 1;
    try {
      done(await workers[at]!.ask(await open()));
    } catch (error) {
      fail(error);
    } finally {
      given[at]! -= 1;
      next();
    }
  };

  return {
    ask: (open: () => Promise<DecodeQuestion>, signal?: AbortSignal): Promise<DecodeAnswer> =>
      new Promise((done, fail) => {
        waiting.push({ open, done, fail, signal });
        next();
      }),
  };
}
