import { doAction } from './do-action';
import { undoBulkEdit } from './undo-bulk-edit';
import { SkippedList, type Job } from '../job';

/** Runs a bulk action, or undoes one. See [Note: Bulk actions]. */
export const editTasks: Job<'edit-tasks'> = async ({ projectId, actionId, edit }, context) => {
  if (edit.action !== 'undo' && edit.action !== 'recover')
    return doAction({ projectId, actionId, edit }, context);
  const skipped = new SkippedList();
  // Another tab may have finished it meanwhile: then its result stays.
  const isCutOff = (await context.ports.database.trash.action(actionId))?.state !== 'done';
  const restored = edit.action === 'undo' || isCutOff ? await undoBulkEdit(actionId, context, skipped) : 0;
  return { counts: { restored }, ...skipped.report };
};
