import { AppError } from '$lib/domain/errors';
import type { LabelStream } from '$lib/domain/stream';
import type { TaskQuery } from '$lib/services/ports/task-index';
import { makeTaskIndex } from '$lib/services/task-index';
import { makeDatabase } from '../database/database';
import { connect } from '../database/connection';

export type ToIndex =
  | { readonly type: 'watch'; readonly id: number; readonly query: TaskQuery }
  | { readonly type: 'stop'; readonly id: number };

export type FromIndex =
  | { readonly type: 'busy' | 'idle' }
  | { readonly type: 'value'; readonly id: number; readonly numbers: LabelStream }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: AppError['code'] | null;
      readonly about: AppError['about'];
      readonly detail: string;
    };

const tell = (message: FromIndex, transfer: Transferable[] = []) => self.postMessage(message, { transfer });
const index = makeTaskIndex(makeDatabase(connect(undefined, false)), (isBusy) =>
  tell({ type: isBusy ? 'busy' : 'idle' }),
);
const stops = new Map<number, () => void>();

/** Answers the page's queries, on its own connection to the database. */
self.onmessage = ({ data }: MessageEvent<ToIndex>) => {
  const { id } = data;
  if (data.type === 'stop') {
    stops.get(id)?.();
    stops.delete(id);
    return;
  }
  const stop = index.watch(
    data.query,
    (numbers) => tell({ type: 'value', id, numbers }, [numbers.buffer]),
    (error) =>
      tell({
        type: 'error',
        id,
        code: error instanceof AppError ? error.code : null,
        about: error instanceof AppError ? error.about : {},
        detail: String(error),
      }),
  );
  stops.set(id, stop);
};
