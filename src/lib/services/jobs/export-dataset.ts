import type { Annotation } from '$lib/domain/annotation';
import type { Category, Dataset, DatasetItem } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { ProjectId, SourceId } from '$lib/domain/ids';
import { classNumbers, type Project } from '$lib/domain/project';
import { GEOMETRY, type Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import { writeCoco } from '$lib/formats/coco';
import { uniqueNames } from '$lib/formats/paths';
import { readDraft } from '../annotations';
import type { ArchiveEntry, OutputTarget } from '../ports/archives';
import type { ImageFolder } from '../ports/folders';
import type { JobPorts } from '../ports/ports';
import { SkippedList, type Job } from './job';

export interface ExportDatasetInput {
  readonly projectId: ProjectId;
  readonly format: 'coco' | 'coco-with-images';
  /** `submitted`: with the deliberately empty ones. `all`: also what was drawn but never submitted, and untouched pictures. */
  readonly scope: 'submitted' | 'all';
  readonly firstNumber: 0 | 1;
  readonly target: OutputTarget;
}

const PAGE = 500;

/** Writes the project's tasks as an archive, picture by picture; nothing holds them all. */
export const exportDataset: Job<ExportDatasetInput> = async (input, { ports, signal, report }) => {
  const { database } = ports;
  const project = await database.projects.get(input.projectId);
  if (!project) throw new AppError('project-missing');
  const skipped = new SkippedList();
  const counts = { images: 0, boxes: 0 };
  const written: { task: Task; fileName: string }[] = [];
  const total = Object.values(await database.tasks.counts(project.id)).reduce((sum, count) => sum + count, 0);
  const withImages = input.format === 'coco-with-images';

  await ports.archives.writeZip(input.target, entries(), signal);
  return { counts, skipped: skipped.kept, skippedCount: skipped.count };

  async function* entries(): AsyncIterable<ArchiveEntry> {
    const dataset: Dataset = {
      name: project!.name,
      categories: categoriesOf(project!, input.firstNumber),
      items,
    };
    yield { path: 'result.json', modifiedAt: new Date(ports.clock.now()), content: writeCoco(dataset) };
    if (!withImages) return;
    const folders = new Map<SourceId, ImageFolder>();
    for (const [index, { task, fileName }] of written.entries()) {
      signal.throwIfAborted();
      try {
        const file = await (await folderOf(task.sourceId, folders)).file(task.path);
        yield { path: `images/${fileName}`, modifiedAt: new Date(file.lastModified), content: file };
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'permission-needed') throw error;
        skipped.add(task.path, error.code);
      }
      report({ done: index + 1, total: written.length });
    }
  }

  async function* items(): AsyncIterable<DatasetItem> {
    const nameOf = uniqueNames();
    for await (const tasks of pages(ports, input.projectId)) {
      signal.throwIfAborted();
      const annotations = await database.annotations.getMany(tasks.map((task) => task.id));
      for (const [index, task] of tasks.entries()) {
        const work = await workOf(task, annotations[index] ?? null);
        if (work === null) continue;
        const fileName = nameOf(task.path);
        const regions = work.regions.flatMap((region) => clipped(region, work.size, task));
        if (withImages) written.push({ task, fileName });
        counts.images += 1;
        counts.boxes += regions.length;
        yield { fileName, size: work.size, regions };
      }
      if (!withImages) report({ done: tasks.at(-1)!.number, total });
    }
  }

  /** What of a task goes out: null leaves it out. */
  async function workOf(
    task: Task,
    annotation: Annotation | null,
  ): Promise<{ regions: readonly Region[]; size: Size } | null> {
    if (input.scope === 'submitted') {
      if (annotation === null || annotation.isSkipped || annotation.imageSize === null) return null;
      return { regions: annotation.regions, size: annotation.imageSize };
    }
    const draft = task.progress === 'draft' ? await readDraft(database, task.id) : null;
    const size = draft?.imageSize ?? annotation?.imageSize ?? task.size;
    if (size === null) {
      skipped.add(task.path, task.problem ?? (task.isMissing ? 'file-missing' : 'file-unreadable'));
      return null;
    }
    return { regions: [...(draft?.regions.values() ?? annotation?.regions ?? [])], size };
  }

  function clipped(region: Region, size: Size, task: Task): readonly Region[] {
    const inside = GEOMETRY[region.kind].clip(region, size);
    if (inside === null) skipped.add(task.path, 'region-outside');
    else if (region.labelId === null) skipped.add(task.path, 'region-unlabelled');
    return inside === null || region.labelId === null ? [] : [inside];
  }

  async function folderOf(id: SourceId, open: Map<SourceId, ImageFolder>): Promise<ImageFolder> {
    const source = await database.sources.get(id);
    if (!source) throw new AppError('folder-missing');
    const folder = open.get(id) ?? (await ports.folders.open(source));
    open.set(id, folder);
    return folder;
  }
};

async function* pages({ database }: JobPorts, projectId: ProjectId): AsyncIterable<readonly Task[]> {
  for (let number = 0; ;) {
    const page = await database.tasks.page(projectId, number, PAGE);
    if (page.length === 0) return;
    yield page;
    number = page.at(-1)!.number;
  }
}

function categoriesOf(project: Project, first: number): readonly Category[] {
  const numbers = classNumbers(project.labels, first);
  return project.labels.map((label) => ({
    labelId: label.id,
    name: label.name,
    number: numbers.get(label.id)!,
  }));
}
