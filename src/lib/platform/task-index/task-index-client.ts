import { AppError } from '$lib/domain/errors';
import type { LabelStream } from '$lib/domain/stream';
import type { TaskIndex, TaskQuery } from '$lib/services/ports/task-index';
import { openChannel } from '../workers/channel';
import { thrown } from '../workers/failure';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import type { IndexCalls } from './task-index.worker';

/** A filter that works longer than this over what was read is a pattern that never comes back. */
const TIME_LIMIT_MS = 5000;

/** The task index in a worker that lives as long as the page, made when the first list is opened. */
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

  /** Ends the worker with the pattern it hangs in; the next query starts another. */
  const giveUp = (): void => worker.stop(new AppError('pattern-too-slow'));

  /** A worker that was lost after it had answered is asked again: the list goes on with another one. */
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
