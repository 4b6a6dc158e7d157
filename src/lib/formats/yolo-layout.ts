import { SPLITS, type Split } from '$lib/domain/dataset';
import { isPicturePath } from '$lib/domain/source';
import type { ArchiveReader } from './format';
import { folderOf, nameIn, stemOf } from './paths';
import { firstText } from './text';

/**
 * Where YOLO's files lie: Ultralytics (`labels/` beside `images/`), darknet (labels beside their pictures), CVAT
 * (`obj_train_data/`), Label Studio and labelImg (labels beside `classes.txt`). A text file is recognized as labels
 * by its content, since pictures may be called `train`, `test` or `classes`.
 */

/** `class x y width height`, and further columns. */
const LABEL_LINE = /^\s*\d+(?:\.0*)?(?:[ \t]+[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?){4,}\s*$/i;
/** Names of text files that often lie beside labels but are none. */
const PROSE = /^(readme.*|licen[cs]e.*|requirements|notes?|changelog)\.(txt|md)$/i;
const LISTS = /^(classes|train|val|valid|test|trainval|autosplit_.*|(train|val|test)\d{4}|obj)\.txt$/i;

export type TextKind = 'labels' | 'empty' | 'other';

/** Classifies a text by its first lines. */
export function textKind(start: string): TextKind {
  const lines = start.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'empty';
  return lines.slice(0, 20).some((line) => LABEL_LINE.test(line)) ? 'labels' : 'other';
}

export const isInLabels = (path: string): boolean => /(^|\/)labels?(_[^/]*)?\//i.test(path);

/** Whether a text without any label may be ignored without a report. */
export const isNoLabelFile = (path: string): boolean =>
  !isInLabels(path) && (PROSE.test(nameIn(path)) || LISTS.test(nameIn(path)));

export const labelFiles = (archive: ArchiveReader): readonly string[] =>
  archive.paths.filter((path) => /\.txt$/i.test(path) && !(!isInLabels(path) && PROSE.test(nameIn(path))));

/** Files with class names by number, the most likely first. */
export function classFiles(archive: ArchiveReader): readonly string[] {
  const yaml = archive.paths.filter((path) => /\.ya?ml$/i.test(path));
  const byDepth = (a: string, b: string) => a.split('/').length - b.split('/').length;
  const isData = (path: string) => (/^(data|dataset)\.ya?ml$/i.test(nameIn(path)) ? 0 : 1);
  return [
    ...[...yaml].sort((a, b) => isData(a) - isData(b) || byDepth(a, b)),
    ...archive.paths.filter((path) => /(^|\/)(classes|predefined_classes|obj\.names)\.txt$/i.test(path)),
    ...archive.paths.filter((path) => /\.names$|(^|\/)_?darknet\.labels$/i.test(path)),
  ];
}

/** How likely an archive is YOLO, 0..1, and whether its lines have four corners each. */
export async function yoloLikeness(archive: ArchiveReader): Promise<{ score: number; hasCorners: boolean }> {
  const texts = labelFiles(archive);
  const hasNames = classFiles(archive).some((path) =>
    /(^|\/)(data|dataset)\.ya?ml$|(^|\/)classes\.txt$|\.names$|\.labels$/i.test(path),
  );
  const inLabels = texts.filter(isInLabels).length;
  let [labels, lines, corners] = [0, 0, 0];
  for (const path of spread(texts, 12)) {
    const start = await firstText(archive, path);
    if (textKind(start) !== 'labels') continue;
    labels += 1;
    for (const line of start.split(/\r?\n/)) {
      if (!LABEL_LINE.test(line)) continue;
      lines += 1;
      if (line.trim().split(/\s+/).length === 9) corners += 1;
    }
  }
  const score =
    inLabels > 0 ? (hasNames ? 0.9 : 0.7) : hasNames ? (texts.length > 0 ? 0.7 : 0.6) : labels > 0 ? 0.5 : 0;
  return { score, hasCorners: lines > 0 && corners === lines };
}

/** At most `count` paths, evenly spread over the list. */
const spread = (paths: readonly string[], count: number): readonly string[] =>
  paths.length <= count
    ? paths
    : Array.from({ length: count }, (_, at) => paths[Math.floor((at * paths.length) / count)]!);

/** The split that a folder is named after, also as `train2017` or `val`. */
export function splitOf(path: string): Split | null {
  for (const part of path.toLowerCase().split('/').slice(0, -1)) {
    const name = part.replace(/\d{4}$/, '').replace(/^val(idation)?$/, 'valid');
    const split = SPLITS.find((one) => one === name);
    if (split !== undefined) return split;
  }
  return null;
}

/** The picture that a label file is about. */
export interface LabelledPicture {
  readonly path: string;
  readonly otherNames: readonly string[];
  readonly isStem: boolean;
}

/** The pictures of an archive by their path without the extension. */
export class ArchivePictures {
  readonly #archive: ArchiveReader;
  readonly #byBase = new Map<string, string[]>();

  constructor(archive: ArchiveReader) {
    this.#archive = archive;
    for (const path of archive.paths.filter(isPicturePath)) {
      const base = withoutEnding(path);
      const list = this.#byBase.get(base);
      if (list === undefined) this.#byBase.set(base, [path]);
      else list.push(path);
    }
  }

  get all(): readonly string[] {
    return [...this.#byBase.values()].flat();
  }

  /**
   * Pairs a label file with its picture like Ultralytics: the last folder `labels` stands for `images`; else the
   * picture lies beside the label file.
   */
  of(label: string): LabelledPicture {
    const bases = basesOf(label);
    for (const base of bases) {
      const pictures = this.#byBase.get(base);
      // If two pictures differ only in their extension, the label file is ambiguous.
      if (pictures?.length === 1) return this.named(pictures[0]!);
    }
    const others = this.#archive.spellings?.(label) ?? [];
    return {
      path: bases[0]!,
      otherNames: [...bases.slice(1), ...others.flatMap(basesOf)],
      isStem: true,
    };
  }

  /** A picture of the archive by its path. */
  named(path: string): LabelledPicture {
    const bare = withoutFolder(path, 'images');
    const others = this.#archive.spellings?.(path) ?? [];
    return { path, otherNames: [...(bare === path ? [] : [bare]), ...others], isStem: false };
  }
}

/** The possible paths of a label file's picture, without extension. */
function basesOf(label: string): readonly string[] {
  const base = withoutEnding(label);
  const inImages = base.replace(/^(.*\/)?labels\/(?!.*\/labels\/)/i, '$1images/');
  const bare = withoutFolder(withoutFolder(base, 'labels'), 'obj_[a-z]+_data');
  return [...new Set([bare, inImages, base])];
}

const withoutEnding = (path: string): string => {
  const folder = folderOf(path);
  return folder === '' ? stemOf(path) : `${folder}/${stemOf(path)}`;
};

const withoutFolder = (path: string, name: string): string =>
  path.replace(new RegExp(`^(.*/)?${name}/(?!.*/${name}/)`, 'i'), '$1');
