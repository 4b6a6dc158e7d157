import type { Category, Dataset, DatasetItem, Split } from '$lib/domain/dataset';
import { SPLITS } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { BoxColumns } from './box-columns';
import { AnnotationExtras } from './coco-extra';
import { boxFrom, finished, labelOf, numberFrom, textOr, type RawBox } from './boxes';
import type { ArchiveReader, ReadContext } from './format';
import { jsonParts } from './json-stream';
import { wholeFiles } from './one-of-many';
import { firstPart, nameIn } from './paths';
import { textOf } from './text';

type Fields = Readonly<Record<string, unknown>>;

interface ImageRow {
  readonly path: string;
  readonly size: Size | null;
  readonly state: unknown;
  readonly split: Split | null;
}

/**
 * COCO instances, also several files of one dataset, and results (boxes with scores) beside the file that
 * names their pictures. Annotations may stand before the images they belong to.
 */
export async function readCoco(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const reading = new CocoReading(context);
  const jsons = archive.paths.filter((path) => /\.json$/i.test(path));
  const files = await wholeFiles(jsons, context, (path) => jsonParts(textOf(archive, path), path));
  for (const path of files) await reading.file(archive, path);
  return reading.dataset(archive.name);
}

type Key = string | number;
type Corners = readonly [x: number, y: number, width: number, height: number];

/** Ids are the same whether they were written as numbers or as text. */
const keyOf = (id: unknown): Key => numberFrom(id) ?? textOr(id, '');

/** Numbers its keys from 0, in the order they come. */
class Places {
  readonly at = new Map<Key, number>();
  of(key: Key): number {
    const known = this.at.get(key);
    if (known !== undefined) return known;
    this.at.set(key, this.at.size);
    return this.at.size - 1;
  }
}

class CocoReading {
  readonly #context: ReadContext;
  readonly #categories = new Map<string, Category & { readonly at: number }>();
  readonly #names: string[] = [];
  readonly #images: ImageRow[] = [];
  readonly #boxes = new BoxColumns();
  readonly #extras = new AnnotationExtras();
  #lastAnnotation = 0;
  /** Places of image ids in `#images` and of category ids in `#names`, of the file that is read. */
  #imageAt = new Map<Key, number>();
  #categoryAt = new Map<Key, number>();
  /** Results name pictures of the other files. */
  readonly #allImages = new Map<Key, number>();
  readonly #allCategories = new Map<Key, number>();
  #results = 0;
  #lastFile = '';

  constructor(context: ReadContext) {
    this.#context = context;
  }

