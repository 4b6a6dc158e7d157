import { AppError } from '$lib/domain/errors';
import type { ProjectId } from '$lib/domain/ids';
import { labelResolver, type ResolveLabel } from '$lib/domain/label-resolution';
import type { Database } from './ports/database';

/** Resolves the label ids of a project's regions. See [Note: Removed labels] in domain/label-resolution.ts. */
export async function resolverOf(
  { projects }: Pick<Database, 'projects'>,
  id: ProjectId,
): Promise<ResolveLabel> {
  const project = await projects.get(id);
  if (!project) throw new AppError('project-missing');
  return labelResolver(project);
}
