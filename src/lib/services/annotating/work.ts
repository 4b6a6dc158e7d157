import type { RegionId, TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { TaskWork } from '$lib/domain/work';
import { expectTask } from '../expect-exists';
import type { Ports } from '../ports/ports';

/** Notes to oneself, and time spent, beside the tasks. */
export function makeWork({ database }: Ports) {
  const change = (task: Pick<Task, 'id' | 'projectId'>, next: (work: TaskWork) => TaskWork): Promise<void> =>
    database.write(async () => {
      await expectTask(database, task.id);
      const work = (await database.work.get(task.id)) ?? unworked(task);
      await database.work.put(next(work));
    }, ['work', 'tasks']);

  return {
    watch(taskId: TaskId, onValue: (work: TaskWork | null) => void, onError: (error: unknown) => void) {
      return database.watch(async () => (await database.work.get(taskId)) ?? null, onValue, onError);
    },
    setNote: (task: Pick<Task, 'id' | 'projectId'>, note: string) =>
      change(task, (work) => ({ ...work, note })),
    setOrder: (task: Pick<Task, 'id' | 'projectId'>, orderByHand: readonly RegionId[]) =>
      change(task, (work) => ({ ...work, orderByHand })),
    addTime: (task: Pick<Task, 'id' | 'projectId'>, ms: number) =>
      change(task, (work) => ({ ...work, spentMs: work.spentMs + ms })),
  };
}

const unworked = ({ id, projectId }: Pick<Task, 'id' | 'projectId'>): TaskWork => ({
  taskId: id,
  projectId,
  note: '',
  spentMs: 0,
  orderByHand: [],
});
