import { PEOPLES_WORK, TASK_TABLES, type TaskTable } from '$lib/domain/tables';
import type { Prediction } from '$lib/domain/prediction';
import { changed, deleted, UNCHANGED, type BulkKind, type ModelVersion, type WholeTask } from './bulk-kind';

/** The tables of people's work on a task: annotations and drafts with their journals. */
const WORK = [...PEOPLES_WORK, 'draftEntries'] as const satisfies TaskTable[];

const withoutRows = ({ rows }: WholeTask, tables: readonly TaskTable[]) =>
  tables.flatMap((table) => deleted(table, rows[table]));

/** Deletes a task with every row that belongs to it. */
export const deleteTasks: BulkKind<'delete-tasks'> = {
  reads: TASK_TABLES,
  changes: (whole) => ({ rows: [changed('tasks', whole.task, null), ...withoutRows(whole, TASK_TABLES)] }),
};

/** Deletes people's work; versions, notes and times stay. */
export const deleteAnnotations: BulkKind<'delete-annotations'> = {
  reads: WORK,
  changes: (whole) => ({ rows: withoutRows(whole, WORK) }),
};

export const deletePredictions: BulkKind<'delete-predictions'> = {
  reads: ['predictions'],
  changes({ rows: { predictions } }, { of }) {
    const gone = of === undefined ? predictions : predictions.filter((one) => isOf(one, of));
    if (gone.length === 0) return UNCHANGED;
    return { rows: deleted('predictions', gone), counts: { predictions: gone.length } };
  },
};

export const isOf = (prediction: Prediction, { modelId, modelVersion }: ModelVersion): boolean =>
  prediction.modelId === modelId && prediction.modelVersion === modelVersion;
