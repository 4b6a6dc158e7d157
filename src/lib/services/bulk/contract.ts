import type { ProjectId } from '$lib/domain/ids';
import type { Edit } from './bulk-kind';

export interface EditTasksInput {
  readonly projectId: ProjectId;
  readonly actionId: string;
  readonly edit:
    | Edit
    /** Undoes the action with this id. */
    | { readonly action: 'undo' }
    /** Undoes it too, if the action or its Undo was interrupted. */
    | { readonly action: 'recover' };
}
