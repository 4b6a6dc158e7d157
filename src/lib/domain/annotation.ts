import { applyAll, byId, type AnnotationChange, type Choices } from './change';
import type { Size } from './geometry';
import type { Step } from './history';
import type { EpochMs, ProfileId, ProjectId, RegionId, TaskId } from './ids';
import type { KeptText } from './kept';
import type { Region } from './region';

/** A person's work on a task is found by both. */
export interface WorkKey {
  readonly taskId: TaskId;
  readonly profileId: ProfileId;
}

/**
 * What was submitted for one task by or for one person, one a task and profile. No regions and not skipped:
 * deliberately empty.
 */
export interface Annotation extends WorkKey {
  readonly projectId: ProjectId;
  readonly regions: readonly Region[];
  /** Answers about the whole picture. */
  readonly choices: Choices;
  readonly isSkipped: boolean;
  /** Size of the upright picture that the regions were drawn on; null only for a skipped picture that never opened. */
  readonly imageSize: Size | null;
  /** Who submitted it last; another person than `profileId` where somebody corrected it. */
  readonly annotator: ProfileId;
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
 * Unsent work of one person on a task: a starting point and the changes since, each kept the moment it was made.
 * The regions are `changes` applied to `regions` in order.
 */
export interface Draft extends WorkKey {
  readonly projectId: ProjectId;
  /** The regions that the first change started from. */
  readonly regions: readonly Region[];
  /** The answers that the first change started from. */
  readonly choices: Choices;
  /** The revision of the annotation of the same profile that this work is based on; 0 for a task never submitted. */
  readonly basedOn: number;
  readonly imageSize: Size;
  readonly savedAt: EpochMs;
  /** What a file says of it that is no region. */
  readonly extra?: KeptText;
}

/** One committed change of a draft, as it lies in the journal. */
export interface DraftEntry extends WorkKey {
  /** Place in the journal of its draft, from 1. */
  readonly sequence: number;
  readonly change: AnnotationChange;
  /** What the change was to the history, so that undo and redo are found again. */
  readonly step: Step;
}

/** The regions of unsent work by id: those that the draft started from, after its journal, which is in its order. */
export const regionsOfDraft = (draft: Draft, entries: readonly DraftEntry[]): ReadonlyMap<RegionId, Region> =>
  applyAll(
    byId(draft.regions),
    entries.map(({ change }) => change.regions),
  );

/** The answers of unsent work, in the same way. */
export const choicesOfDraft = (draft: Draft, entries: readonly DraftEntry[]): Choices =>
  applyAll(
    draft.choices,
    entries.map(({ change }) => change.choices),
  );
