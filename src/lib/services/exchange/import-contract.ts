import type { LabelId, ProjectId } from '$lib/domain/ids';
import type { KeptCounts } from '$lib/domain/kept-counts';
import type { FormatId } from '$lib/formats/traits';
import type { NamedFile } from '../ports/folders';
import type { LabelMapping } from './import-labels';

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
