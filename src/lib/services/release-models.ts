import type { DetectorModel } from '$lib/domain/model';
import type { Ports } from './ports/ports';

/** Deletes the files of models whose rows are deleted, unless another model has the same file. */
export async function forgetModelFiles(
  { database, modelFiles }: Pick<Ports, 'database' | 'modelFiles'>,
  gone: readonly DetectorModel[],
): Promise<void> {
  const stillUsed = new Set((await database.models.all()).map(({ hash }) => hash));
  for (const { hash } of gone) if (!stillUsed.has(hash)) await modelFiles.forget(hash);
}
