import { AppError } from '$lib/domain/errors';
import { TimedOut, type Channel } from '../workers/channel';
import type { DecodeAnswer, DecodeCalls, DecodeQuestion } from './decode-protocol';

export interface Decoder {
  /** Before the first question, which then does not wait for it. */
  start(): void;
  ask(question: DecodeQuestion): Promise<DecodeAnswer>;
}

/** Ample for the largest picture on a slow machine: what takes longer never ends. */
const LIMIT_MS = 120_000;
const MAX_ATTEMPTS = 2;

/**
 * One decode worker, started with the first question. A file that never ends or that takes the worker down fails
 * alone: the worker is started anew and asked the rest again.
 */
export const makeDecoder = (worker: Channel<DecodeCalls>): Decoder => ({
  start: () => worker.start(),
  async ask(question) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await worker.call('decode', question, { limitMs: LIMIT_MS });
      } catch (error) {
        // Told by the worker, or another one would not be had either.
        if (error instanceof AppError) throw error;
        if (error instanceof TimedOut || attempt === MAX_ATTEMPTS)
          throw new AppError('picture-undecodable', {}, { cause: error });
      }
    }
  },
});
