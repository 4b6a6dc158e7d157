import type { ProjectId } from '$lib/domain/ids';
import type { SourceStorage } from '$lib/domain/source';
import type { Ports } from '../ports/ports';

/** What the pictures add to a backup. */
export interface BackupPictures {
  /** About: files that nobody has looked into yet count as much as the others do on average. */
  readonly bytes: number;
  readonly count: number;
  /** Folders that the browser wants to hear about again, before their pictures can be read. */
  readonly closed: readonly SourceStorage[];
  /** Folders whose pictures cannot be read here at all. */
  readonly gone: readonly SourceStorage[];
}

/** Pictures of up to so many bytes are part of a backup unless a person takes them out. */
export const PICTURES_BY_DEFAULT_BYTES = 200_000_000;
/** Of a picture, where no file of a storage was looked into. */
const GUESSED_BYTES = 500_000;

/** Computed from what is known of the files: none is opened. `projectId`: null for all projects. */
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
    // The pages of one file have it in common.
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
