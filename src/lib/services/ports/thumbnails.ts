import type { EpochMs, TaskId } from '$lib/domain/ids';
import type { SeenFile } from '$lib/domain/replaced';

/** A small picture, and the file that it was made of; null: it was made before that was kept. */
export interface KeptThumbnail {
  readonly picture: Blob;
  readonly of: SeenFile | null;
}

/** Small pictures for lists, made once and kept up to a bound; the oldest go first. */
export interface ThumbnailStore {
  get(taskId: TaskId): Promise<KeptThumbnail | undefined>;
  put(taskId: TaskId, kept: KeptThumbnail, madeAt: EpochMs): Promise<void>;
  delete(taskIds: readonly TaskId[]): Promise<void>;
  count(): Promise<number>;
  /** Keeps the newest ones only. */
  keepNewest(count: number): Promise<void>;
}
