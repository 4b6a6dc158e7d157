import type { Category, Dataset, DatasetItem } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import type { Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { BoxColumns } from './box-columns';
import { boxFrom, finished, type RawBox } from './boxes';
import { CocoCategories } from './coco-categories';
import { AnnotationExtras, FileParts } from './coco-extra';
import { CocoFiles } from './coco-files';
import { CocoImages, imageItem } from './coco-images';
import { keyOf, Places, type Fields, type Key } from './coco-keys';
import { boxOfRow, isCaption } from './coco-row';
import { untakenExtra, UntakenRows, type AskedUntaken } from './coco-untaken';
import type { ArchiveReader, ReadContext } from './format';
import { jsonParts } from './json-stream';
import { wholeFiles } from './one-of-many';
import { textOf } from './text';

/**
 * Reads COCO instances, also several files of one dataset, and results (boxes with scores) beside the file that
 * lists their pictures. Neither the order of the files nor that of their members matters.
 */
export async function readCoco(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const jsons = archive.paths.filter((path) => /\.json$/i.test(path));
  const namesPictures = new Set<string>();
  const files = await wholeFiles(jsons, context, async function* (path) {
    for await (const part of jsonParts(textOf(archive, path), path)) {
      if (part.key === 'images' && part.rows?.length) namesPictures.add(path);
      yield part;
    }
  });
  // Results refer to the pictures of all other files, so they are read last.
  const isLast = (path: string) => (namesPictures.has(path) || files.length < 2 ? 0 : 1);
  const reader = new CocoReader(context, files.length < 2);
  for (const path of [...files].sort((a, b) => isLast(a) - isLast(b))) await reader.file(archive, path);
  return reader.dataset(archive.name);
}

type Corners = readonly [x: number, y: number, width: number, height: number];

/** The image and category ids that a file's rows refer to, and the annotations that could not be read. */
interface FileReferences {
  readonly images: Places;
  readonly categories: Places;
  /** By index in `images`. */
  readonly untaken: Map<number, AskedUntaken>;
  readonly seen: Set<Key>;
  rows: number;
  captions: number;
}

class CocoReader {
  readonly #context: ReadContext;
  readonly #categories: CocoCategories;
  readonly #images: CocoImages;
  readonly #boxes = new BoxColumns();
  readonly #extras = new AnnotationExtras();
  readonly #parts = new FileParts();
  /** For rows whose box is the one around a mask: the picture size that the mask covers. */
  readonly #maskSizes = new Map<number, Size>();
  readonly #files = new CocoFiles();
  readonly #untaken = new UntakenRows();

  constructor(context: ReadContext, isOnlyFile: boolean) {
    this.#context = context;
    this.#categories = new CocoCategories(context);
    this.#images = new CocoImages(context, isOnlyFile);
  }

  async file(archive: ArchiveReader, path: string): Promise<void> {
    this.#categories.begin(path);
    this.#images.begin(path);
    const first = this.#boxes.length;
    const references: FileReferences = {
      images: new Places(),
      categories: new Places(),
      untaken: new Map(),
      seen: new Set(),
      rows: 0,
      captions: 0,
    };
    let hasAnnotations = false;
    let isList = false;
    let last = '';
    for await (const { key, rows, value } of jsonParts(textOf(archive, path), path)) {
      if (key === 'categories') for (const row of rows ?? []) this.#categories.add(row as Fields);
      else if (key === 'images')
        for (const row of rows ?? []) {
          this.#images.add(row as Fields);
          this.#parts.sawImage((row as Fields)['id']);
        }
      else if (key === 'annotations' || key === '') {
        hasAnnotations = true;
        isList ||= key === '';
        for (const row of rows ?? []) this.#annotation(row as Fields, path, references);
      } else if (!this.#parts.add(key, rows ?? value, key !== last))
        this.#context.issue({ code: 'extra-too-long', path, place: key });
      last = key;
    }
    // A model that found nothing gives an empty list.
    const isResults = this.#images.isNone && (references.rows > 0 || isList);
    const isCaptions = references.captions > 0 && references.captions === references.rows;
    if (references.captions > 0) this.#context.issue({ code: 'captions-only', path });
    this.#resolveIds(first, path, isResults, references);
    const found = isResults ? new Set(this.#boxes.image.subarray(first, this.#boxes.length)) : null;
    this.#files.add({ path, first, results: found });
    this.#images.end(!hasAnnotations || isCaptions ? 'names' : references.rows > 0 ? 'boxes' : 'no-box');
    this.#categories.end();
  }

  /** Resolves the ids of a file's boxes, once its images are known; boxes of unknown images are dropped. */
  #resolveIds(first: number, path: string, isResults: boolean, references: FileReferences): void {
    const images = Int32Array.from(references.images.at.keys(), (key) => this.#images.at(key, isResults));
    const categories = Int32Array.from(references.categories.at.keys(), (key) =>
      this.#categories.at(key, isResults),
    );
    for (const [place, { count, rows }] of references.untaken)
      this.#images.leave(
        images[place]!,
        count,
        rows.map(({ text, category }) => ({ text, name: this.#categories.nameOf(category) })),
      );
    let kept = first;
    for (let row = first; row < this.#boxes.length; row += 1) {
      const image = images[this.#boxes.image[row]!]!;
      const category = categories[this.#boxes.category[row]!]!;
      const place = `annotation no. ${row - first + 1}`;
      if (image < 0)
        this.#context.issue({ code: image === -1 ? 'image-unknown' : 'image-ambiguous', path, place });
      else this.#move(row, kept++, image, category);
    }
    for (let row = kept; row < this.#boxes.length; row += 1) this.#extras.forget(row);
    this.#boxes.cut(kept);
  }

  dataset(name: string): Dataset {
    if (this.#images.rows.length === 0)
      throw new AppError('format-invalid', {
        path: this.#files.lastPath ?? name,
        reason: this.#files.results.length > 0 ? 'results-without-images' : 'no-images',
      });
    const { rows, starts } = this.#boxes.byImage(this.#images.rows.length);
    const used = new Set(this.#boxes.category.subarray(0, this.#boxes.length));
    const categories: readonly Category[] = this.#categories.all(used);
    const extra = this.#parts.text;
    return {
      name,
      categories,
      ...(extra === undefined ? {} : { extra }),
      items: () => this.#items(rows, starts),
    };
  }

  async *#items(rows: Int32Array, starts: Int32Array): AsyncIterable<DatasetItem> {
    const judged = this.#files.results.map(({ model, found }) => ({
      model,
      places: this.#images.about(found),
    }));
    for (const [at, image] of this.#images.rows.entries()) {
      const kept = new Map<KeptKind, number>();
      const beside = untakenExtra(image.untaken.rows, image.size, kept);
      const item = imageItem(image, at + 1, beside);
      const size = image.size ?? (await this.#context.sizeOf(image.path, item));
      if (size === null) {
        // `sizeOf` reports why there is no size: the picture is missing or unreadable.
        yield item;
        continue;
      }
      const groundTruth: BoxRegion[] = [];
      // A results file also evaluates the pictures in which it has no box.
      const predicted = new Map<string, BoxRegion[]>(
        judged.filter(({ places }) => places.has(at)).map(({ model }) => [model, []]),
      );
      let untaken = image.untaken.count;
      const further = Object.keys(image.extra).filter((key) => key !== 'id').length;
      if (further > 0) addKept(kept, 'data', further);
      const all = rows.subarray(starts[at], starts[at + 1]);
      const own =
        this.#files.count < 2 ? [...all] : this.#boxes.withoutRepeats(all, (row) => this.#files.fileOf(row));
      for (const [index, row] of own.entries()) {
        const place = { path: image.path, place: `box ${index + 1}`, issue: this.#context.issue };
        const covers = this.#maskSizes.get(row);
        if (covers && (covers.width !== size.width || covers.height !== size.height)) {
          this.#context.issue({ code: 'size-differs', path: place.path, place: place.place });
          untaken += 1;
          continue;
        }
        const region = boxFrom(this.#raw(row), size, place);
        if (region !== null) this.#extras.countIn(row, kept);
        if (region === null) untaken += 1;
        else if (region.score === null) groundTruth.push(region);
        else put(predicted, this.#files.modelOf(row), region);
      }
      // If there are results, a file without any box only lists the pictures.
      const isLookedAt = image.isLookedAt || (image.isListed && judged.length === 0);
      const isUnfinished = image.state === 'unfinished';
      const saysNothing = !isLookedAt && groundTruth.length === 0 && untaken === 0;
      const annotation = finished(groundTruth, { isSkipped: image.state === 'skipped', untaken });
      yield {
        ...item,
        size,
        ...(kept.size === 0 ? {} : { kept }),
        annotations: isUnfinished || saysNothing ? [] : [annotation],
        draft: isUnfinished && groundTruth.length > 0 ? groundTruth : null,
        predictions: [...predicted].map(([modelVersion, regions]) => ({
          modelVersion,
          regions,
          createdAt: null,
        })),
      };
    }
  }

  #raw(row: number): RawBox {
    const { numbers, category, scores, rotations } = this.#boxes;
    const score = scores?.get(row);
    const [x, y, width, height] = numbers.subarray(row * 4, row * 4 + 4) as unknown as Corners;
    const rect = { x, y, width, height };
    return {
      ...rect,
      ...this.#extras.get(row, rect),
      rotation: rotations.get(row) ?? 0,
      label: this.#categories.names[category[row]!]!,
      ...(score === undefined ? {} : { score, origin: 'prediction' }),
    };
  }

  #annotation(row: Fields, path: string, references: FileReferences): void {
    references.rows += 1;
    const place = `annotation ${row['id'] === undefined ? `no. ${references.rows}` : keyOf(row['id'])}`;
    const issue = this.#context.issue;
    if (row['id'] !== undefined) {
      const id = keyOf(row['id']);
      if (references.seen.has(id)) issue({ code: 'id-repeated', path, place });
      references.seen.add(id);
    }
    if (isCaption(row)) {
      references.captions += 1;
      return;
    }
    const image = references.images.of(keyOf(row['image_id']));
    if (Array.isArray(row['segments_info'])) {
      for (const segment of row['segments_info'] as readonly Fields[])
        this.#annotation({ ...segment, id: undefined, image_id: row['image_id'] }, path, references);
      return;
    }
    const box = boxOfRow(row);
    if (typeof box === 'string') {
      issue({ code: box, path, place });
      const untaken = references.untaken.get(image) ?? { count: 0, rows: [] };
      references.untaken.set(image, untaken);
      if (!this.#untaken.take(row, box, untaken)) issue({ code: 'extra-too-long', path, place });
      this.#parts.sawAnnotation(row['id']);
      return;
    }
    if (box.note !== null) issue({ code: box.note, path, place });
    const category = references.categories.of(keyOf(row['category_id']));
    const at = this.#boxes.length;
    if (box.covers === null) this.#maskSizes.delete(at);
    else this.#maskSizes.set(at, box.covers);
    if (!this.#extras.set(at, row)) issue({ code: 'extra-too-long', path, place });
    this.#boxes.add(image, category, box.numbers, box.rotation, row['score']);
    this.#parts.sawAnnotation(row['id']);
  }

  /** Gives a box its image and category, and moves it to the row `to`, so that dropped rows leave no gap. */
  #move(from: number, to: number, image: number, category: number): void {
    const { numbers, scores, rotations } = this.#boxes;
    this.#boxes.image[to] = image;
    this.#boxes.category[to] = category;
    if (from === to) return;
    this.#extras.move(from, to);
    numbers.copyWithin(to * 4, from * 4, from * 4 + 4);
    for (const beside of [scores, rotations, this.#maskSizes] as readonly (Map<number, unknown> | null)[]) {
      const value = beside?.get(from);
      beside?.delete(from);
      if (value === undefined) beside?.delete(to);
      else beside?.set(to, value);
    }
  }
}

function put(map: Map<string, BoxRegion[]>, at: string, region: BoxRegion): void {
  const list = map.get(at);
  if (list === undefined) map.set(at, [region]);
  else list.push(region);
}
