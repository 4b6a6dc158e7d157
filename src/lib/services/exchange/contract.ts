import type { IssueCode } from '$lib/domain/dataset';
import type { LabelId, ProfileId, ProjectId, TaskId } from '$lib/domain/ids';
import type { KeptCounts } from '$lib/domain/kept-counts';
import type { SplitRatio } from '$lib/domain/split';
import type { FormatId } from '$lib/formats/traits';
import type { ExportSelection } from '../dataset-items';
import type { OutputTarget } from '../ports/archives';
import type { NamedFile } from '../ports/folders';
import type { ExportKind } from './export-kinds';

/** A thing to know before an export: what would be left out or changed, and in which task. */
export interface CheckLine {
  readonly taskId: TaskId;
  readonly path: string;
  readonly page: number;
  readonly code: IssueCode;
}

export interface ExportCheck {
  readonly tasks: number;
  readonly boxes: number;
  readonly rotated: number;
  /** Pictures that are written anew, upright. See [Note: Upright copies]. */
  readonly remade: number;
  /** Deliberately empty pictures. */
  readonly empty: number;
  readonly unfinished: number;
  readonly counts: ReadonlyMap<IssueCode, number>;
  /** Unsent work that would not go out: over what was submitted, which goes out in its last version, and by itself. */
  readonly unsent: { readonly corrections: readonly TaskId[]; readonly drafts: readonly TaskId[] };
  /** Class numbers that trainers which count from 0 would refuse: one is missing below the highest. */
  readonly hasGaps: boolean;
  /** Everybody with an annotation among these tasks; the name is empty where nobody knows it. */
  readonly people: readonly { readonly id: ProfileId; readonly name: string }[];
  /** The first ones of each kind. */
  readonly lines: readonly CheckLine[];
}

export interface CheckExportInput extends ExportSelection {
  readonly kind: ExportKind;
  readonly firstNumber?: 0 | 1;
  readonly closesGaps?: boolean;
}

export interface SplitChoice {
  readonly ratio: SplitRatio;
  readonly seed: number;
  /** Tasks that an earlier export gave a part keep it. */
  readonly keepsEarlier: boolean;
}

export interface ExportDatasetInput extends ExportSelection {
  readonly kind: ExportKind;
  readonly firstNumber: 0 | 1;
  /** Classes are numbered from 0 without gaps, in the order of their numbers. */
  readonly closesGaps?: boolean;
  /** Null: everything together. */
  readonly split: SplitChoice | null;
  readonly target: OutputTarget;
}

/** Where a file's label goes: a label of the project, a new one, or (null) nowhere. */
export type LabelTarget = LabelId | 'new' | null;

/** By the file's own names, whatever they are. */
export type LabelMapping = ReadonlyMap<string, LabelTarget>;

export type ImportKind = FormatId | 'label-config';

export interface ImportDatasetInput {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly files: readonly NamedFile[];
  /** Null: told from the files. */
  readonly kind: ImportKind | null;
  readonly into: 'annotations' | 'predictions';
  /** By the file's own names; a name that is not here goes to the label of its name, or becomes one. */
  readonly labels: LabelMapping;
  /** Whether what a task has already is replaced; else it stays and is told. */
  readonly replaces: boolean;
  readonly vocOrigin: 0 | 1 | null;
  /** Everything is read and counted, nothing is written. */
  readonly isPreview: boolean;
}

/** What an import would do. */
export interface ImportPreview {
  readonly kind: ImportKind;
  readonly categories: readonly {
    readonly name: string;
    readonly boxes: number;
    readonly labelId: LabelId | null;
  }[];
  /** The first pictures that no task has, and how many there are in all. */
  readonly unmatched: readonly string[];
  readonly unmatchedCount: number;
  readonly unknownTags: readonly string[];
  /** Where Pascal VOC's boxes count from, chosen or told from them; null: another kind of file. */
  readonly vocOrigin: 0 | 1 | null;
  /** Labels of the template that nothing uses and the import takes out. */
  readonly goingLabels: readonly string[];
  /** What is kept beside pictures and boxes without being shown, by kind; of the pictures that a task has. */
  readonly kept: KeptCounts;
}
