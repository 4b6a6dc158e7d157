import { BY_NUMBER, isByNumber, isEverything, NO_FILTER, type TaskFilter } from '$lib/domain/filter';
import type { ProjectId } from '$lib/domain/ids';
import { besideInStream, roundFrom, shuffled, type LabelStream } from '$lib/domain/stream';
import { isOpen, type Task } from '$lib/domain/task';
import type { Ports } from '../ports/ports';
import type { TaskQuery } from '../ports/task-index';

export type LabelMode = 'sequential' | 'random' | 'lowest-score' | 'displayed';

const LOOK_AHEAD = 100;

/**
 * [Note: Label stream]
 * The order in which this tab labels a project: the list as it was shown when a task was opened from it, or the order
 * that was chosen for Label All Tasks. It does not change while tasks are submitted, so that Previous leads back
 * through a filter which the submitted task no longer matches. Without a stream, tasks are ordered by number.
 */
export function makeTaskStreams({ database, taskIndex }: Pick<Ports, 'database' | 'taskIndex'>) {
  const streams = new Map<ProjectId, LabelStream>();

  /** Evaluates a query once. Returns all matching numbers. */
  const ask = (query: TaskQuery): Promise<LabelStream> =>
    new Promise((done, fail) => {
      const stop = taskIndex.watch(
        query,
        (numbers) => {
          // The answer can come before watch() has returned.
          queueMicrotask(() => stop());
          done(numbers);
        },
        (error) => {
          queueMicrotask(() => stop());
          fail(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });

  const byNumber = async (projectId: ProjectId, number: number | null): Promise<Task | null> =>
    number === null ? null : ((await database.tasks.byNumbers(projectId, [number]))[0] ?? null);

  return {
    ask,
    get: (projectId: ProjectId): LabelStream | null => streams.get(projectId) ?? null,

    /** Follows the order of a project's list as it is shown. */
    follow(query: TaskQuery, displayed: LabelStream): void {
      if (isEverything(query.filter) && isByNumber(query.order)) streams.delete(query.projectId);
      else streams.set(query.projectId, displayed);
    },

    /**
     * Starts a stream of the filtered tasks in one of the orders of Label All Tasks; the same seed gives the same
     * order.
     */
    async start(query: TaskQuery, mode: LabelMode, seed: number): Promise<LabelStream> {
      const order =
        mode === 'displayed'
          ? query.order
          : mode === 'lowest-score'
            ? ({ field: 'predictionScore', direction: 'ascending' } as const)
            : BY_NUMBER;
      const filter: TaskFilter = mode === 'displayed' ? query.filter : NO_FILTER;
      const numbers = await ask({ ...query, filter, order });
      const stream = mode === 'random' ? shuffled(numbers, seed) : numbers;
      if (mode === 'sequential') streams.delete(query.projectId);
      else streams.set(query.projectId, stream);
      return stream;
    },

    /** Returns both neighbours of a task in a stream; null if the task is not in it. Deleted tasks are skipped. */
    async neighbours(
      stream: LabelStream,
      task: Task,
    ): Promise<{ readonly previous: Task | null; readonly next: Task | null } | null> {
      if (!stream.includes(task.number)) return null;
      const beside = async (step: 1 | -1): Promise<Task | null> => {
        let number = besideInStream(stream, task.number, step);
        while (number !== null) {
          const found = await byNumber(task.projectId, number);
          if (found) return found;
          number = besideInStream(stream, number, step);
        }
        return null;
      };
      const [previous, next] = await Promise.all([beside(-1), beside(1)]);
      return { previous, next };
    },

    /** Returns the next open task of a stream after a number, wrapping around the end; null if there is none. */
    async nextOpen(projectId: ProjectId, stream: LabelStream, after: number): Promise<Task | null> {
      const round = roundFrom(stream, after);
      for (let at = 0; at < round.length; at += LOOK_AHEAD) {
        const found = await database.tasks.byNumbers(projectId, [...round.subarray(at, at + LOOK_AHEAD)]);
        const open = found.find(isOpen);
        if (open) return open;
      }
      return null;
    },

    /** Returns the part of a stream around a task; null if the task is not in it. */
    async around(stream: LabelStream, task: Task, each: number): Promise<readonly Task[] | null> {
      const at = stream.indexOf(task.number);
      if (at < 0) return null;
      return database.tasks.byNumbers(task.projectId, [
        ...stream.subarray(Math.max(0, at - each), at + each + 1),
      ]);
    },
  };
}
