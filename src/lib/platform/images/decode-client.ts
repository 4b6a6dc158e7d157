import { AppError } from '$lib/domain/errors';
import { workerFailure } from '../worker-failure';
import type { DecodeAnswer, DecodeQuestion } from './decode-protocol';

export type Question = Omit<DecodeQuestion, 'id'>;

export interface Decoder {
  /** Before the first question, which then does not wait for it. */
  start(): void;
  ask(question: Question): Promise<DecodeAnswer>;
}

interface Waiting {
  readonly question: Question;
  readonly done: (answer: DecodeAnswer) => void;
  readonly fail: (error: unknown) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  attempts: number;
}

/** Ample for the largest picture on a slow machine: what takes longer never ends. */
const LIMIT_MS = 120_000;
const MAX_ATTEMPTS = 2;

/**
 * One decode worker, started with the first question; an answer finds its question by its number. A file that
 * never ends or that takes the worker down fails alone: the worker is started anew and asked the rest again.
 */
export function makeDecoder(startWorker: () => Worker): Decoder {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  const start = (): Worker => {
    const started = startWorker();
    started.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => settle(data.id)?.done(data);
    started.onerror = (event) => {
      const failure = workerFailure(event);
      // Another worker would not be had either.
      if (failure instanceof AppError) for (const id of [...waiting.keys()]) settle(id)?.fail(failure);
      restart();
    };
    return started;
  };

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    if (found) clearTimeout(found.timer);
    waiting.delete(id);
    return found;
  };

  const restart = (): void => {
    worker?.terminate();
    worker = null;
    for (const [id, one] of waiting) {
      one.attempts += 1;
      if (one.attempts > MAX_ATTEMPTS) settle(id)?.fail(new AppError('picture-undecodable'));
      else post(id, one.question);
    }
  };

  const post = (id: number, question: Question): void => {
    worker ??= start();
    worker.postMessage({ id, ...question } satisfies DecodeQuestion);
  };

  return {
    start: () => void (worker ??= start()),
    ask: (question: Question): Promise<DecodeAnswer> =>
      new Promise((done, fail) => {
        const id = (lastId += 1);
        const timer = setTimeout(() => {
          settle(id)?.fail(new AppError('picture-undecodable'));
          restart();
        }, LIMIT_MS);
        waiting.set(id, { question, done, fail, timer, attempts: 1 });
        post(id, question);
      }),
  };
}
