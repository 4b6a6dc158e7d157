import { AppError } from '$lib/domain/errors';
import type { ProjectId, SourceId } from '$lib/domain/ids';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import type { Project } from '$lib/domain/project';
import { safePath } from '$lib/formats/paths';
import type { ArchiveEntry, OutputTarget } from '../ports/archives';
import { BACKUP_FORMAT, MANIFEST, sha256, type BackupEntry, type BackupManifest } from './backup-file';
import { modelEntries } from './backup-models';
import { SkippedList, type Job } from './job';
import { encodeRow } from './row-codec';

export interface BackupInput {
  /** Null: everything. */
  readonly projectId: ProjectId | null;
  readonly withPictures: boolean;
  readonly withModels: boolean;
  /** Null: not encrypted. */
  readonly passphrase: string | null;
  readonly target: OutputTarget;
}

/** About how much text stands in one entry: small enough to be held while its checksum is made. */
const PART_CHARACTERS = 1 << 21;

/** Tables of models and of what they are made of. */
export const isModelTable = (name: string): boolean => /^model/i.test(name);

/** Every table as it is, whatever the tables are, and the pictures by choice, in one file. */
export const backup: Job<BackupInput> = async (input, { ports, signal, report }) => {
  const { database, folders, archives, modelFiles, clock } = ports;
  const skipped = new SkippedList();
  const entries: BackupEntry[] = [];
  const tables: Record<string, number> = {};
  const projects = (await database.projects.all()).filter(
    ({ id }) => input.projectId === null || id === input.projectId,
  );
  if (input.projectId !== null && projects.length === 0) throw new AppError('project-missing');
  let pictures = 0;
  let rows = 0;

  await archives.writeBackup(input.target, all(), input.passphrase, signal);
  return {
    counts: { rows, ...(input.withPictures ? { pictures } : {}) },
    skipped: skipped.kept,
    skippedCount: skipped.count,
  };

  async function* all(): AsyncIterable<ArchiveEntry> {
    for (const name of database.dump.names)
      if (input.withModels || !isModelTable(name)) yield* tableEntries(name);
    if (input.withModels)
      for (const project of projects)
        yield* modelEntries(await database.models.forProject(project.id), modelFiles, checked, (path) =>
          skipped.add(path, 'file-missing'),
        );
    if (input.withPictures) for (const project of projects) yield* pictureEntries(project);
    const manifest: BackupManifest = {
      app: 'kakomi',
      format: BACKUP_FORMAT,
      schemaVersion: SCHEMA_VERSION,
      createdAt: clock.now(),
      projects: await Promise.all(projects.map(summaryOf)),
      tables,
      pictures,
      entries,
    };
    yield at(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)));
  }

  async function* tableEntries(name: string): AsyncIterable<ArchiveEntry> {
    let lines: string[] = [];
    let length = 0;
    let part = 0;
    tables[name] = 0;
    for await (const portion of database.dump.rows(name, input.projectId)) {
      signal.throwIfAborted();
      for (const row of portion) {
        const blobs: { path: string; blob: Blob }[] = [];
        const line = encodeRow(row, (blob) => {
          const path = `blobs/${name}/${tables[name]}-${blobs.length}`;
          blobs.push({ path, blob });
          return path;
        });
        for (const { path, blob } of blobs) yield checked(path, new Uint8Array(await blob.arrayBuffer()));
        lines.push(line);
        length += line.length;
        tables[name] += 1;
        rows += 1;
        if (length < PART_CHARACTERS) continue;
        yield await textPart(name, (part += 1), lines);
        lines = [];
        length = 0;
      }
      report({ done: rows, total: null });
    }
    if (lines.length > 0) yield await textPart(name, part + 1, lines);
  }

  async function textPart(name: string, part: number, lines: readonly string[]): Promise<ArchiveEntry> {
    const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
    return checked(`tables/${name}/${String(part).padStart(5, '0')}.ndjson`, bytes);
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
        // Pages of one file have it in common.
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
