import { applyAll, byId, type RegionChange } from './change';
import type { Size } from './geometry';
import type { Step } from './history';
import type { EpochMs, ProjectId, RegionId, TaskId } from './ids';
import type { KeptText } from './kept';
import type { Region } from './region';

/** What was submitted for one task, one a task. No regions and not skipped: deliberately empty. */
export interface Annotation {
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  readonly regions: readonly Region[];
  readonly isSkipped: boolean;
  /** Size of the upright picture that the regions were drawn on; null only for a skipped picture that never opened. */
  readonly imageSize: Size | null;
  /** Who submitted it, by the name they chose; empty while they chose none. */
  readonly annotator: string;
  /** Rises by one with every submit. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** What a file says of it that is no region. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /**
   * `updatedAt` as it came with `extra`: where it is absent or another one now, somebody has
   * worked on it since.
   */
  readonly extraAt?: EpochMs;
}

/**
 * Unsent work on a task: a starting point and the changes since, each kept the moment it was made.
 * The regions are `changes` applied to `regions` in order.
 */
export interface Draft {
  readonly taskId: TaskId;
  readonly projectId: ProjectId;
  /** The regions that the first change started from. */
  readonly regions: readonly Region[];
  /** The annotation's revision that this work is based on; 0 for a task never submitted. */
  readonly basedOn: number;
  readonly imageSize: Size;
  readonly savedAt: EpochMs;
  /** What a file says of it that is no region. */
  readonly extra?: KeptText;
}

/** One committed change of a draft, as it lies in the journal. */
export interface DraftEntry {
  readonly taskId: TaskId;
  /** Place in the journal of its task, from 1. */
  readonly sequence: number;
  readonly change: RegionChange;
  /** What the change was to the history, so that undo and redo are found again. */
  readonly step: Step;
}

/** The regions of unsent work by id: those that the draft started from, after its journal, which is in its order. */
export const regionsOfDraft = (draft: Draft, entries: readonly DraftEntry[]): ReadonlyMap<RegionId, Region> =>
  applyAll(
    byId(draft.regions),
    entries.map(({ change }) => change),
  );
