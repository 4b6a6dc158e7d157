import type { EpochMs, TaskId } from '$lib/domain/ids';
import type { SeenFile } from '$lib/domain/replaced';

/** A thumbnail, and the file that it was made of; null if it is from before that was stored. */
export interface KeptThumbnail {
  readonly picture: Blob;
  readonly of: SeenFile | null;
}

/** Thumbnails for lists, made once and stored up to a limit; the oldest are deleted first. */
export interface ThumbnailStore {
  get(taskId: TaskId): Promise<KeptThumbnail | undefined>;
  put(taskId: TaskId, kept: KeptThumbnail, madeAt: EpochMs): Promise<void>;
  delete(taskIds: readonly TaskId[]): Promise<void>;
  count(): Promise<number>;
  /** Deletes all but the newest ones. */
  keepNewest(count: number): Promise<void>;
}
