import { AppError } from '$lib/domain/errors';
import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import { migrate, type Row } from '$lib/domain/migrations';
import type { OpenedArchive } from '../ports/archives';
import type { Database } from '../ports/database';
import type { JobPorts } from '../ports/ports';
import { recount } from '../recount';
import { entryBytes, readManifest, verify, type BackupManifest, type RowsOf } from './backup-file';
import { restoreModels } from './backup-models';
import type { Job, JobContext } from './job';
import { decodeRow } from './row-codec';
import { besideIds, renamed, withIds } from './restore-ids';
import { mergeCounts, mergeInto, type MergeCounts } from './restore-merge';

export interface RestoreInput {
  readonly file: File;
  readonly passphrase: string | null;
  /** `preview` changes nothing. `beside`: as projects of their own. `merge`: into the projects of the same ids. */
  readonly mode: 'preview' | 'beside' | 'merge';
}

export interface RestorePreview {
  readonly createdAt: number;
  readonly pictures: number;
  readonly projects: readonly {
    readonly id: ProjectId;
    readonly name: string;
    readonly tasks: number;
    readonly isHere: boolean;
  }[];
  /** By table: what a merge would do. */
  readonly merge: Readonly<Record<string, MergeCounts>>;
}

/**
 * Takes a backup in. All of it is held against its checksums first, so that a wrong passphrase or one flipped
 * bit changes nothing. A project that is new here is written last: until then nobody sees a half of it.
 */
export const restore: Job<RestoreInput> = async (input, context) => {
  const { ports, signal, report } = context;
  const { database } = ports;
  const archive = await ports.archives.openBackup(input.file, input.passphrase);
  const manifest = await readManifest(archive);
  const total = manifest.entries.length;
  await verify(archive, manifest, signal, (done) => report({ done, total }));
  const tables = Object.keys(manifest.tables).filter((name) => database.dump.names.includes(name));
  const rowsOf: RowsOf = (table) => rows(archive, manifest, table);
  const here = new Set((await database.projects.all()).map(({ id }) => id));
  const isKnown = manifest.projects.some(({ id }) => here.has(id));

  if (input.mode === 'preview') {
    const merge: Record<string, MergeCounts> = {};
    for (const table of tables)
      merge[table] = isKnown
        ? await mergeCounts(ports, table, rowsOf(table))
        : { added: manifest.tables[table]!, changed: 0, kept: 0 };
    const detail: RestorePreview = {
      createdAt: manifest.createdAt,
      pictures: manifest.pictures,
      projects: manifest.projects.map((project) => ({ ...project, isHere: here.has(project.id) })),
      merge,
    };
    return { counts: {}, skipped: [], skippedCount: 0, detail };
  }
  if (input.mode === 'merge') {
    await restoreModels(archive, manifest, ports.modelFiles);
    const { added, changed, kept } = await mergeInto(ports, tables, rowsOf, signal);
    const pictures = await restorePictures(archive, manifest, (id) => id, context);
    return {
      counts: { added, newer: changed, kept, ...(manifest.pictures > 0 ? { pictures } : {}) },
      skipped: [],
      skippedCount: 0,
    };
  }
  const ids = isKnown ? await besideIds(tables, rowsOf, here, ports.makeId) : new Map<string, string>();
  return beside(archive, manifest, tables, rowsOf, ids, context);
};

async function beside(
  archive: OpenedArchive,
  manifest: BackupManifest,
  tables: readonly string[],
  rowsOf: RowsOf,
  ids: ReadonlyMap<string, string>,
  context: JobContext,
) {
  const { ports, signal } = context;
  const { database } = ports;
  const names = new Set((await database.projects.all()).map(({ name }) => name));
  const pictureSources = sourcesOf(manifest);
  const projectIds = manifest.projects.map(({ id }) => (ids.get(id) ?? id) as ProjectId);
  /** Tasks whose counts were behind when they were backed up. */
  const behind: TaskId[] = [];
  let written = 0;
  /** One portion is written while the next one is read. */
  let writing = Promise.resolve(0);
  await database.projects.markRestoring(projectIds);
  try {
    for (const table of tables.filter((name) => name !== 'projects')) {
      for await (const portion of rowsOf(table)) {
        signal.throwIfAborted();
        const next = portion.map((row) => asCopied(table, withIds(row, ids), row, pictureSources));
        if (table === 'draftsBehind') {
          for (const row of next) behind.push(row['taskId'] as TaskId);
          continue;
        }
        written += await writing;
        writing = putNew(ports, table, next);
        writing.catch(() => undefined);
      }
    }
    written += await writing;
    await restorePictures(archive, manifest, (id) => ids.get(id) ?? id, context);
    await restoreModels(archive, manifest, ports.modelFiles);
    await recountIn(database, manifest.hasWholeTasks ? behind : await tasksOf(database, projectIds), signal);
    signal.throwIfAborted();
    const projects: Row[] = [];
    for await (const portion of rowsOf('projects'))
      projects.push(...portion.map((row) => renamed(withIds(row, ids), names)));
    await database.write(async () => {
      written += await putNew(ports, 'projects', projects);
      await database.projects.unmarkRestoring(projectIds);
    });
  } catch (error) {
    await writing.catch(() => undefined);
    for (const id of projectIds) await database.projects.delete(id);
    throw error;
  }
  return { counts: { projects: manifest.projects.length, rows: written }, skipped: [], skippedCount: 0 };
}

