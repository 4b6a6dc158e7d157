import type { Annotation } from '$lib/domain/annotation';
import type { DatasetAnnotation, DatasetItem, Split } from '$lib/domain/dataset';
import { groupBy } from '$lib/domain/group-by';
import { type ProfileId, type ProjectId, type TaskId, asId } from '$lib/domain/ids';
import { labelResolver, resolveRegions, resolveRow, type ResolveLabel } from '$lib/domain/label-resolution';
import { nameOf, namesOf, type ProfileNames } from '$lib/domain/profile';
import type { Project } from '$lib/domain/project';
import { acceptedRegion, type Prediction } from '$lib/domain/prediction';
import type { Region } from '$lib/domain/region';
import { isOutdated } from '$lib/domain/replaced';
import { pagePathOf, type Task } from '$lib/domain/task';
import { annotationsOf, EVERYBODY, type Whose } from '$lib/domain/whose';
import type { Database } from './ports/database';
import { readDraft, type PlayedDraft } from './read-draft';

/** Selection of the tasks to export. */
export interface ExportSelection {
  readonly projectId: ProjectId;
  /** Null for all tasks of the project. */
  readonly taskIds: readonly TaskId[] | null;
  readonly includeSkipped: boolean;
  /** Whether drafts and untouched pictures are exported. */
  readonly includeUnfinished: boolean;
  /** Absent for everybody's annotations. */
  readonly whose?: Whose;
}

export interface ExportItem {
  readonly task: Task;
  readonly item: DatasetItem;
  /** Everybody with an annotation of the task, chosen or not. */
  readonly people: readonly ProfileId[];
}

const PAGE = 500;

/** Yields the chosen tasks by number, a page at a time. */
export async function* taskPages(
  database: Database,
  { projectId, taskIds }: Pick<ExportSelection, 'projectId' | 'taskIds'>,
): AsyncIterable<readonly Task[]> {
  const chosen = taskIds === null ? null : new Set(taskIds);
  for (let number = 0; ;) {
    const page = await database.tasks.page(projectId, number, PAGE);
    if (page.length === 0) return;
    yield chosen === null ? page : page.filter(({ id }) => chosen.has(id));
    number = page.at(-1)!.number;
  }
}

/** Resolves the label and profile ids in a project's rows. It is read once for all pages. */
export interface ProjectWords {
  readonly resolve: ResolveLabel;
  readonly people: ProfileNames;
}

export const projectWords = async (
  { profiles }: Pick<Database, 'profiles'>,
  project: Pick<Project, 'labels' | 'removedLabels'>,
): Promise<ProjectWords> => ({
  resolve: labelResolver(project),
  people: namesOf(await profiles.all()),
});

/** Reads the items to export for a page of tasks, with the current labels of their regions. */
export async function itemsOfPage(
  database: Database,
  { resolve, people }: ProjectWords,
  tasks: readonly Task[],
  selection: Pick<ExportSelection, 'includeSkipped' | 'includeUnfinished' | 'whose'>,
  names: (task: Task) => string,
  splits: ReadonlyMap<TaskId, Split> | null,
): Promise<readonly ExportItem[]> {
  const ids = tasks.map(({ id }) => id);
  const [annotations, predictions, kept] = await Promise.all([
    database.annotations.forTasks(ids),
    database.predictions.forTasks(
      tasks.filter(({ predictionCount }) => predictionCount > 0).map(({ id }) => id),
    ),
    database.kept.forTasks(ids),
  ]);
  const predictionsOf = groupBy(predictions, ({ taskId }) => taskId);
  const keptOf = new Map(kept.map((row) => [row.taskId, row]));
  const whose = selection.whose ?? EVERYBODY;
  const found: ExportItem[] = [];
  for (const [index, task] of tasks.entries()) {
    const chosen = annotationsOf(annotations[index]!, task.reference, whose);
    const own = chosen[0] ?? null;
    const draft =
      selection.includeUnfinished && task.progress === 'draft'
        ? draftOf(whose, await readDraft(database, task.id))
        : null;
    const finished = chosen.filter(({ isSkipped }) => selection.includeSkipped || !isSkipped);
    if (finished.length === 0 && (own !== null || !selection.includeUnfinished) && draft === null) continue;
    const beside = keptOf.get(task.id);
    found.push({
      task,
      people: annotations[index]!.map(({ profileId }) => profileId),
      item: {
        fileName: names(task),
        path: pagePathOf(task),
        number: task.number,
        split: splits === null ? (task.split ?? null) : (splits.get(task.id) ?? null),
        size: draft?.imageSize ?? own?.imageSize ?? task.size,
        annotations: finished.map((annotation) => layerOf(resolveRow(annotation, resolve), people)),
        draft: draft === null ? null : resolveRegions([...draft.regions.values()], resolve),
        predictions: (predictionsOf.get(task.id) ?? []).map((one) => predictionOf(resolveRow(one, resolve))),
        ...(beside === undefined ? {} : { extra: beside.extra, extraPath: beside.path }),
        ...(draft?.extra === undefined ? {} : { draftExtra: draft.extra }),
      },
    });
  }
  return found;
}

/**
 * Whether the boxes were drawn on a picture that is no longer the task's: they are exported with the size of that one.
 */
export const isOutdatedItem = (task: Task, { annotations, draft, size }: DatasetItem): boolean =>
  (draft !== null || annotations.length > 0) && isOutdated(task, size);

/** The draft that a task shows, unless it is another person's than the chosen one. */
const draftOf = (whose: Whose, draft: PlayedDraft | null): PlayedDraft | null =>
  whose.of === 'profile' && draft?.profileId !== whose.id ? null : draft;

const layerOf = (annotation: Annotation, people: ProfileNames): DatasetAnnotation => {
  const { annotator, isSkipped, regions, createdAt, updatedAt, extra, extraAt } = annotation;
  return {
    annotator: nameOf(annotator, people),
    isSkipped,
    regions,
    createdAt,
    updatedAt,
    ...(extra === undefined ? {} : { extra, isChanged: updatedAt !== extraAt }),
  };
};

/** Prefix of the model ids of imported predictions, followed by the name in the file. */
export const IMPORTED_MODEL = 'import:';

function predictionOf({ modelId, modelVersion, regions, createdAt, extra }: Prediction) {
  const name = modelId.startsWith(IMPORTED_MODEL)
    ? modelId.slice(IMPORTED_MODEL.length)
    : `${modelId} v${modelVersion}`;
  return {
    modelVersion: name,
    createdAt,
    ...(extra === undefined ? {} : { extra }),
    regions: regions.map((region, index): Region => ({
      ...acceptedRegion(region, asId<'region'>(`p${index + 1}`)),
      ...(region.extra === undefined ? {} : { extra: region.extra }),
    })),
  };
}
