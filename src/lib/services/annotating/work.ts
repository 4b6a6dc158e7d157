import type { ProfileId, RegionId, TaskId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import { workOf, type TaskWork } from '$lib/domain/work';
import { expectTask } from '../expect-exists';
import { ownProfileId } from '../own-profile';
import type { Ports } from '../ports/ports';

/** A person's own notes on tasks, and the time spent on them. */
export function makeWork(ports: Ports) {
  const { database } = ports;

  /** The person's own row of a task; if there is none, a new one is started from the row of `NOBODY`. */
  const ownWork = async (taskId: TaskId): Promise<TaskWork | null> =>
    workOf(await database.work.forTask(taskId), ownProfileId(ports));
  const change = (task: Pick<Task, 'id' | 'projectId'>, next: (work: TaskWork) => TaskWork): Promise<void> =>
    database.write(async () => {
      await expectTask(database, task.id);
      const profileId = ownProfileId(ports);
      const work = (await ownWork(task.id)) ?? unworked(task, profileId);
      await database.work.put({ ...next(work), profileId });
    }, ['work', 'tasks']);

  return {
    watch(taskId: TaskId, onValue: (work: TaskWork | null) => void, onError: (error: unknown) => void) {
      return database.watch(() => ownWork(taskId), onValue, onError);
    },
    setNote: (task: Pick<Task, 'id' | 'projectId'>, note: string) =>
      change(task, (work) => ({ ...work, note })),
    setOrder: (task: Pick<Task, 'id' | 'projectId'>, orderByHand: readonly RegionId[]) =>
      change(task, (work) => ({ ...work, orderByHand })),
    addTime: (task: Pick<Task, 'id' | 'projectId'>, ms: number) =>
      change(task, (work) => ({ ...work, spentMs: work.spentMs + ms })),
  };
}

const unworked = ({ id, projectId }: Pick<Task, 'id' | 'projectId'>, profileId: ProfileId): TaskWork => ({
  taskId: id,
  profileId,
  projectId,
  note: '',
  spentMs: 0,
  orderByHand: [],
});
