import type { IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { ProfileId, TaskId } from '$lib/domain/ids';
import { nameOf } from '$lib/domain/profile';
import { operationsOf } from '$lib/domain/region';
import { isStoredOtherwise, pagePathOf, type Task } from '$lib/domain/task';
import { fit, labelsOf } from '$lib/formats/fit';
import { categoriesOf } from './export-categories';
import { exportTraits, hasClassGaps, type ExportKind } from './export-kinds';
import type { Database } from '../ports/database';
import { answering, type Job } from '../job';
import { isOutdatedItem, itemsOfPage, projectWords, taskPages, type ExportSelection } from '../dataset-items';
import type { CheckLine, ExportCheck } from './contract';

const KEPT_OF_A_KIND = 200;

/** Looks at everything an export would write, and writes nothing. */
export const checkExportJob: Job<'check-export'> = async (
  { kind, firstNumber, closesGaps, ...selection },
  { ports, signal },
) => answering(await checkExport(ports.database, selection, kind, signal, { firstNumber, closesGaps }));

export async function checkExport(
  database: Database,
  selection: ExportSelection,
  kind: ExportKind,
  signal: AbortSignal,
  {
    firstNumber,
    closesGaps,
  }: { readonly firstNumber?: 0 | 1 | undefined; readonly closesGaps?: boolean | undefined } = {},
): Promise<ExportCheck> {
  const { capabilities, withImages, firstNumber: usual } = exportTraits(kind);
  const counts = new Map<IssueCode, number>();
  const lines: CheckLine[] = [];
  const project = await database.projects.get(selection.projectId);
  if (!project) throw new AppError('project-missing');
  const words = await projectWords(database, project);
  const categories = categoriesOf(project, kind, firstNumber ?? usual, closesGaps);
  const labels = labelsOf(categories);
  const unsent = { corrections: [] as TaskId[], drafts: [] as TaskId[] };
  const tellOf =
    (task: Task) =>
    (code: IssueCode): void => {
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      if (count <= KEPT_OF_A_KIND) lines.push({ taskId: task.id, path: task.path, page: task.page, code });
    };
  const annotators = new Set<ProfileId>();
  const sums = { tasks: 0, boxes: 0, rotated: 0, remade: 0, empty: 0, unfinished: 0 };
  for await (const tasks of taskPages(database, selection)) {
    signal.throwIfAborted();
    // As unfinished ones the drafts go out themselves.
    if (!selection.includeUnfinished)
      for (const task of tasks.filter(({ progress }) => progress === 'draft')) {
        const isCorrection = task.annotatedAt !== null;
        unsent[isCorrection ? 'corrections' : 'drafts'].push(task.id);
        tellOf(task)(isCorrection ? 'unsent-changes' : 'never-submitted');
      }
    for (const { task, item, people } of await itemsOfPage(
      database,
      words,
      tasks,
      selection,
      pagePathOf,
      null,
    )) {
      for (const id of people) annotators.add(id);
      const tell = tellOf(task);
      if (isOutdatedItem(task, item)) tell('picture-replaced');
      if (withImages && task.isMissing) tell('picture-missing');
      if (item.size === null && (task.isMissing || task.problem !== null)) tell('size-unknown');
      const fitted = fit(item, capabilities, labels, tell);
      if (fitted === null) continue;
      const regions = fitted.draft ?? fitted.annotations[0]?.regions ?? [];
      sums.tasks += 1;
      if (withImages && isStoredOtherwise(task)) sums.remade += 1;
      sums.boxes += fitted.annotations.reduce(
        (sum, layer) => sum + layer.regions.length,
        fitted.draft?.length ?? 0,
      );
      if (item.draft !== null || item.annotations.length === 0) sums.unfinished += 1;
      else if (regions.length === 0 && !item.annotations[0]!.isSkipped) sums.empty += 1;
      sums.rotated += (item.draft ?? item.annotations[0]?.regions ?? []).filter(
        (region) => operationsOf(region).angle(region) !== 0,
      ).length;
    }
  }
  const numbers = categories.map(({ number }) => number);
  const people = [...annotators].map((id) => ({ id, name: nameOf(id, words.people) }));
  return { ...sums, counts, lines, unsent, people, hasGaps: hasClassGaps(kind, numbers) };
}
