import type { Dataset, DatasetItem, IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { SourceId, TaskId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { operationsOf } from '$lib/domain/region';
import type { ImageFolder } from '../ports/folders';
import type { JobPorts } from '../ports/ports';
import { Claims } from './claims';
import { isSame, type Asked, type Found, type KnownPicture, type PictureMatcher } from './match-pictures';

/** A picture of a file with its task, or the reason why it has none. */
export type Placed =
  | { readonly item: DatasetItem; readonly picture: KnownPicture; readonly note: IssueCode | null }
  | { readonly item: DatasetItem; readonly picture: KnownPicture | null; readonly why: IssueCode };

/** Matches a file's pictures with a project's tasks. */
export class ItemPlacer {
  readonly #ports: JobPorts;
  readonly #matcher: PictureMatcher;
  readonly #claims = new Claims();
  /** Sizes that are not stored in a task yet. */
  readonly #measured = new Map<TaskId, Size | null>();
  readonly #folders = new Map<SourceId, Promise<ImageFolder>>();

  constructor(ports: JobPorts, matcher: PictureMatcher) {
    this.#ports = ports;
    this.#matcher = matcher;
  }

  /** The upright size of the picture; null if unknown. */
  async sizeOf(asked: Asked): Promise<Size | null> {
    const match = this.#matcher.find(asked, null);
    return typeof match === 'string' ? null : this.#sizeOf(match.picture, true);
  }

  /** Registers a picture of the file. All pictures must be registered before any is placed. */
  see(item: DatasetItem): void {
    const match = this.#matcher.find(item, item.size);
    if (typeof match !== 'string') this.#claims.add(item, match);
  }

  /** Whether the file contains a task's picture more than once. */
  isRepeated(id: TaskId): boolean {
    return this.#claims.isRepeated(id);
  }

  /** Yields the file's pictures with their tasks, once all of them were registered. */
  async *place(dataset: Dataset): AsyncIterable<Placed> {
    for await (const item of dataset.items()) yield await this.#placed(item);
  }

  async #placed(item: DatasetItem): Promise<Placed> {
    const match = this.#matcher.find(item, item.size);
    if (match === 'unmatched') return { item, picture: null, why: 'picture-unmatched' };
    if (match === 'ambiguous' || !this.#claims.holds(item, match))
      return { item, picture: null, why: 'picture-ambiguous' };
    return this.#fitted(item, match);
  }

  /**
   * Converts a picture's regions to the upright picture. They are pixels of a picture of one size, and a file may give
   * them for the picture as it is stored.
   */
  async #fitted(item: DatasetItem, { picture }: Found): Promise<Placed> {
    const { size } = item;
    const known = await this.#sizeOf(picture, size === null);
    if (size === null && known === null) return { item, picture, why: 'size-unknown' };
    if (size === null) return { item: { ...item, size: known }, picture, note: null };
    if (known === null || isSame(known, size)) return { item, picture, note: null };
    const isOnItsSide = known.width === size.height && known.height === size.width;
    const orientation = isOnItsSide ? await this.#orientationOf(picture) : 1;
    if (orientation < 5) return { item, picture, why: 'size-differs' };
    const upright = (regions: readonly Region[]) =>
      regions.map((region) => operationsOf(region).upright(region, orientation, size));
    const turned: DatasetItem = {
      ...item,
      size: known,
      annotations: item.annotations.map((one) => ({ ...one, regions: upright(one.regions) })),
      draft: item.draft && upright(item.draft),
      predictions: item.predictions.map((one) => ({ ...one, regions: upright(one.regions) })),
    };
    return { item: turned, picture, note: 'size-turned' };
  }

  /** `isNeeded`: only the picture itself has the answer, so that the person has to give access to it. */
  async #sizeOf(picture: KnownPicture, isNeeded: boolean): Promise<Size | null> {
    if (picture.size !== null) return picture.size;
    const known = this.#measured.get(picture.id);
    if (known !== undefined) return known;
    const size = await this.#look(picture, isNeeded, (file) =>
      this.#ports.pictureFiles.measure(file, picture.page),
    );
    this.#measured.set(picture.id, size);
    return size;
  }

  async #orientationOf(picture: KnownPicture): Promise<number> {
    const read = (file: File) => this.#ports.pictureFiles.orientation(file, picture.page);
    return (await this.#look(picture, true, read)) ?? 1;
  }

  /** Returns null if the file does not exist or cannot be read. */
  async #look<T>(
    picture: KnownPicture,
    isNeeded: boolean,
    read: (file: File) => Promise<T>,
  ): Promise<T | null> {
    try {
      const folder = await this.#folderOf(picture.sourceId);
      return folder && (await read(await folder.file(picture.path)));
    } catch (error) {
      if (!(error instanceof AppError) || (isNeeded && error.code === 'permission-needed')) throw error;
      return null;
    }
  }

  async #folderOf(id: SourceId): Promise<ImageFolder | null> {
    const source = await this.#ports.database.sources.get(id);
    if (!source) return null;
    const folder = this.#folders.get(id) ?? this.#ports.folders.open(source);
    this.#folders.set(id, folder);
    return folder;
  }
}
