import { AppError } from '$lib/domain/errors';
import type { LabelId, ProjectId } from '$lib/domain/ids';
import { labelResolver, type ResolveLabel } from '$lib/domain/label-resolution';
import { LABEL_HOLDERS, TABLES, tablesOfHolder, type LabelHolder } from '$lib/domain/tables';
import type { Database } from '../ports/database';
import { answering, type Job } from '../job';
import type { UseCount, LabelUse } from './contract';

/** Counts what uses a label. */
export const countLabelUseJob: Job<'count-label-use'> = async ({ projectId, labelId }, { ports, signal }) =>
  answering(await countLabelUse(ports.database, projectId, labelId, signal));

/** Counts what uses a label, also through removed labels that became it. */
export async function countLabelUse(
  database: Pick<Database, 'projects' | 'dump'>,
  projectId: ProjectId,
  labelId: LabelId,
  signal: AbortSignal,
): Promise<LabelUse> {
  const project = await database.projects.get(projectId);
  if (!project) throw new AppError('project-missing');
  const resolve = labelResolver(project);
  const use = new Map<LabelHolder, UseCount>();
  /** Tasks of the project with a draft. */
  const drafted = new Set<unknown>();
  for (const holder of LABEL_HOLDERS) {
    const found = new Map<unknown, Set<unknown>>();
    for (const table of tablesOfHolder(holder)) {
      // A journal entry stores only its task.
      const isJournal = !TABLES[table].namesProject;
      for await (const rows of database.dump.rows(table, isJournal ? null : projectId)) {
        signal.throwIfAborted();
        for (const row of rows) {
          if (table === 'drafts') drafted.add(row['taskId']);
          if (isJournal && !drafted.has(row['taskId'])) continue;
          const boxes = [...usesIn(row, labelId, resolve)];
          if (boxes.length === 0) continue;
          // The rows of one draft count as one place, and a box that occurs in several of them counts once.
          const place = holder === 'drafts' ? row['taskId'] : row;
          const known = found.get(place) ?? new Set();
          for (const box of boxes) known.add(box);
          found.set(place, known);
        }
      }
    }
    let boxes = 0;
    for (const known of found.values()) boxes += known.size;
    if (boxes > 0) use.set(holder, { boxes, places: found.size });
  }
  return use;
}

/** Finds a label in a row, at any depth. Yields the region's id, or a unique value for each use outside a region. */
function* usesIn(value: unknown, labelId: LabelId, resolve: ResolveLabel): Iterable<unknown> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Blob)
    return;
  if (Array.isArray(value) || value instanceof Map) {
    for (const part of value.values()) yield* usesIn(part, labelId, resolve);
    return;
  }
  const row = value as Readonly<Record<string, unknown>>;
  if ('labelId' in row) {
    if (resolve(row['labelId'] as LabelId | null) === labelId) yield row['id'] ?? row;
    return;
  }
  for (const [key, part] of Object.entries(row)) {
    if (key !== 'labelOfClass') yield* usesIn(part, labelId, resolve);
    else
      for (const [at, id] of (part as readonly (LabelId | null)[]).entries())
        if (resolve(id) === labelId) yield at;
  }
}
