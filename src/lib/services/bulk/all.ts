import type { BulkAction } from '$lib/domain/trash';
import type { BulkKind } from './bulk-kind';
import { createAnnotations } from './create-annotations';
import { deleteAnnotations, deletePredictions, deleteTasks } from './delete-kinds';
import { mergeLabel } from './merge-label';
import { removeStorage } from './remove-storage';

/** The implementation of each action. See [Note: Bulk actions] for how to add one. */
export const BULK_KINDS: { readonly [A in BulkAction]: BulkKind<A> } = {
  'delete-tasks': deleteTasks,
  'delete-annotations': deleteAnnotations,
  'delete-predictions': deletePredictions,
  'merge-label': mergeLabel,
  'create-annotations': createAnnotations,
  'remove-storage': removeStorage,
};
