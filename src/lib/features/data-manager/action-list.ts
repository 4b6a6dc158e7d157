import type { BulkAction } from '$lib/domain/trash';

/** Id of an item of the Actions menu. */
export type ActionId = Exclude<BulkAction, 'remove-storage'> | 'copy-names' | 'retrieve-predictions';

/**
 * Items of the Actions menu, in order. A new action is a line here, its words in `list.action`, and what it does in
 * `#run` of actions.svelte.ts; the compiler asks for the other two.
 */
export const ACTIONS: readonly { readonly id: ActionId; readonly isDanger: boolean }[] = [
  { id: 'copy-names', isDanger: false },
  { id: 'merge-label', isDanger: false },
  { id: 'retrieve-predictions', isDanger: false },
  { id: 'create-annotations', isDanger: false },
  { id: 'delete-predictions', isDanger: true },
  { id: 'delete-annotations', isDanger: true },
  { id: 'delete-tasks', isDanger: true },
];
