import { AppError } from '$lib/domain/errors';
import type { JobPorts } from './ports/ports';

/** Throws if the browser has less free space than these bytes. */
export async function expectRoom(
  ports: Pick<JobPorts, 'database' | 'folders'>,
  needed: number,
): Promise<void> {
  const { free } = await ports.folders.space();
  if (needed > free) throw await storageFull(ports, { needed, free });
}

/** Creates `storage-full`, with the largest thing that a person could remove to make room. */
export async function storageFull(
  { database, folders }: Pick<JobPorts, 'database' | 'folders'>,
  about: Readonly<Record<string, number>>,
  cause?: unknown,
): Promise<AppError> {
  let largest: { readonly name: string; readonly bytes: number } | null = null;
  for (const project of await database.projects.all())
    for (const source of await database.sources.forProject(project.id)) {
      if (source.kind !== 'copied') continue;
      const bytes = await folders.copiedBytes(source.id);
      if (bytes > (largest?.bytes ?? 0)) largest = { name: `${project.name}: ${source.title}`, bytes };
    }
  return new AppError('storage-full', { ...about, ...largest }, { cause });
}
