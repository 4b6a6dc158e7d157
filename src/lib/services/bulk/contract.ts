import type { ProjectId } from '$lib/domain/ids';
import type { Edit } from './bulk-kind';

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
