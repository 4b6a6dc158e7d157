import type { Dataset, DatasetItem } from '$lib/domain/dataset';
import type { LabelId } from '$lib/domain/ids';

interface CocoImage {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly file_name: string;
}

interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  /** x, y, width, height in pixels, origin top left, 0-based. */
  readonly bbox: readonly [number, number, number, number];
  readonly area: number;
  readonly segmentation: readonly [];
  readonly iscrowd: 0;
}

/** How many annotations are turned into text at once: slices are much faster than one by one, and stay small. */
const SLICE = 2000;

/**
 * COCO instances, one JSON text in pieces. Image and annotation ids count from 1. `file_name` is
 * `images/<name>`, as `CocoDetection(root, annFile)` opens it. Every region needs a label of the dataset's
 * categories and an area.
 */
export async function* writeCoco(dataset: Dataset): AsyncIterable<string> {
  const categories = dataset.categories.map(({ number, name }) => ({ id: number, name, supercategory: '' }));
  const numberOf = new Map(dataset.categories.map(({ labelId, number }) => [labelId, number]));
  yield `{"info":${JSON.stringify({ description: dataset.name, version: '1.0', contributor: 'Kakomi' })},"licenses":[],"categories":${JSON.stringify(categories)},"annotations":[`;

  const images: CocoImage[] = [];
  let waiting: CocoAnnotation[] = [];
  let count = 0;
  let written = 0;
  for await (const item of dataset.items()) {
    images.push(imageOf(item, images.length + 1));
    for (const region of item.regions)
      waiting.push(annotationOf(region, (count += 1), images.length, numberOf));
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

/** Elements of a JSON array without its brackets, going on from `before` elements. */
const slice = (rows: readonly unknown[], before: number): string =>
  rows.length === 0 ? '' : (before > 0 ? ',' : '') + JSON.stringify(rows).slice(1, -1);

const imageOf = ({ size, fileName }: DatasetItem, id: number): CocoImage => ({
  id,
  width: size.width,
  height: size.height,
  file_name: `images/${fileName}`,
});

function annotationOf(
  region: DatasetItem['regions'][number],
  id: number,
  imageId: number,
  numberOf: ReadonlyMap<LabelId, number>,
): CocoAnnotation {
  const number = region.labelId === null ? undefined : numberOf.get(region.labelId);
  if (number === undefined) throw new Error(`region ${region.id} has no category`);
  return {
    id,
    image_id: imageId,
    category_id: number,
    bbox: [region.x, region.y, region.width, region.height],
    area: region.width * region.height,
    segmentation: [],
    iscrowd: 0,
  };
}
