import type { SourceStorage } from '$lib/domain/source';
import type { SyncPlan } from '$lib/domain/sync';
import type { NamedFile } from '../ports/folders';
import type { JobContext } from './job';
import { expectRoom } from './storage-full';

/**
 * Brings the browser's copies of a folder to what a person has chosen and agreed to: what is new, changed or
 * elsewhere is copied, then what is not there any more is removed. Stopped half-way, choosing the folder
 * again does the rest.
 */
export async function takeCopies(
  { id }: SourceStorage,
  files: readonly NamedFile[],
  plan: SyncPlan,
  { ports, signal, report }: JobContext,
): Promise<void> {
  const { folders } = ports;
  const chosen = new Map(files.map(({ path, file }) => [path, file]));
  const elsewhere = [...plan.moved, ...plan.respelt];
  const paths = [
    ...plan.changed.map(({ path }) => path),
    ...elsewhere.map(({ to }) => to),
    ...plan.restored.map(({ path }) => path),
    ...plan.added,
  ].filter((path) => chosen.has(path));
  await expectRoom(
    ports,
    paths.reduce((sum, path) => sum + chosen.get(path)!.size, 0),
  );
  for (const [at, path] of paths.entries()) {
    signal.throwIfAborted();
    // Another content may have the same length.
    await folders.removeCopy(id, path);
    await folders.copyIn(id, path, chosen.get(path)!);
    report({ done: at + 1, total: paths.length });
  }
  const left = [...elsewhere.map(({ from }) => from), ...plan.missing.map(({ path }) => path)];
  for (const path of left) if (!chosen.has(path)) await folders.removeCopy(id, path);
}