  async file(archive: ArchiveReader, path: string): Promise<void> {
    this.#lastFile = path;
    this.#imageAt = new Map();
    this.#categoryAt = new Map();
    const first = this.#boxes.length;
    const asked = { images: new Places(), categories: new Places() };
    const seen = new Set<Key>();
    let number = 0;
    for await (const { key, rows } of jsonParts(textOf(archive, path), path)) {
      if (key === 'categories') for (const row of rows ?? []) this.#category(row as Fields, path);
      else if (key === 'images') for (const row of rows ?? []) this.#image(row as Fields, path);
      else if (key === 'annotations' || key === '')
        for (const row of rows ?? []) this.#annotation(row as Fields, (number += 1), path, asked, seen);
    }
    const isResults = this.#imageAt.size === 0 && number > 0;
    if (isResults) this.#results += 1;
    this.#settle(first, path, isResults, asked);
    for (const [id, at] of this.#imageAt) this.#allImages.set(id, at);
    for (const [id, at] of this.#categoryAt) this.#allCategories.set(id, at);
  }

  /** Now that a file's images are known, its boxes get theirs; boxes of unknown ones are dropped. */
  #settle(
    first: number,
    path: string,
    isResults: boolean,
    asked: { readonly images: Places; readonly categories: Places },
  ): void {
    const placesOf = (keys: Places, known: ReadonlyMap<Key, number>) =>
      Int32Array.from(keys.at.keys(), (key) => known.get(key) ?? -1);
    const images = placesOf(asked.images, isResults ? this.#allImages : this.#imageAt);
    const categories = placesOf(asked.categories, isResults ? this.#allCategories : this.#categoryAt);
    let kept = first;
    for (let row = first; row < this.#boxes.length; row += 1) {
      const image = images[this.#boxes.image[row]!]!;
      const category = categories[this.#boxes.category[row]!]!;
      const place = `annotation no. ${row - first + 1}`;
      if (image < 0) this.#context.issue({ code: 'image-unknown', path, place });
      else if (category < 0) this.#context.issue({ code: 'category-unknown', path, place });
      else this.#move(row, kept++, image, category);
    }
    this.#boxes.length = kept;
  }

  dataset(name: string): Dataset {
    if (this.#images.length === 0)
      throw new AppError('format-invalid', {
        path: this.#lastFile,
        reason: this.#results > 0 ? 'results-without-images' : 'no-images',
      });
    const { rows, starts } = this.#boxes.byImage(this.#images.length);
    return {
      name,
      categories: [...this.#categories.values()].map(({ labelId, name, number }) => ({
        labelId,
        name,
        number,
      })),
      ...(this.#lastAnnotation > 0
        ? { extra: JSON.stringify({ coco: { lastAnnotation: this.#lastAnnotation } }) }
        : {}),
      items: () => this.#items(rows, starts),
    };
  }

  async *#items(rows: Int32Array, starts: Int32Array): AsyncIterable<DatasetItem> {
    const withScores = this.#boxes.scores !== null;
    for (const [at, image] of this.#images.entries()) {
      const size = image.size ?? (await this.#context.sizeOf(image.path));
      if (size === null) {
        this.#context.issue({ code: 'size-unknown', path: image.path });
        continue;
      }
      const drawn: BoxRegion[] = [];
      const guessed: BoxRegion[] = [];
      for (let index = starts[at]!; index < starts[at + 1]!; index += 1) {
        const row = rows[index]!;
        const region = boxFrom(this.#raw(row), size, {
          path: image.path,
          place: `box ${index - starts[at]! + 1}`,
          issue: this.#context.issue,
        });
        if (region !== null) (region.score === null ? drawn : guessed).push(region);
      }
      const isOpen = image.state === 'unfinished' || (withScores && this.#results > 0 && drawn.length === 0);
      yield {
        fileName: nameIn(image.path),
        path: image.path,
        number: at + 1,
        split: image.split,
        size,
        annotations: isOpen ? [] : [finished(drawn, image.state === 'skipped')],
        draft: isOpen && image.state === 'unfinished' && drawn.length > 0 ? drawn : null,
        predictions:
          guessed.length === 0 ? [] : [{ modelVersion: 'coco', regions: guessed, createdAt: null }],
      };
    }
  }

  #raw(row: number): RawBox {
    const { numbers, category, scores } = this.#boxes;
    const score = scores?.get(row);
    const [x, y, width, height] = numbers.subarray(row * 4, row * 4 + 4) as unknown as Corners;
    const rect = { x, y, width, height };
    return {
      ...rect,
      ...this.#extras.get(row, rect),
      label: this.#names[category[row]!]!,
      ...(score === undefined ? {} : { score, origin: 'prediction' }),
    };
  }

  #category(row: Fields, path: string): void {
    const id = keyOf(row['id']);
    const name = textOr(row['name'], String(id));
    if (this.#categoryAt.has(id)) {
      this.#context.issue({ code: 'category-repeated', path, place: `category ${id}` });
      return;
    }
    const labelId = labelOf(name);
    const known = this.#categories.get(labelId);
    const at = known?.at ?? this.#names.push(name) - 1;
    this.#categories.set(labelId, known ?? { labelId, name, number: numberFrom(row['id']) ?? at, at });
    this.#categoryAt.set(id, at);
  }

  #image(row: Fields, path: string): void {
    const id = keyOf(row['id']);
    if (this.#imageAt.has(id)) {
      this.#context.issue({ code: 'id-repeated', path, place: `image ${id}` });
      return;
    }
    const [width, height] = [numberFrom(row['width']), numberFrom(row['height'])];
    const folder = firstPart(path);
    this.#imageAt.set(id, this.#images.length);
    this.#images.push({
      path: textOr(row['path'], textOr(row['file_name'], String(id))),
      size: width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null,
      state: row['state'],
      split: SPLITS.find((split) => split === folder) ?? null,
    });
  }

  #annotation(
    row: Fields,
    number: number,
    path: string,
    asked: { readonly images: Places; readonly categories: Places },
    seen: Set<Key>,
  ): void {
    const place = `annotation ${row['id'] === undefined ? `no. ${number}` : keyOf(row['id'])}`;
    const issue = this.#context.issue;
    if (row['id'] !== undefined) {
      const id = keyOf(row['id']);
      if (seen.has(id)) issue({ code: 'id-repeated', path, place });
      seen.add(id);
    }
    const bbox = row['bbox'];
    if (!Array.isArray(bbox) || bbox.length < 4) {
      const code = row['segmentation'] === undefined ? 'number-invalid' : 'region-mask';
      issue({ code, path, place });
      return;
    }
    const numbers = bbox.slice(0, 4).map(numberFrom);
    if (numbers.some((value) => value === null)) {
      issue({ code: 'number-invalid', path, place });
      return;
    }
    if (isMask(row['segmentation'])) issue({ code: 'region-mask', path, place });
    const image = asked.images.of(keyOf(row['image_id']));
    const category = asked.categories.of(keyOf(row['category_id']));
    if (!this.#extras.set(this.#boxes.length, row)) issue({ code: 'extra-too-long', path, place });
    this.#boxes.add(image, category, numbers as readonly number[], row['score']);
    const { id } = row;
    if (typeof id === 'number' && id > this.#lastAnnotation) this.#lastAnnotation = id;
  }

  /** Gives a box its image and category, closing up over those that were dropped. */
  #move(from: number, to: number, image: number, category: number): void {
    const { numbers, scores } = this.#boxes;
    this.#boxes.image[to] = image;
    this.#boxes.category[to] = category;
    if (from === to) return;
    this.#extras.move(from, to);
    numbers.copyWithin(to * 4, from * 4, from * 4 + 4);
    const score = scores?.get(from);
    scores?.delete(from);
    if (score !== undefined) scores?.set(to, score);
  }
}

/** A run-length mask is more than its box; only the box is taken. */
const isMask = (segmentation: unknown): boolean =>
  typeof segmentation === 'object' && segmentation !== null && !Array.isArray(segmentation);
