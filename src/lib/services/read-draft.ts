import {
  choicesOfDraft,
  regionsOfDraft,
  type Annotation,
  type Draft,
  type WorkKey,
} from '$lib/domain/annotation';
import type { Choices } from '$lib/domain/change';
import type { Size } from '$lib/domain/geometry';
import { replay, type History } from '$lib/domain/history';
import type { RegionId, TaskId } from '$lib/domain/ids';
import { withoutHolder, type KeptText } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import { draftShown } from '$lib/domain/whose';
import type { Database } from './ports/database';

/** A draft with its journal replayed. */
export interface PlayedDraft extends WorkKey {
  readonly regions: ReadonlyMap<RegionId, Region>;
  readonly choices: Choices;
  readonly history: History;
  readonly length: number;
  readonly imageSize: Size;
  readonly basedOn: number;
  readonly extra?: KeptText;
}

export async function playDraft(database: Pick<Database, 'drafts'>, draft: Draft): Promise<PlayedDraft> {
  const entries = await database.drafts.entries(draft);
  const { taskId, profileId, imageSize, basedOn, extra } = draft;
  return {
    taskId,
    profileId,
    regions: regionsOfDraft(draft, entries),
    choices: choicesOfDraft(draft, entries),
    history: replay(entries),
    length: entries.at(-1)?.sequence ?? 0,
    imageSize,
    basedOn,
    ...(extra === undefined ? {} : { extra }),
  };
}

/** The draft that a task shows (see [Note: Whose]); null if nobody has one. */
export async function readDraft(
  database: Pick<Database, 'drafts'>,
  taskId: TaskId,
): Promise<PlayedDraft | null> {
  const draft = draftShown(await database.drafts.forTask(taskId));
  return draft && playDraft(database, draft);
}

/**
 * The content of a file that stays beside the work: that of the submitted annotation, otherwise that of the draft. It
 * has no `extraAt`, because from now on somebody has edited the work.
 */
export function extraOf(
  stored: Annotation | null | undefined,
  draft: Draft | null | undefined,
): Pick<Annotation, 'extra'> {
  if (stored?.extra !== undefined) return { extra: stored.extra };
  const extra = withoutHolder(draft?.extra);
  return extra === undefined ? {} : { extra };
}
