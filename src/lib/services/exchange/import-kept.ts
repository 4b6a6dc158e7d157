import type { DatasetItem } from '$lib/domain/dataset';
import { mergeKept, MAX_KEPT_LENGTH, type KeptText, type TaskKept } from '$lib/domain/kept';
import { keptHolder } from '$lib/formats/label-studio-kept';
import { resultsOf } from '$lib/formats/label-studio-results';
import { pagePathOf, type Task } from '$lib/domain/task';

/** Merges a file's content about a picture into what is stored already. Returns null if there is nothing to write. */
export function keptOfTask(
  task: Task,
  extra: KeptText | undefined,
  before: TaskKept | undefined,
  replaces: boolean,
): TaskKept | null {
  const both = replaces ? mergeKept(extra, before?.extra) : mergeKept(before?.extra, extra);
  if (both === undefined || both === before?.extra || both.length > MAX_KEPT_LENGTH) return null;
  const { id: taskId, projectId } = task;
  return { taskId, projectId, path: before?.path ?? pagePathOf(task), extra: both };
}

/**
 * A draft in the form of its file, to be preserved. It equals the submitted annotation, so it is not imported as a
 * draft.
 */
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
