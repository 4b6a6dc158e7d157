import { AppError } from '$lib/domain/errors';
import { TimedOut, type Channel } from '../workers/channel';
import type { DecodeAnswer, DecodeCalls, DecodeRequest } from './decode-protocol';

export interface Decoder {
  /** Starts the worker ahead of the first request, which then does not wait for it. */
  start(): void;
  ask(request: DecodeRequest): Promise<DecodeAnswer>;
}

/** In milliseconds: enough for the largest picture on a slow machine; a decoder that takes longer never ends. */
const LIMIT_MS = 120_000;
const MAX_ATTEMPTS = 2;

/**
 * A decode worker that is started with the first request. A file that never ends or crashes the worker fails alone:
 * the worker is restarted, and the other requests are sent again.
 */
export const makeDecoder = (worker: Channel<DecodeCalls>): Decoder => ({
  start: () => worker.start(),
  async ask(request) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await worker.call('decode', request, { limitMs: LIMIT_MS });
      } catch (error) {
        // The worker reported this error, or another worker could not be started either.
        if (error instanceof AppError) throw error;
        if (error instanceof TimedOut || attempt === MAX_ATTEMPTS)
          throw new AppError('picture-undecodable', {}, { cause: error });
      }
    }
  },
});
