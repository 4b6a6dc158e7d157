import { AppError } from '$lib/domain/errors';
import type { LabelStream } from '$lib/domain/stream';
import type { TaskIndex, TaskQuery } from '$lib/services/ports/task-index';
import { PolicedWorker as Worker } from '../policed-worker';
import { workerFailure } from '../worker-failure';
import type { FromIndex, ToIndex } from './task-index.worker';

/** A filter that works longer than this over what was read is a pattern that never comes back. */
const TIME_LIMIT_MS = 5000;

interface Asked {
  readonly query: TaskQuery;
  readonly onValue: (numbers: LabelStream) => void;
  readonly onError: (error: unknown) => void;
}

/** The task index in a worker that lives as long as the page, made when the first list is opened. */
export function makeTaskIndexClient(): TaskIndex {
  const asked = new Map<number, Asked>();
  let worker: Worker | null = null;
  let lastId = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const send = (message: ToIndex) => (worker ??= start()).postMessage(message);

  function start(): Worker {
    const started = new Worker(new URL('./task-index.worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<FromIndex>) => {
      clearTimeout(timer);
      if (data.type === 'busy') timer = setTimeout(giveUp, TIME_LIMIT_MS);
      else if (data.type === 'value') asked.get(data.id)?.onValue(data.numbers);
      else if (data.type === 'error') {
        const { code, about, detail } = data;
        asked.get(data.id)?.onError(code === null ? new Error(detail) : new AppError(code, about));
      }
    };
    started.onerror = (event) => {
      for (const { onError } of asked.values()) onError(workerFailure(event));
    };
    return started;
  }

  /** Ends the worker with the pattern it hangs in; the next query starts another. */
  function giveUp(): void {
    worker?.terminate();
    worker = null;
    const waiting = [...asked.values()];
    asked.clear();
    for (const { onError } of waiting) onError(new AppError('pattern-too-slow'));
  }

  return {
    watch(query, onValue, onError) {
      const id = (lastId += 1);
      asked.set(id, { query, onValue, onError });
      send({ type: 'watch', id, query });
      return () => {
        if (asked.delete(id)) send({ type: 'stop', id });
      };
    },
  };
}
