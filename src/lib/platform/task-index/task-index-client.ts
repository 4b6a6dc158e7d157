import { AppError } from '$lib/domain/errors';
import type { LabelStream } from '$lib/domain/stream';
import type { TaskIndex, TaskQuery } from '$lib/services/ports/task-index';
import { openChannel } from '../workers/channel';
import { thrown } from '../workers/failure';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import type { IndexCalls } from './task-index.worker';

/** If a filter takes longer than this over loaded rows, its pattern never returns. */
const TIME_LIMIT_MS = 5000;

/** The task index in a worker that lives as long as the page; it is created when the first list is opened. */
export function makeTaskIndexClient(): TaskIndex {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const worker = openChannel<IndexCalls>(
    () => new Worker(new URL('./task-index.worker.ts', import.meta.url), { type: 'module' }),
    { onStart: watchActivity, onEnd: () => clearTimeout(timer) },
  );

  function watchActivity(): void {
    const onReport = (isBusy: boolean): void => {
      clearTimeout(timer);
      if (isBusy) timer = setTimeout(giveUp, TIME_LIMIT_MS);
    };
    worker.call('activity', null, { onReport }).catch(() => undefined);
  }

  /** Terminates the worker together with the pattern that hangs in it; the next query starts another worker. */
  const giveUp = (): void => worker.stop(new AppError('pattern-too-slow'));

  /** If a worker is lost after it has answered, the query is sent to a new worker, so that the list goes on. */
  async function follow(
    query: TaskQuery,
    signal: AbortSignal,
    onValue: (numbers: LabelStream) => void,
    onError: (error: unknown) => void,
  ): Promise<void> {
    let hasAnswered = false as boolean;
    try {
      await worker.call('watch', query, {
        signal,
        onReport(watched) {
          hasAnswered = true;
          if (signal.aborted) return;
          if ('numbers' in watched) onValue(watched.numbers);
          else onError(thrown(watched.failure));
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      if (hasAnswered && !(error instanceof AppError)) await follow(query, signal, onValue, onError);
    }
  }

  return {
    watch(query, onValue, onError) {
      const stopped = new AbortController();
      void follow(query, stopped.signal, onValue, onError);
      return () => stopped.abort();
    },
  };
}
