import type { Category, Dataset, DatasetItem, IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { boxFrom, finished, labelOf } from './boxes';
import type { ArchiveReader, ReadContext } from './format';
import { orLeftOut } from './one-of-many';
import { nameIn } from './paths';
import { wholeText } from './text';
import {
  ArchivePictures,
  classFiles,
  isInLabels,
  isNoLabelFile,
  labelFiles,
  splitOf,
  textKind,
  type LabelledPicture,
} from './yolo-layout';
import { lineOf, type YoloKind } from './yolo-line';
import { classNames } from './yolo-names';

/**
 * Reads YOLO labels: boxes, oriented boxes (four corners) and polygons, which become the box around them. A class
 * without a name is named by its number.
 */
export async function readYolo(
  archive: ArchiveReader,
  context: ReadContext,
  kind: YoloKind,
): Promise<Dataset> {
  const { names, keypoints } = await classNames(archive, context);
  const categories = new Map<number, Category>(
    [...names].map(([number, name]) => [number, classOf(name, number)]),
  );
  const labels = labelFiles(archive);
  const pictures = new ArchivePictures(archive);
  const classes = new Set(classFiles(archive));
  if (labels.length === 0 && pictures.all.length === 0)
    throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  /** The issues that are reported once for all files, not for each line. */
  const reported = new Set<IssueCode>();

  return {
    name: archive.name,
    get categories() {
      return [...categories.values()].sort((a, b) => a.number - b.number);
    },
    items: () => items(),
  };

  async function* items(): AsyncIterable<DatasetItem> {
    const open = new Set(pictures.all);
    let number = 0;
    reported.clear();
    for (const path of labels) {
      const text = await orLeftOut(path, context, () => wholeText(archive, path));
      if (text === null || !isLabels(path, text)) continue;
      const picture = pictures.of(path);
      open.delete(picture.path);
      const size = await context.sizeOf(picture.path, picture);
      const { regions, untaken } = size === null ? { regions: [], untaken: 0 } : regionsOf(text, path, size);
      // Without a size no box can be read; `sizeOf` reports why there is none.
      const annotations = size === null ? [] : [finished(regions, { untaken })];
      yield itemOf(picture, splitOf(path), (number += 1), size, annotations);
    }
    for (const path of open) {
      const picture = pictures.named(path);
      const size = await context.sizeOf(path, picture);
      yield itemOf(picture, splitOf(path), (number += 1), size, []);
    }
  }

  /** Lists of pictures and of classes are no labels; any other text is reported once as having none. */
  function isLabels(path: string, text: string): boolean {
    const what = textKind(text);
    if (what === 'labels' || isInLabels(path)) return !(what === 'other' && classes.has(path));
    if (what === 'empty') return !isNoLabelFile(path);
    if (!isNoLabelFile(path) && !classes.has(path)) context.issue({ code: 'no-labels-in-file', path });
    return false;
  }

  function regionsOf(
    text: string,
    path: string,
    size: Size,
  ): { readonly regions: readonly BoxRegion[]; readonly untaken: number } {
    const regions: BoxRegion[] = [];
    const seen = new Set<string>();
    let untaken = 0;
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const said = line.trim().split(/\s+/).join(' ');
      if (said === '') continue;
      const place = `line ${index + 1}`;
      if (seen.has(said)) {
        context.issue({ code: 'region-repeated', path, place });
        continue;
      }
      seen.add(said);
      const read = lineOf(line, size, kind, keypoints);
      if (typeof read === 'string') {
        context.issue({ code: read, path, place });
        untaken += 1;
        continue;
      }
      if (read.note !== null) reportLine(read.note, path, place);
      const label = categoryOf(read.classNumber, path, place).name;
      const region = boxFrom({ ...read.box, label }, size, { path, place, issue: context.issue });
      if (region === null) untaken += 1;
      else regions.push(region);
    }
    return { regions, untaken };
  }

  /** The columns left out are the same in all lines. */
  function reportLine(code: IssueCode, path: string, place: string): void {
    const isOfAll = code === 'region-keypoints' || code === 'track-left-out';
    if (isOfAll && reported.has(code)) return;
    reported.add(code);
    context.issue(
      isOfAll
        ? { code: code === 'region-keypoints' ? 'keypoints-left-out' : code, path }
        : { code, path, place },
    );
  }

  function categoryOf(number: number, path: string, place: string): Category {
    const known = categories.get(number);
    if (known !== undefined) return known;
    context.issue({ code: 'category-unnamed', path, place: `${place}, category ${number}` });
    const isTaken = [...categories.values()].some(({ name }) => name === String(number));
    const name = isTaken ? `class ${number}` : String(number);
    const category = classOf(name, number);
    categories.set(number, category);
    return category;
  }
}

const classOf = (name: string, number: number): Category => ({
  labelId: labelOf(name),
  name,
  number,
  ...(number < 0 ? {} : { classNumber: number }),
});

const itemOf = (
  { path, otherNames, isStem }: LabelledPicture,
  split: DatasetItem['split'],
  number: number,
  size: Size | null,
  annotations: DatasetItem['annotations'],
): DatasetItem => ({
  fileName: nameIn(path),
  path,
  otherNames,
  isStem,
  number,
  split,
  size,
  annotations,
  draft: null,
  predictions: [],
});
