import type { Decoder } from './decode-client';
import type { DecodeAnswer, DecodeRequest } from './decode-protocol';

interface Entry {
  readonly open: () => Promise<DecodeRequest>;
  readonly done: (answer: DecodeAnswer) => void;
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** The number of thumbnails in a worker at once: while one picture is decoded, the next is read. */
const PER_WORKER = 2;

/**
 * The queue of thumbnails. The latest request comes first, because it is what the person sees now; a request that
 * has scrolled off the screen is dropped before any work is done.
 */
export function makeThumbnailQueue(workers: readonly Decoder[]) {
  const waiting: Entry[] = [];
  /** The number of thumbnails of each worker, including those whose files are being opened for it. */
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
    ask: (open: () => Promise<DecodeRequest>, signal?: AbortSignal): Promise<DecodeAnswer> =>
      new Promise((done, fail) => {
        waiting.push({ open, done, fail, signal });
        next();
      }),
  };
}
