import type { Folders } from '../ports/folders';
import type { Ports } from '../ports/ports';

export type FolderChoice = Pick<Folders, 'canPick' | 'pick' | 'fromDrop' | 'fromFiles'>;

/** The ways in which a person chooses a folder. Nothing is stored, and nothing outside the folder is accessed. */
export const makeFolderChoice = ({ folders }: Pick<Ports, 'folders'>): FolderChoice => ({
  canPick: folders.canPick,
  pick: () => folders.pick(),
  fromDrop: (transfer) => folders.fromDrop(transfer),
  fromFiles: (files) => folders.fromFiles(files),
});
