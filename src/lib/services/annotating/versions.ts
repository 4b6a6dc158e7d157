import type { TaskId } from '$lib/domain/ids';
import { resolveRow } from '$lib/domain/label-resolution';
import { versionOf, type AnnotationVersion } from '$lib/domain/version';
import type { Ports } from '../ports/ports';
import { resolverOf } from '../label-resolver';

/** What was submitted for a task, again and again. */
export function makeVersions({ database }: Ports) {
  return {
    /** Newest first; also what came from elsewhere and was never submitted here. */
    watch(
      taskId: TaskId,
      onValue: (versions: readonly AnnotationVersion[]) => void,
      onError: (error: unknown) => void,
    ): () => void {
      return database.watch(
        async () => {
          const [kept, annotation] = await Promise.all([
            database.versions.forTask(taskId),
            database.annotations.get(taskId),
          ]);
          const isKept = !annotation || kept.some(({ revision }) => revision === annotation.revision);
          const all = [...kept, ...(isKept ? [] : [versionOf(annotation, [])])];
          if (all.length === 0) return all;
          const resolve = await resolverOf(database, all[0]!.projectId);
          return all.map((version) => resolveRow(version, resolve)).reverse();
        },
        onValue,
        onError,
      );
    },
  };
}