/** A backup that was made table by table may hold counts that differ from what lies under them. */
async function tasksOf(database: Database, projectIds: readonly ProjectId[]): Promise<readonly TaskId[]> {
  return (await Promise.all(projectIds.map((id) => database.tasks.ids(id)))).flat();
}

async function recountIn(database: Database, ids: readonly TaskId[], signal: AbortSignal): Promise<void> {
  for (let at = 0; at < ids.length; at += RECOUNTED_AT_ONCE) {
    signal.throwIfAborted();
    await database.write(() => recount(database, ids.slice(at, at + RECOUNTED_AT_ONCE)));
  }
}

const RECOUNTED_AT_ONCE = 250;

/** Pictures that came along lie in the browser's own storage from now on. */
const asCopied = (table: string, row: Row, original: Row, withPictures: ReadonlySet<unknown>): Row =>
  table === 'sources' && withPictures.has(original['id']) ? { ...row, kind: 'copied' } : row;

const PICTURE = /^pictures\/([^/]+)\/(.+)$/;

const sourcesOf = (manifest: BackupManifest): ReadonlySet<unknown> =>
  new Set(manifest.entries.flatMap(({ path }) => PICTURE.exec(path)?.[1] ?? []));

/** Rows that nothing here has the key of; a model that is here stays. */
async function putNew({ database }: JobPorts, table: string, rows: readonly Row[]): Promise<number> {
  const present = await database.dump.get(
    table,
    rows.map((row) => database.dump.keyOf(table, row)),
  );
  const fresh = rows.filter((_, at) => present[at] === undefined);
  await database.dump.put(table, fresh);
  return fresh.length;
}

async function restorePictures(
  archive: OpenedArchive,
  manifest: BackupManifest,
  sourceOf: (id: string) => string,
  { ports, signal, report }: JobContext,
): Promise<number> {
  const pictures = manifest.entries.filter(({ path }) => PICTURE.test(path));
  let done = 0;
  for (const { path } of pictures) {
    signal.throwIfAborted();
    const [, source = '', name = ''] = PICTURE.exec(path)!;
    const id = sourceOf(source) as SourceId;
    const stored = await ports.database.sources.get(id);
    // A folder that is known here has its pictures itself.
    if (stored === undefined || stored.kind === 'copied')
      await ports.folders.copyIn(
        id,
        name,
        new File([await entryBytes(archive, path)], name.slice(name.lastIndexOf('/') + 1)),
      );
    report({ done: (done += 1), total: pictures.length });
  }
  return done;
}

async function* rows(
  archive: OpenedArchive,
  manifest: BackupManifest,
  table: string,
): AsyncIterable<readonly Row[]> {
  const parts = manifest.entries.filter(({ path }) => path.startsWith(`tables/${table}/`));
  const blobOf = async (entry: string, type: string) =>
    new Blob([await entryBytes(archive, entry)], { type });
  const read = async (at: number) =>
    parts[at] === undefined ? new Uint8Array(0) : entryBytes(archive, parts[at].path);
  let coming = read(0);
  for (const [at, { path }] of parts.entries()) {
    const text = new TextDecoder().decode(await coming);
    // The next one is unpacked meanwhile; what is wrong with it is told when its turn comes.
    coming = read(at + 1);
    coming.catch(() => undefined);
    const portion: Row[] = [];
    for (const line of text.split('\n')) {
      if (line === '') continue;
      try {
        portion.push(migrate(table, await decodeRow(line, blobOf), manifest.schemaVersion));
      } catch (error) {
        throw error instanceof AppError ? error : new AppError('backup-damaged', { path }, { cause: error });
      }
    }
    for (let at = 0; at < portion.length; at += 1000) yield portion.slice(at, at + 1000);
  }
}
