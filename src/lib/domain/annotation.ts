import { applyAll, byId, type AnnotationChange, type Choices } from './change';
import type { Size } from './geometry';
import type { Step } from './history';
import type { EpochMs, ProfileId, ProjectId, RegionId, TaskId } from './ids';
import type { KeptText } from './kept';
import type { Region } from './region';

/** The key of a person's work on a task. */
export interface WorkKey {
  readonly taskId: TaskId;
  readonly profileId: ProfileId;
}

/**
 * The submitted work of one profile on one task, one row per task and profile. An annotation without regions that is
 * not skipped says that the picture is empty on purpose.
 */
export interface Annotation extends WorkKey {
  readonly projectId: ProjectId;
  readonly regions: readonly Region[];
  /** Answers about the whole picture. */
  readonly choices: Choices;
  readonly isSkipped: boolean;
  /** Size of the upright picture that the regions were drawn on; null only for a skipped picture that never opened. */
  readonly imageSize: Size | null;
  /** The person who submitted it last; differs from `profileId` when somebody else corrected the work. */
  readonly annotator: ProfileId;
  /** Increases by one with every submit. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** Content of an imported file that has no field here. See [Note: Kept beside] in kept.ts. */
  readonly extra?: KeptText;
  /**
   * Value of `updatedAt` when `extra` was imported. If it is absent or differs from `updatedAt`, somebody has edited
   * the annotation since.
   */
  readonly extraAt?: EpochMs;
}

/**
 * Unsubmitted work of one person on a task: a starting point and the changes since, each saved as soon as it is made.
 * The current regions are `regions` with all `changes` applied in order.
 */
export interface Draft extends WorkKey {
  readonly projectId: ProjectId;
  /** The regions before the first change. */
  readonly regions: readonly Region[];
  /** The answers before the first change. */
  readonly choices: Choices;
  /** Revision of the same profile's annotation that this draft is based on; 0 for a task never submitted. */
  readonly basedOn: number;
  readonly imageSize: Size;
  readonly savedAt: EpochMs;
  /** Content of an imported file that has no field here. */
  readonly extra?: KeptText;
}

/** One committed change of a draft, as it is stored in the journal. */
export interface DraftEntry extends WorkKey {
  /** Position in the journal of its draft, from 1. */
  readonly sequence: number;
  readonly change: AnnotationChange;
  /** Whether the change was new work, an undo or a redo, so that the history can be replayed. */
  readonly step: Step;
}

/**
 * The current regions of a draft by id: its first regions with all journal entries applied. `entries` must be in
 * journal order.
 */
export const regionsOfDraft = (draft: Draft, entries: readonly DraftEntry[]): ReadonlyMap<RegionId, Region> =>
  applyAll(
    byId(draft.regions),
    entries.map(({ change }) => change.regions),
  );

/** The current answers of a draft: its first answers with all journal entries applied. */
export const choicesOfDraft = (draft: Draft, entries: readonly DraftEntry[]): Choices =>
  applyAll(
    draft.choices,
    entries.map(({ change }) => change.choices),
  );
