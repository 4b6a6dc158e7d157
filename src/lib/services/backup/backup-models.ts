import { AppError } from '$lib/domain/errors';
import type { DetectorModel } from '$lib/domain/model';
import type { ArchiveEntry, OpenedArchive } from '../ports/archives';
import type { ModelFileStore } from '../ports/inference';
import { entryBytes, type BackupManifest } from './backup-file';

/** Path of a model's file in a backup: `models/<hash>/<file name>`. */
const MODEL_FILE = /^models\/([^/]+)\/([^/]+)$/;

/**
 * The files of models; files with the same bytes are written once. `missing` is called for each file that no longer
 * exists.
 */
export async function* modelEntries(
  models: readonly DetectorModel[],
  store: Pick<ModelFileStore, 'open'>,
  entryOf: (path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<ArchiveEntry>,
  missing: (fileName: string) => void,
): AsyncIterable<ArchiveEntry> {
  for (const { hash, fileName } of new Map(models.map((model) => [model.hash, model])).values()) {
    try {
      const { file, beside } = await store.open(hash, fileName);
      for (const one of [file, ...beside])
        yield await entryOf(`models/${hash}/${one.name}`, new Uint8Array(await one.arrayBuffer()));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      missing(fileName);
    }
  }
}

/** Stores the files of models from a backup; a file that exists here already is the same one. */
export async function restoreModels(
  archive: OpenedArchive,
  { entries }: BackupManifest,
  store: Pick<ModelFileStore, 'keep'>,
): Promise<void> {
  for (const { path } of entries) {
    const [, hash, name] = MODEL_FILE.exec(path) ?? [];
    if (hash === undefined || name === undefined) continue;
    await store.keep(hash, { file: new File([await entryBytes(archive, path)], name), beside: [] });
  }
}
