import type { ProjectId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { Ports } from '../ports/ports';

/** The pictures of a backup: their size and whether they can be read. */
export interface BackupPictures {
  /** Approximate size in bytes: files that were never read are assumed to have the average size of the others. */
  readonly bytes: number;
  readonly count: number;
  /** Folders that need the person's permission before their pictures can be read. */
  readonly closed: readonly SourceStorage[];
  /** Folders whose pictures cannot be read here at all. */
  readonly gone: readonly SourceStorage[];
}

/** Up to this total size, pictures are included in a backup by default. */
export const PICTURES_BY_DEFAULT_BYTES = 200_000_000;
/** Assumed size of a picture, in bytes, if no file of its storage was read yet. */
const GUESSED_BYTES = 500_000;

/** Computed from the stored facts about the files; no file is opened. `projectId` is null for all projects. */
export async function backupPictures(
  { database, folders }: Pick<Ports, 'database' | 'folders'>,
  projectId: ProjectId | null,
): Promise<BackupPictures> {
  const projects = projectId === null ? (await database.projects.all()).map(({ id }) => id) : [projectId];
  const sources = (await Promise.all(projects.map((id) => database.sources.forProject(id)))).flat();
  const [closed, gone]: [SourceStorage[], SourceStorage[]] = [[], []];
  let [bytes, count] = [0, 0];
  for (const source of sources) {
    const access = await folders.access(source);
    if (access === 'gone') {
      gone.push(source);
      continue;
    }
    if (access === 'ask') closed.push(source);
    // The pages of one file share it.
    const files = new Map<string, number | null>();
    for (const { path, isMissing, file } of await database.tasks.known(source.id))
      if (!isMissing) files.set(path, file?.bytes ?? null);
    const known = [...files.values()].filter((size) => size !== null);
    const sum = known.reduce((total, size) => total + size, 0);
    const mean = known.length === 0 ? GUESSED_BYTES : sum / known.length;
    bytes += sum + (files.size - known.length) * mean;
    count += files.size;
  }
  return { bytes: Math.round(bytes), count, closed, gone };
}
