import type { ProjectId } from '$lib/domain/ids';
import type { Edit } from './bulk-kind';
import { doAction } from './do-action';
import { putBack } from './undo-bulk-edit';
import { SkippedList, type Job } from '../job';

export interface EditTasksInput {
  readonly projectId: ProjectId;
  readonly actionId: string;
  readonly edit:
    | Edit
    /** Takes back the action with this id. */
    | { readonly action: 'undo' }
    /** The same, if it was cut off in its middle or in the middle of its Undo. */
    | { readonly action: 'recover' };
}

/** Changes many tasks, or takes such a change back. See [Note: Bulk actions]. */
export const editTasks: Job<EditTasksInput> = async ({ projectId, actionId, edit }, context) => {
  if (edit.action !== 'undo' && edit.action !== 'recover')
    return doAction({ projectId, actionId, edit }, context);
  const skipped = new SkippedList();
  // Somebody else may have come to its end meanwhile: then it stands.
  const isCutOff = (await context.ports.database.trash.action(actionId))?.state !== 'done';
  const restored = edit.action === 'undo' || isCutOff ? await putBack(actionId, context, skipped) : 0;
  return { counts: { restored }, skipped: skipped.kept, skippedCount: skipped.count };
};
