import { labelResolver, resolveCounts } from '$lib/domain/label-resolution';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { Task, TaskProgress } from '$lib/domain/task';
import type { Ports } from '../ports/ports';
import type { TaskQuery } from '../ports/task-index';
import type { LabelStream } from '$lib/domain/stream';
import { watchListHead, type ListHead, type TaskCounts } from './list-head';
import { makeTaskPictures } from './task-pictures';
import { makeTaskStreams } from './task-streams';

const OPEN: readonly TaskProgress[] = ['unlabelled', 'draft'];

export function makeTasks(ports: Ports) {
  const { database, taskIndex } = ports;
  const streams = makeTaskStreams(ports);
  return {
    streams,
    /** Returns the first numbers of a project, directly from the database. */
    async firstNumbers(projectId: ProjectId, count: number): Promise<readonly number[]> {
      return (await database.tasks.page(projectId, 0, count)).map(({ number }) => number);
    },
    /** See TaskIndex. */
    watchNumbers: (
      query: TaskQuery,
      onValue: (numbers: LabelStream) => void,
      onError: (error: unknown) => void,
    ) => taskIndex.watch(query, onValue, onError),
    watchHead: (projectId: ProjectId, onValue: (head: ListHead) => void, onError: (error: unknown) => void) =>
      watchListHead(database, projectId, onValue, onError),
    watchCounts(
      projectId: ProjectId,
      onValue: (counts: TaskCounts) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(() => database.tasks.counts(projectId), onValue, onError);
    },
    watchTasks(
      ids: readonly TaskId[],
      onValue: (tasks: readonly Task[]) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(() => database.tasks.getMany(ids), onValue, onError);
    },
    watchRows(
      projectId: ProjectId,
      numbers: readonly number[],
      onValue: (tasks: readonly Task[]) => void,
      onError: (error: unknown) => void,
    ) {
      const read = async (): Promise<readonly Task[]> => {
        const [project, tasks] = await Promise.all([
          database.projects.get(projectId),
          database.tasks.byNumbers(projectId, numbers),
        ]);
        if (!project) return tasks;
        const resolve = labelResolver(project);
        return tasks.map((task) => resolveCounts(task, resolve));
      };
      return database.watch(read, onValue, onError);
    },

    /**
     * Returns the tasks on both sides of one: in the label stream if it is in one, otherwise by number. See [Note:
     * Label stream].
     */
    async neighbours(task: Task): Promise<{ readonly previous: Task | null; readonly next: Task | null }> {
      const stream = streams.get(task.projectId);
      const inStream = stream && (await streams.neighbours(stream, task));
      if (inStream) return inStream;
      const [previous, next] = await Promise.all([
        database.tasks.neighbour(task.projectId, task.number, 'previous'),
        database.tasks.neighbour(task.projectId, task.number, 'next'),
      ]);
      return { previous: previous ?? null, next: next ?? null };
    },

    /**
     * Returns the next task that is not submitted, wrapping around the end; null if there is none. If there is a label
     * stream, `after` is the number of a task in it, or 0 to start at its first.
     */
    async nextOpen(projectId: ProjectId, after = 0): Promise<Task | null> {
      const stream = streams.get(projectId);
      if (stream) return streams.nextOpen(projectId, stream, after);
      const later = await database.tasks.nextWith(projectId, OPEN, after);
      return later ?? (await database.tasks.nextWith(projectId, OPEN, 0)) ?? null;
    },

    /** Returns some tasks around one, for the strip beside the picture. */
    async around(task: Task, each: number): Promise<readonly Task[]> {
      const stream = streams.get(task.projectId);
      const inStream = stream && (await streams.around(stream, task, each));
      if (inStream) return inStream;
      return database.tasks.page(task.projectId, Math.max(0, task.number - 1 - each), 2 * each + 1);
    },

    ...makeTaskPictures(ports),
  };
}
