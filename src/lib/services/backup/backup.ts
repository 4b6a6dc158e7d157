import { AppError } from '$lib/domain/errors';
import type { SourceId } from '$lib/domain/ids';
import { mergeRow } from '$lib/domain/merge';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import type { Row } from '$lib/domain/row';
import type { DetectorModel } from '$lib/domain/model';
import type { Project } from '$lib/domain/project';
import {
  BACKED_UP_TABLES,
  BACKED_UP_WITH_TASKS,
  PROFILE_FIELDS,
  TABLES_OF_REFERENCE,
} from '$lib/domain/tables';
import { safePath } from '$lib/formats/paths';
import type { ArchiveEntry } from '../ports/archives';
import { BACKUP_FORMAT, MANIFEST, sha256, type BackupEntry, type BackupManifest } from './backup-file';
import { modelEntries } from './backup-models';
import { SkippedList, type Job } from '../job';
import { tableWriter } from './backup-tables';

/** Whether a table holds models. */
export const isModelTable = (name: string): boolean => /^model/i.test(name);

/** Writes every table unchanged, whatever the tables are, and optionally the pictures, into one file. */
export const backup: Job<'backup'> = async (input, { ports, signal, report }) => {
  const { database, folders, archives, modelFiles, clock } = ports;
  const skipped = new SkippedList();
  const entries: BackupEntry[] = [];
  if (input.projectId !== null && !(await database.projects.get(input.projectId)))
    throw new AppError('project-missing');
  let pictures = 0;
  const writer = tableWriter(checked);

  await archives.writeBackup(input.target, all(), input.passphrase, signal);
  return {
    counts: { rows: writer.count, ...(input.withPictures ? { pictures } : {}) },
    ...skipped.report,
  };

  async function* all(): AsyncIterable<ArchiveEntry> {
    const { projects, models } = yield* tableEntries();
    if (input.withModels)
      yield* modelEntries(models, modelFiles, checked, (path) => skipped.add(path, 'file-missing'));
    if (input.withPictures) for (const project of projects) yield* pictureEntries(project);
    const manifest: BackupManifest = {
      app: 'kakomi',
      format: BACKUP_FORMAT,
      schemaVersion: SCHEMA_VERSION,
      createdAt: clock.now(),
      // A backup of everything belongs to one person; a backup of a project may be handed to others.
      ...(input.projectId === null ? { madeBy: input.madeBy } : {}),
      hasWholeTasks: true,
      projects: await Promise.all(projects.map(summaryOf)),
      tables: writer.rows,
      pictures,
      entries,
    };
    yield at(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)));
  }

  /**
   * [Note: One moment]
   * People go on working while a backup is made. A task and everything that belongs to it are read in one transaction,
   * so the backup contains it as it was at one moment. The rows that tasks refer to (labels, storages, models) are read
   * with each portion of tasks, and the latest state is kept, including rows that were removed meanwhile: so no
   * reference is dangling.
   */
  async function* tableEntries() {
    /** Profiles that the backup's rows refer to; nobody else's name is included. */
    const people = new Set<unknown>([input.madeBy]);
    const { dump } = database;
    const isAsked = (name: string) => input.withModels || !isModelTable(name);
    const kept = new Map<string, Map<string, Row>>(
      TABLES_OF_REFERENCE.filter(isAsked).map((name) => [name, new Map<string, Row>()]),
    );
    for await (const portion of dump.wholeTasks(input.projectId)) {
      signal.throwIfAborted();
      for (const name of BACKED_UP_WITH_TASKS) {
        const rows = portion.get(name) ?? [];
        for (const row of rows) for (const field of PROFILE_FIELDS) people.add(row[field]);
        yield* writer.add(name, rows);
      }
      for (const [name, rows] of kept)
        for (const row of portion.get(name) ?? []) {
          const key = JSON.stringify(dump.keyOf(name, row));
          rows.set(key, withLabelsOf(name, row, rows.get(key)));
        }
      report({ done: writer.count, total: null });
    }
    const rowsOf = (name: string): readonly Row[] => [...(kept.get(name)?.values() ?? [])];
    for (const name of kept.keys()) yield* writer.add(name, rowsOf(name));
    const read = new Set<string>([...BACKED_UP_WITH_TASKS, ...TABLES_OF_REFERENCE]);
    for (const name of BACKED_UP_TABLES.filter((one) => isAsked(one) && !read.has(one)))
      for await (const portion of dump.rows(name, input.projectId))
        yield* writer.add(name, name === 'profiles' ? portion.filter(({ id }) => people.has(id)) : portion);
    yield* writer.end();
    return {
      projects: rowsOf('projects') as unknown as readonly Project[],
      models: rowsOf('models') as unknown as readonly DetectorModel[],
    };
  }

  async function* pictureEntries(project: Project): AsyncIterable<ArchiveEntry> {
    const open = new Map<SourceId, Awaited<ReturnType<typeof folders.open>>>();
    const there = new Set<string>();
    for (let number = 0; ;) {
      const page = await database.tasks.page(project.id, number, 500);
      if (page.length === 0) return;
      number = page.at(-1)!.number;
      for (const task of page) {
        signal.throwIfAborted();
        const path = `pictures/${task.sourceId}/${task.path}`;
        // Pages of one file share it.
        if (there.has(path)) continue;
        if (safePath(path) === null || task.isMissing) {
          skipped.addTask(task, task.isMissing ? 'file-missing' : 'path-unsafe');
          continue;
        }
        try {
          const source = await database.sources.get(task.sourceId);
          if (!source) throw new AppError('folder-missing', { path: task.path });
          const folder = open.get(task.sourceId) ?? (await folders.open(source));
          open.set(task.sourceId, folder);
          const bytes = new Uint8Array(await (await folder.file(task.path)).arrayBuffer());
          pictures += 1;
          there.add(path);
          yield await checked(path, bytes);
        } catch (error) {
          if (!(error instanceof AppError) || error.code === 'permission-needed') throw error;
          skipped.addTask(task, error.code);
        }
        report({ done: pictures, total: null });
      }
    }
  }

  async function checked(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<ArchiveEntry> {
    entries.push({ path, size: bytes.length, sha256: await sha256(bytes) });
    return at(path, bytes);
  }

  function at(path: string, content: Uint8Array<ArrayBuffer>): ArchiveEntry {
    return { path, modifiedAt: new Date(clock.now()), content };
  }

  async function summaryOf(project: Project) {
    return { id: project.id, name: project.name, tasks: await database.tasks.lastNumber(project.id) };
  }
};

/**
 * A project's current row, with the labels that it had before, because regions that were read earlier may refer to
 * them.
 */
function withLabelsOf(table: string, now: Row, before: Row | undefined): Row {
  const merged = table !== 'projects' || before === undefined ? 'mine' : mergeRow(table, now, before);
  return typeof merged === 'string' ? now : merged;
}
