import type { ProjectId, SourceId, TaskId } from '$lib/domain/ids';
import { tablesBefore } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import { BACKED_UP_TABLES } from '$lib/domain/tables';
import type { OpenedArchive } from '../ports/archives';
import type { Database } from '../ports/database';
import type { JobPorts } from '../ports/ports';
import { recount } from '../recount';
import { entryBytes, readManifest, verify, type BackupManifest, type RowsOf } from './backup-file';
import { restoreModels } from './backup-models';
import type { Job, JobContext, SkippedList } from '../job';
import { deletionsOf } from './restore-deleted';
import { besideIds, renamed, withIds } from './restore-ids';
import { mergeCounts, mergeInto } from './restore-merge';
import { backupRows } from './restore-rows';
import type { JobReport } from '../ports/job-report';
import type { MergeCounts, RestorePreview } from './contract';

/**
 * Restores a backup. All of it is compared with its checksums first, so that a wrong passphrase or one flipped bit
 * changes nothing. A project that is new here is written last, so that nobody sees an incomplete one.
 */
export const restore: Job<'restore'> = async (input, context) => {
  const { ports, signal, report } = context;
  const { database } = ports;
  const archive = await ports.archives.openBackup(input.file, input.passphrase);
  const manifest = await readManifest(archive);
  const total = manifest.entries.length;
  await verify(archive, manifest, signal, (done) => report({ done, total }));
  // The left-out rows are known before the rows that belong to them are read.
  const tables = BACKED_UP_TABLES.filter((name) =>
    tablesBefore(name, manifest.schemaVersion).some((stored) => Object.hasOwn(manifest.tables, stored)),
  );
  const here = new Set((await database.projects.all()).map(({ id }) => id));
  const isKnown = manifest.projects.some(({ id }) => here.has(id));
  const intoHere = input.mode === 'merge' || (input.mode === 'preview' && isKnown);
  const { of: rowsOf, leftOut } = backupRows(archive, manifest, database.dump, intoHere);
  // Rows that belong to a project that was left out are left out too.
  await countRows(rowsOf('projects'));

  const deletionsHere = () => deletionsOf(database, here, tables, rowsOf);

  if (input.mode === 'preview') {
    const deletions = isKnown ? await deletionsHere() : null;
    const merge: Record<string, MergeCounts> = {};
    for (const table of tables)
      merge[table] = deletions
        ? await mergeCounts(ports, table, rowsOf(table), deletions)
        : { added: await countRows(rowsOf(table)), changed: 0, kept: 0, deleted: 0 };
    const preview: RestorePreview = {
      createdAt: manifest.createdAt,
      pictures: manifest.pictures,
      projects: manifest.projects.map((project) => ({ ...project, isHere: here.has(project.id) })),
      merge,
    };
    return { counts: {}, ...skippedOf(leftOut), preview };
  }
  if (input.mode === 'merge') {
    await restoreModels(archive, manifest, ports.modelFiles);
    const { added, changed, kept, deleted } = await mergeInto(
      ports,
      tables,
      rowsOf,
      await deletionsHere(),
      signal,
    );
    const pictures = await restorePictures(archive, manifest, (id) => id, context);
    return {
      counts: {
        added,
        newer: changed,
        kept,
        ...(deleted > 0 ? { deleted } : {}),
        ...(manifest.pictures > 0 ? { pictures } : {}),
      },
      ...skippedOf(leftOut),
    };
  }
  const ids = isKnown ? await besideIds(tables, rowsOf, here, ports.makeId) : new Map<string, string>();
  const { counts } = await beside(archive, manifest, tables, rowsOf, ids, leftOut, context);
  const { madeBy } = manifest;
  return { counts, ...skippedOf(leftOut), ...(madeBy === undefined ? {} : { madeBy }) };
};

async function countRows(rows: AsyncIterable<readonly Row[]>): Promise<number> {
  let count = 0;
  for await (const portion of rows) count += portion.length;
  return count;
}

const skippedOf = (leftOut: SkippedList): Pick<JobReport, 'skipped' | 'skippedCount'> => ({
  skipped: leftOut.kept,
  skippedCount: leftOut.count,
});

async function beside(
  archive: OpenedArchive,
  manifest: BackupManifest,
  tables: readonly string[],
  rowsOf: RowsOf,
  ids: ReadonlyMap<string, string>,
  leftOut: SkippedList,
  context: JobContext,
) {
  const { ports, signal } = context;
  const { database } = ports;
  const names = new Set((await database.projects.all()).map(({ name }) => name));
  const pictureSources = sourcesOf(manifest);
  const projectIds = manifest.projects.map(({ id }) => (ids.get(id) ?? id) as ProjectId);
  /** Tasks whose counts were out of date when they were backed up. */
  const behind: TaskId[] = [];
  let written = 0;
  let restoredProjects = 0;
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
    // Counts of the backup are valid if all rows that determine them were restored.
    const isWhole = manifest.hasWholeTasks && leftOut.count === 0;
    await recountIn(database, isWhole ? behind : await tasksOf(database, projectIds), signal);
    signal.throwIfAborted();
    const projects: Row[] = [];
    for await (const portion of rowsOf('projects'))
      projects.push(...portion.map((row) => renamed(withIds(row, ids), names)));
    await database.write(async () => {
      restoredProjects = await putNew(ports, 'projects', projects);
      written += restoredProjects;
      await database.projects.unmarkRestoring(projectIds);
    });
  } catch (error) {
    await writing.catch(() => undefined);
    for (const id of projectIds) await database.projects.delete(id);
    throw error;
  }
  return { counts: { projects: restoredProjects, rows: written } };
}

/** Tasks to count again: a backup that was made table by table may hold counts that differ from the rows below them. */
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

/** A source whose pictures are in the backup has them in the browser's own storage from now on. */
const asCopied = (table: string, row: Row, original: Row, withPictures: ReadonlySet<unknown>): Row =>
  table === 'sources' && withPictures.has(original['id']) ? { ...row, kind: 'copied' } : row;

const PICTURE = /^pictures\/([^/]+)\/(.+)$/;

const sourcesOf = (manifest: BackupManifest): ReadonlySet<unknown> =>
  new Set(manifest.entries.flatMap(({ path }) => PICTURE.exec(path)?.[1] ?? []));

/** Writes rows whose key does not exist here; a model that exists here stays. */
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
