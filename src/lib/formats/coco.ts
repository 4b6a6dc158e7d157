import { regionsOf, SPLITS, stateOf, type Dataset, type DatasetItem, type Split } from '$lib/domain/dataset';
import { operationsOf, type Region } from '$lib/domain/region';
import { keptOf, type Fields } from '$lib/domain/kept';
import type { LabelId } from '$lib/domain/ids';
import type { Rect } from '$lib/domain/geometry';
import { classOf, uprightBox, writable } from './boxes';
import { annotationRest, idFrom, Ids } from './coco-extra';
import { readCoco } from './coco-read';
import { untakenRows } from './coco-untaken';
import { encode, type Encoders } from './encoders';
import type { ArchiveReader, Format, OutputText, WriteOptions } from './format';
import { slice } from './json-stream';
import { firstText } from './text';
import { FORMAT_TRAITS } from './traits';

interface CocoImage {
  readonly id: number | string;
  readonly width: number;
  readonly height: number;
  readonly file_name: string;
  readonly path: string;
  readonly state?: string;
}

interface CocoAnnotation {
  readonly id: number | string;
  readonly image_id: number | string;
  readonly category_id: number;
  /** x, y, width, height in pixels; the origin is the top left corner, at 0. */
  readonly bbox: readonly [number, number, number, number];
  readonly area: number;
  readonly segmentation: unknown;
  readonly iscrowd: 0 | 1;
}

/**
 * The number of annotations that are stringified at once: slices are much faster than single annotations, and stay
 * small.
 */
const SLICE = 2000;

/**
 * COCO instances. Without splits, `result.json` lies beside `images/`; with splits, `train/bbox.json` lies beside
 * `train/images/`, as the training scripts of the course expect.
 */
export const coco: Format = {
  ...FORMAT_TRAITS.coco,
  id: 'coco',
  picturePath: (fileName, split) => `${split === null ? '' : `${split}/`}images/${fileName}`,

  async sniff(archive) {
    const files = archive.paths.filter((path) => /\.json$/i.test(path));
    let best = 0;
    for (const path of files.slice(0, 5)) best = Math.max(best, await likeness(archive, path));
    return best;
  },
  read: readCoco,

  async *write(dataset: Dataset, { splits }: WriteOptions): AsyncIterable<OutputText> {
    await Promise.resolve();
    if (splits.length === 0) yield { path: 'result.json', content: writeCoco(dataset) };
    for (const split of splits)
      yield {
        path: `${split}/bbox.json`,
        content: writeCoco({ ...dataset, items: () => partOf(dataset, split) }),
      };
  },
};

/** Reads only the first characters, and looks for keys that only COCO has together. */
async function likeness(archive: ArchiveReader, path: string): Promise<number> {
  const text = await firstText(archive, path);
  if (/^\s*\{/.test(text)) {
    const keys = ['"images"', '"categories"', '"annotations"'].filter((key) => text.includes(key)).length;
    return keys === 0 ? (text.includes('"info"') ? 0.3 : 0) : 0.5 + 0.15 * keys;
  }
  return /^\s*\[\s*\{/.test(text) && text.includes('"image_id"') && text.includes('"bbox"') ? 0.9 : 0;
}

/** The pictures of one split, in order. Pictures without a split belong to the first one. */
export async function* partOf(dataset: Dataset, split: Split): AsyncIterable<DatasetItem> {
  for await (const item of dataset.items()) if ((item.split ?? SPLITS[0]) === split) yield item;
}

/**
 * COCO instances as one JSON text in pieces. Kept image and annotation ids are written back; other ids continue
 * after them, else from 1. `file_name` is `images/<name>`, as `CocoDetection(root, annFile)` opens it. Every region
 * must have a label of the dataset's categories and an area; a turned box is written as the upright box around it.
 */
export async function* writeCoco(dataset: Dataset): AsyncIterable<string> {
  const categories = dataset.categories.map(({ number, name, extra }) => ({
    supercategory: '',
    ...keptOf(extra, 'coco'),
    id: number,
    name,
  }));
  const numberOf = new Map(dataset.categories.map(({ labelId, number }) => [labelId, number]));
  const { lastAnnotation, lastImage, info, licenses, ...more } = keptOf(dataset.extra, 'coco');
  const ownInfo = { description: dataset.name, version: '1.0', contributor: 'Kakomi' };
  yield `{"info":${JSON.stringify(info ?? ownInfo)},"licenses":${JSON.stringify(licenses ?? [])},`;
  for (const [key, value] of Object.entries(more))
    if (!OWN_PARTS.has(key)) yield `${JSON.stringify(key)}:${JSON.stringify(value)},`;
  yield `"categories":${JSON.stringify(categories)},"annotations":[`;

  const images: CocoImage[] = [];
  let waiting: (CocoAnnotation | Fields)[] = [];
  const ids = new Ids(idFrom(lastAnnotation));
  const imageIds = new Ids(idFrom(lastImage));
  let written = 0;
  for await (const item of dataset.items()) {
    if (item.size === null) continue;
    const image = imageOf(item, imageIds);
    images.push(image);
    for (const region of regionsOf(item))
      waiting.push(annotationOf(region, ids, image.id, numberOf, item.path));
    for (const row of untakenRows(item, dataset.categories))
      waiting.push({ ...row, id: ids.of(row['id']), image_id: image.id });
    if (waiting.length < SLICE) continue;
    yield slice(waiting, written);
    written += waiting.length;
    waiting = [];
  }
  yield slice(waiting, written);
  yield '],"images":[';
  for (let start = 0; start < images.length; start += SLICE)
    yield slice(images.slice(start, start + SLICE), start);
  yield ']}\n';
}

/** Members that the other members of a file must not overwrite. */
const OWN_PARTS: ReadonlySet<string> = new Set(['annotations', 'images', 'categories']);

/** COCO has no fields for some of the content, which goes into members of our own; other readers ignore them. */
function imageOf(item: DatasetItem, ids: Ids): CocoImage {
  const state = stateOf(item);
  const { id, ...more } = keptOf(item.extra, 'coco');
  return {
    ...more,
    id: ids.of(id),
    width: item.size!.width,
    height: item.size!.height,
    file_name: `images/${item.fileName}`,
    path: item.path,
    ...(state === 'submitted' ? {} : { state }),
  };
}

/** The box for `bbox`, in pixels. See [Note: Encoders]. */
export const COCO_ENCODERS: Encoders<[], Rect> = { box: uprightBox };

function annotationOf(
  region: Region,
  ids: Ids,
  imageId: number | string,
  numberOf: ReadonlyMap<LabelId, number>,
  path: string,
): CocoAnnotation {
  const { x, y, width, height } = encode(COCO_ENCODERS, region);
  const bbox = [writable(x, path), writable(y, path), writable(width, path), writable(height, path)] as const;
  const { segmentation, ...rest } = annotationRest(region, bbox);
  return {
    ...rest,
    id: ids.of(rest['id']),
    image_id: imageId,
    category_id: classOf(region, numberOf, path),
    bbox,
    area: operationsOf(region).objectArea(region),
    segmentation,
    iscrowd: region.isCrowd ? 1 : 0,
  };
}
