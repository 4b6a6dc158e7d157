import { SPLITS, type Dataset, type DatasetItem, type Split } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { ProjectId, TaskId } from '$lib/domain/ids';
import { resolveCounts } from '$lib/domain/label-resolution';
import { assignSplits, type SplitTask } from '$lib/domain/split';
import { pagePathOf, type Task } from '$lib/domain/task';
import { formatOf } from '$lib/formats/all';
import { fit, labelsOf } from '$lib/formats/fit';
import { uniqueNames } from '$lib/formats/paths';
import { exportTraits, formatIdOf } from './export-kinds';
import type { ArchiveEntry } from '../ports/archives';
import { categoriesOf } from './export-categories';
import {
  isOutdatedItem,
  itemsOfPage,
  projectWords,
  taskPages,
  type ExportSelection,
  type ProjectWords,
} from '../dataset-items';
import { exportPictures, folderOf } from './export-pictures';
import { SkippedList, type Job, type JobContext } from '../job';
import type { SplitChoice } from './contract';

/** Writes tasks in a format, picture by picture; nothing holds them all. */
export const exportDataset: Job<'export-dataset'> = async (input, context) => {
  const { ports, signal, report } = context;
  const { database } = ports;
  const project = await database.projects.get(input.projectId);
  if (!project) throw new AppError('project-missing');
  const format = formatOf(formatIdOf(input.kind));
  const { withImages, hasFolders } = exportTraits(input.kind);
  const words = await projectWords(database, project);
  const categories = categoriesOf(project, input.kind, input.firstNumber, input.closesGaps);
  const labels = labelsOf(categories);
  const skipped = new SkippedList(new Set(['picture-replaced']));
  const counts = { images: 0, boxes: 0 };
  const written: { task: Task; path: string }[] = [];
  const pictures = exportPictures(context);
  const total = await countOf(context, input);
  const splits = input.split === null ? null : await split(input, input.split, words, context);
  const parts =
    splits !== null && hasFolders
      ? SPLITS.filter((part) => input.split!.ratio[part] > 0 || hasPart(splits, part))
      : [];
  /** Formats with several files ask for the pictures several times; they are counted once. */
  let isFirst = true;

  const dataset: Dataset = {
    name: project.name,
    categories,
    ...(project.extra === undefined ? {} : { extra: project.extra }),
    ...(project.labelingConfig === undefined ? {} : { labelingConfig: project.labelingConfig }),
    items,
  };
  const outputs = format.write(dataset, { splits: parts, withImages });
  if (format.singleFile === null) await ports.archives.writeZip(input.target, entries(), signal);
  else for await (const { content } of outputs) await ports.archives.writeText(input.target, content, signal);
  return { counts, ...skipped.report };

  async function* entries(): AsyncIterable<ArchiveEntry> {
    for await (const { path, content } of outputs)
      yield { path, modifiedAt: new Date(ports.clock.now()), content };
    if (withImages) yield* pictures.entries(written, skipped);
  }

  async function pathsOf(tasks: readonly Task[]): Promise<ReadonlyMap<TaskId, string>> {
    const paths = new Map<TaskId, string>();
    for (const task of tasks) paths.set(task.id, await pictures.pathOf(task));
    return paths;
  }

  async function* items(): AsyncIterable<DatasetItem> {
    const counting = isFirst;
    isFirst = false;
    const nameOf = uniqueNames(format.uniqueStems ? 'stem' : 'name');
    for await (const tasks of taskPages(database, input)) {
      signal.throwIfAborted();
      const paths = withImages ? await pathsOf(tasks) : null;
      const names = (task: Task) => nameOf(paths?.get(task.id) ?? pagePathOf(task));
      for (const { task, item } of await itemsOfPage(database, words, tasks, input, names, splits)) {
        const sized = item.size === null ? { ...item, size: await measured(context, task) } : item;
        const fitted = fit(
          sized,
          format.capabilities,
          labels,
          (code) => counting && TOLD.has(code) && skipped.addTask(task, code),
        );
        if (fitted === null) continue;
        if (sized.size === null && counting)
          skipped.addTask(task, task.problem ?? (task.isMissing ? 'file-missing' : 'size-unknown'));
        if (counting) {
          if (isOutdatedItem(task, item)) skipped.addTask(task, 'picture-replaced');
          counts.images += 1;
          counts.boxes += boxesOf(fitted);
          const part = parts.length === 0 ? null : (fitted.split ?? parts[0]!);
          if (withImages) written.push({ task, path: format.picturePath(fitted.fileName, part) });
        }
        yield fitted;
      }
      if (counting && !withImages && tasks.length > 0) report({ done: tasks.at(-1)!.number, total });
    }
  }
};

/** What a report lists; a turned box that is written as its upright one is counted before the export. */
const TOLD: ReadonlySet<string> = new Set([
  'draft-not-written',
  'region-outside',
  'region-unlabelled',
  'region-crowd',
  'region-kind',
  'region-empty',
  'number-invalid',
  'several-annotators',
]);

const boxesOf = ({ annotations, draft }: DatasetItem): number =>
  annotations.reduce((sum, { regions }) => sum + regions.length, draft?.length ?? 0);

const hasPart = (splits: ReadonlyMap<TaskId, Split>, part: Split): boolean => {
  for (const split of splits.values()) if (split === part) return true;
  return false;
};

async function countOf(
  { ports }: JobContext,
  { projectId }: { readonly projectId: ProjectId },
): Promise<number> {
  return ports.database.tasks.lastNumber(projectId);
}

/** The size of a picture that was never opened; null where it cannot be read. */
async function measured({ ports }: JobContext, task: Task) {
  if (task.isMissing || task.problem !== null) return null;
  try {
    const file = await (await folderOf(ports, task.sourceId)).file(task.path);
    const size = await ports.pictureFiles.measure(file, task.page);
    await ports.database.tasks.update(task.id, { size });
    return size;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return null;
  }
}

/** Every exported task's part, kept with it. */
async function split(
  input: ExportSelection,
  { ratio, seed, keepsEarlier }: SplitChoice,
  words: ProjectWords,
  { ports: { database }, signal }: JobContext,
): Promise<ReadonlyMap<TaskId, Split>> {
  const tasks: SplitTask[] = [];
  const earlier = new Map<TaskId, Split | null>();
  for await (const page of taskPages(database, input)) {
    signal.throwIfAborted();
    for (const { task } of await itemsOfPage(database, words, page, input, pagePathOf, null)) {
      earlier.set(task.id, task.split ?? null);
      const { labelIds } = resolveCounts(task, words.resolve);
      tasks.push({ id: task.id, labelIds, split: keepsEarlier ? (task.split ?? null) : null });
    }
  }
  const parts = assignSplits(tasks, ratio, seed);
  for (const part of SPLITS) {
    const changed = [...parts]
      .filter(([id, to]) => to === part && earlier.get(id) !== part)
      .map(([id]) => id);
    for (let at = 0; at < changed.length; at += 1000)
      await database.tasks.updateMany(changed.slice(at, at + 1000), { split: part });
  }
  return parts;
}
