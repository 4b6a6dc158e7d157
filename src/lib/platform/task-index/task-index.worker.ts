import type { LabelStream } from '$lib/domain/stream';
import type { TaskQuery } from '$lib/services/ports/task-index';
import { makeTaskIndex } from '$lib/services/task-index';
import { connect } from '../database/connection';
import { makeDatabase } from '../database/database';
import { serveWorker, type Call } from '../workers/channel';
import { failureOf, type Failure } from '../workers/failure';

/** A result of a query; a failed read does not end the query. */
export type Watched = { readonly numbers: LabelStream } | { readonly failure: Failure };

export interface IndexCalls {
  /** Runs until it is aborted. */
  readonly watch: Call<TaskQuery, void, Watched>;
  /** Reports when the index starts and stops working; runs as long as the worker. */
  readonly activity: Call<null, void, boolean>;
}

let tellActivity = (_isBusy: boolean): void => undefined;
const index = makeTaskIndex(makeDatabase(connect(undefined, false)), (isBusy) => tellActivity(isBusy));

/** Answers the page's queries, over its own connection to the database. */
serveWorker<IndexCalls>({
  watch: (query, { signal, report }) =>
    new Promise((done) => {
      const stop = index.watch(
        query,
        (numbers) => report({ numbers }, [numbers.buffer]),
        (error) => report({ failure: failureOf(error) }),
      );
      signal.addEventListener('abort', () => {
        stop();
        done();
      });
    }),
  activity: (_, { report }) =>
    new Promise(() => {
      tellActivity = report;
    }),
});
