import { regionsOfDraft, type Annotation, type Draft } from '$lib/domain/annotation';
import type { Size } from '$lib/domain/geometry';
import { replay, type History } from '$lib/domain/history';
import type { RegionId, TaskId } from '$lib/domain/ids';
import { withoutHolder, type KeptText } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import type { Database } from './ports/database';

/** A draft with its journal played back; null where the task has none. */
export async function readDraft(
  database: Pick<Database, 'drafts'>,
  taskId: TaskId,
): Promise<{
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly history: History;
  readonly length: number;
  readonly imageSize: Size;
  readonly basedOn: number;
  readonly extra?: KeptText;
} | null> {
  const draft = await database.drafts.get(taskId);
  if (!draft) return null;
  const entries = await database.drafts.entries(taskId);
  const regions = regionsOfDraft(draft, entries);
  const length = entries.at(-1)?.sequence ?? 0;
  const { imageSize, basedOn, extra } = draft;
  const beside = extra === undefined ? {} : { extra };
  return { regions, history: replay(entries), length, imageSize, basedOn, ...beside };
}

/**
 * What a file said of the work stays beside it: of what was submitted before, else of the unsent work. Without
 * `extraAt`: from now on somebody has worked on it.
 */
export function extraOf(
  stored: Annotation | null | undefined,
  draft: Draft | null | undefined,
): Pick<Annotation, 'extra'> {
  if (stored?.extra !== undefined) return { extra: stored.extra };
  const extra = withoutHolder(draft?.extra);
  return extra === undefined ? {} : { extra };
}
