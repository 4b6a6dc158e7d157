import type { Annotation } from './annotation';
import type { Split } from './dataset';
import type { ErrorCode } from './errors';
import type { Size } from './geometry';
import type { EpochMs, LabelId, ProfileId, ProjectId, SourceId, TaskId } from './ids';
import type { Prediction } from './prediction';
import type { Region } from './region';

export type TaskProgress = 'unlabelled' | 'draft' | 'submitted' | 'skipped';

/**
 * The fields that the data manager shows and filters by; derived by `summarize`, written only with the rows that they
 * summarise.
 */
export interface TaskSummary {
  readonly progress: TaskProgress;
  readonly regionCount: number;
  readonly labelIds: readonly LabelId[];
  /** Number of regions for each of `labelIds`, in its order. */
  readonly labelCounts: readonly number[];
  readonly annotatedAt: EpochMs | null;
  /** The person who submitted it last; null if nobody has. */
  readonly annotator: ProfileId | null;
  /** Number of models that have predictions for it. */
  readonly predictionCount: number;
  /** The mean score of the newest prediction's regions, 0..1; null if there is none. */
  readonly predictionScore: number | null;
}

/** One image to annotate. */
export interface Task extends TaskSummary {
  readonly id: TaskId;
  readonly projectId: ProjectId;
  readonly sourceId: SourceId;
  /** Number in the project, from 1: the ID that people see, and the order of the list. */
  readonly number: number;
  /** Relative to the source's folder, with `/`, spelt as the folder spells it. */
  readonly path: string;
  /** Size of the upright picture; null until it was opened once. */
  readonly size: Size | null;
  /** Why the picture cannot be shown; null if no problem is known. */
  readonly problem: ErrorCode | null;
  /** Whether the last sync did not find the file. */
  readonly isMissing: boolean;
  /** The part of a training set that an export assigned it to; absent if none did. */
  readonly split?: Split;
  /** The profile whose annotation counts; null if nobody has annotated it. See [Note: Whose]. */
  readonly reference: ProfileId | null;
  /** Page number, from 1, in a file with several pages: each page is a task of its own. */
  readonly page: number;
  /**
   * Whether the file's stored pixels are oriented differently from the upright picture; absent if not, or if unknown.
   */
  readonly isTurned?: boolean;
  /** The file's facts when it was last read; null if it was never read. */
  readonly file: FileState | null;
  /**
   * The file that has replaced the one that boxes were made on: a person has to decide what happens to the boxes.
   * Absent or null if there is none, or if the decision was made.
   */
  readonly replacedBy?: FileState | null;
}

/** The facts that show whether a file is still the same. */
export interface FileState {
  readonly bytes: number;
  readonly modifiedAt: EpochMs;
  /** See [Note: Content identity]. */
  readonly hash: string;
}

export const NEW_TASK: Pick<Task, 'size' | 'problem' | 'isMissing' | 'page' | 'file' | 'reference'> = {
  size: null,
  problem: null,
  isMissing: false,
  page: 1,
  file: null,
  reference: null,
};

/** Key of the place of a task's picture. Two tasks never share one, except with a missing task. */
export const placeOf = ({ sourceId, path, page }: Pick<Task, 'sourceId' | 'path' | 'page'>): string =>
  `${sourceId}/${path}#${page}`;

/** A path that distinguishes the pages of one file, for formats that name pictures by path alone. */
export function pagePathOf({ path, page }: Pick<Task, 'path' | 'page'>): string {
  if (page === 1) return path;
  const ending = path.lastIndexOf('.');
  const at = ending > path.lastIndexOf('/') + 1 ? ending : path.length;
  return `${path.slice(0, at)}.page${page}${path.slice(at)}`;
}

/**
 * Whether a program that ignores orientation and reads the first page would see another picture than the upright page.
 */
export const isStoredOtherwise = ({ page, isTurned }: Pick<Task, 'page' | 'isTurned'>): boolean =>
  page > 1 || isTurned === true;

export const EMPTY_SUMMARY: TaskSummary = {
  progress: 'unlabelled',
  regionCount: 0,
  labelIds: [],
  labelCounts: [],
  annotatedAt: null,
  annotator: null,
  predictionCount: 0,
  predictionScore: null,
};

/** The fields of a task that follow from people's work. Without an annotation the task keeps its `reference`. */
export type WorkSummary = Omit<TaskSummary, 'predictionCount' | 'predictionScore'> &
  Partial<Pick<Task, 'reference'>>;

/**
 * The summary of a task, from the annotation that counts and the draft that is shown (see [Note: Whose]). A draft takes
 * precedence over the annotation, since it is what the person sees on opening the task.
 */
export function summarize(annotation: Annotation | null, draft: readonly Region[] | null): WorkSummary {
  const regions = draft ?? annotation?.regions ?? [];
  const byLabel = new Map<LabelId, number>();
  for (const { labelId } of regions)
    if (labelId !== null) byLabel.set(labelId, (byLabel.get(labelId) ?? 0) + 1);
  return {
    progress: progressOf(annotation, draft),
    regionCount: regions.length,
    labelIds: [...byLabel.keys()],
    labelCounts: [...byLabel.values()],
    annotatedAt: annotation?.updatedAt ?? null,
    annotator: annotation?.annotator ?? null,
    ...(annotation === null ? {} : { reference: annotation.profileId }),
  };
}

function progressOf(annotation: Annotation | null, draft: readonly Region[] | null): TaskProgress {
  if (draft !== null) return 'draft';
  if (annotation === null) return 'unlabelled';
  return annotation.isSkipped ? 'skipped' : 'submitted';
}

/** Summary of the predictions for one task. */
export function summarizePredictions(
  predictions: readonly Prediction[],
): Pick<TaskSummary, 'predictionCount' | 'predictionScore'> {
  const newest = predictions.reduce<Prediction | null>(
    (best, prediction) => (best === null || prediction.createdAt > best.createdAt ? prediction : best),
    null,
  );
  const scores = newest?.regions.map(({ score }) => score) ?? [];
  return {
    predictionCount: predictions.length,
    predictionScore:
      scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

/** Whether a task has not been submitted yet. */
export const isOpen = (task: Pick<Task, 'progress'>): boolean =>
  task.progress === 'unlabelled' || task.progress === 'draft';

export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
