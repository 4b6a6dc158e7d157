import type { Annotation } from './annotation';
import type { Split } from './dataset';
import type { ErrorCode } from './errors';
import type { Size } from './geometry';
import type { EpochMs, LabelId, ProfileId, ProjectId, SourceId, TaskId } from './ids';
import type { Prediction } from './prediction';
import type { Region } from './region';

export type TaskProgress = 'unlabelled' | 'draft' | 'submitted' | 'skipped';

/** What the data manager shows and filters by; derived by `summarize`, written only with what it summarises. */
export interface TaskSummary {
  readonly progress: TaskProgress;
  readonly regionCount: number;
  readonly labelIds: readonly LabelId[];
  /** Regions of each of `labelIds`, in its order. */
  readonly labelCounts: readonly number[];
  readonly annotatedAt: EpochMs | null;
  /** Who submitted it last; null while nobody did. */
  readonly annotator: ProfileId | null;
  /** How many models have said something about it. */
  readonly predictionCount: number;
  /** The mean score of the newest prediction's regions, 0..1; null where there is none. */
  readonly predictionScore: number | null;
}

/** One image to annotate. */
export interface Task extends TaskSummary {
  readonly id: TaskId;
  readonly projectId: ProjectId;
  readonly sourceId: SourceId;
  /** Its number in the project, from 1: the ID people see, and the order of the list. */
  readonly number: number;
  /** Relative to the source's folder, with `/`, spelt as the folder spells it. */
  readonly path: string;
  /** Size of the upright picture; null until it was opened once. */
  readonly size: Size | null;
  /** Why the picture cannot be shown; null while nothing is known against it. */
  readonly problem: ErrorCode | null;
  /** The last sync did not find the file. */
  readonly isMissing: boolean;
  /** The part of a training set it was put into by an export; absent while by none. */
  readonly split?: Split;
  /** Whose annotation counts. Null while nobody has annotated it. See [Note: Whose]. */
  readonly reference: ProfileId | null;
  /** Of a file with several pages, from 1: each page is a task of its own. */
  readonly page: number;
  /** The file's pixels lie otherwise than the upright picture; absent: not so, or not looked into yet. */
  readonly isTurned?: boolean;
  /** The file as it was when it was last looked into; null: nobody has yet. */
  readonly file: FileState | null;
  /**
   * The file that has taken the place of the one that boxes were made on: a person has to say what becomes of
   * them. Absent or null: there is none, or it was said.
   */
  readonly replacedBy?: FileState | null;
}

/** What tells whether a file is still the same. */
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

/** Where a task's picture lies: two tasks never share one, but for what is missing there. */
export const placeOf = ({ sourceId, path, page }: Pick<Task, 'sourceId' | 'path' | 'page'>): string =>
  `${sourceId}/${path}#${page}`;

/** A path that tells the pages of one file apart, for files that name pictures by paths alone. */
export function pagePathOf({ path, page }: Pick<Task, 'path' | 'page'>): string {
  if (page === 1) return path;
  const ending = path.lastIndexOf('.');
  const at = ending > path.lastIndexOf('/') + 1 ? ending : path.length;
  return `${path.slice(0, at)}.page${page}${path.slice(at)}`;
}

/** Whether a program that reads the file as it lies would see another picture than the upright page. */
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

/** What a task's row says of people's work. Without an annotation the task points to whom it pointed before. */
export type WorkSummary = Omit<TaskSummary, 'predictionCount' | 'predictionScore'> &
  Partial<Pick<Task, 'reference'>>;

/**
 * The counts of one task, of the annotation that counts and the draft that is shown (see [Note: Whose]). Unsent work
 * counts before what was submitted, since it is what the person sees on opening the task.
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

/** What the models said about one task. */
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

/** A task that still waits for its Submit. */
export const isOpen = (task: Pick<Task, 'progress'>): boolean =>
  task.progress === 'unlabelled' || task.progress === 'draft';

export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
