import type { DetectorSettings } from '$lib/domain/model';
import type { Identified, Pipeline } from '../detector';
import type { StateDict } from './state-dict';

/** One of the detectors that a `.pth` may hold the weights of. */
export interface Architecture {
  /** What `DetectorSettings.convention` calls it. */
  readonly id: string;
  /** In the field's words; the same network with other weights beside the boxes' may have another. */
  name(state: StateDict): string;
  /** By the names of its tensors; of two that would match, the one listed first is meant. */
  matches(state: StateDict): boolean;
  /** The id of another whose tensors have the very same names and shapes: a person has to say which is meant. */
  readonly twinOf?: string;
  /** Null: known by name only, not yet run here. */
  readonly runs: RunnableArchitecture | null;
}

export interface RunnableArchitecture {
  /** Refuses weights that are missing or of other shapes; reads nothing of the file. */
  describe(state: StateDict): Pick<Identified, 'classCount' | 'settings' | 'inputs' | 'outputs' | 'warnings'>;
  pipeline(state: StateDict, file: Blob, settings: DetectorSettings): Promise<Pipeline>;
}
