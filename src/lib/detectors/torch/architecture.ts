import type { DetectorSettings } from '$lib/domain/model';
import type { Identified, Pipeline } from '../detector';
import type { StateDict } from './state-dict';

/** A detector architecture whose weights a `.pth` may hold. */
export interface Architecture {
  /** The value of `DetectorSettings.convention` for it. */
  readonly id: string;
  /** The name that the field uses; it may depend on weights for masks or key points. */
  name(state: StateDict): string;
  /** Decides by the names of the tensors; if several architectures match, the first one in the list is taken. */
  matches(state: StateDict): boolean;
  /**
   * The id of another architecture whose tensors have the same names and shapes, so that a person has to choose.
   */
  readonly twinOf?: string;
  /** Null if the architecture is recognized but cannot run here. */
  readonly runs: RunnableArchitecture | null;
}

export interface RunnableArchitecture {
  /** Throws if weights are missing or have other shapes. Reads nothing of the file. */
  describe(state: StateDict): Pick<Identified, 'classCount' | 'settings' | 'inputs' | 'outputs' | 'warnings'>;
  pipeline(state: StateDict, file: Blob, settings: DetectorSettings): Promise<Pipeline>;
}
