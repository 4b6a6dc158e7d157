import { AppError } from '$lib/domain/errors';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { Task } from '$lib/domain/task';
import type { Database } from './ports/database';

/**
 * [Note: Living]
 * Another tab may delete a task or a project at any time. Every write of a row that belongs to one checks, in its own
 * transaction, that the owner exists: so nothing is reported as saved that cannot be found again.
 */
export async function expectTask({ tasks }: Pick<Database, 'tasks'>, id: TaskId): Promise<Task> {
  const task = await tasks.get(id);
  if (!task) throw new AppError('task-missing');
  return task;
}

export async function expectProject({ projects }: Pick<Database, 'projects'>, id: ProjectId): Promise<void> {
  if (!(await projects.get(id))) throw new AppError('project-missing');
}

export async function expectSource(
  { projects, sources }: Pick<Database, 'projects' | 'sources'>,
  { id, projectId, folderName }: SourceStorage,
): Promise<void> {
  await expectProject({ projects }, projectId);
  if (!(await sources.get(id))) throw new AppError('folder-missing', { path: folderName });
}
