import type { DatasetItem } from '$lib/domain/dataset';
import { bothKept, MAX_KEPT_LENGTH, type KeptText, type TaskKept } from '$lib/domain/kept';
import { keptHolder } from '$lib/formats/label-studio-kept';
import { resultsOf } from '$lib/formats/label-studio-results';
import { pagePathOf, type Task } from '$lib/domain/task';

/** What a file says of a picture, beside what is kept already. Null: there is nothing to write. */
export function keptOfTask(
  task: Task,
  extra: KeptText | undefined,
  before: TaskKept | undefined,
  replaces: boolean,
): TaskKept | null {
  const both = replaces ? bothKept(extra, before?.extra) : bothKept(before?.extra, extra);
  if (both === undefined || both === before?.extra || both.length > MAX_KEPT_LENGTH) return null;
  const { id: taskId, projectId } = task;
  return { taskId, projectId, path: before?.path ?? pagePathOf(task), extra: both };
}

/** Unsent work that says what was submitted, and so is none here, as it stood in its file. */
export function draftAsKept({ draft, draftExtra, size }: DatasetItem): KeptText | undefined {
  if (draft === null || draftExtra === undefined || size === null) return undefined;
  const { holder, at, ...kept } = keptHolder(draftExtra);
  // In a dataset that was read, a label's id is its name.
  const names = new Map(draft.flatMap(({ labelId }) => (labelId === null ? [] : [[labelId, labelId]])));
  const results = resultsOf(draft, size, names, kept, 'annotation');
  return JSON.stringify({
    labelStudio: { holder, at, others: results.map((result, place) => ({ at: place, result })) },
  });
}
