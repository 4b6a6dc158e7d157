import type { Annotation } from '$lib/domain/annotation';
import type { TaskId } from '$lib/domain/ids';
import { resolveRow } from '$lib/domain/label-resolution';
import { nameOf, namesOf } from '$lib/domain/profile';
import { newestFirst, versionOf, type AnnotationVersion } from '$lib/domain/version';
import type { Ports } from '../ports/ports';
import { resolverOf } from '../label-resolver';

/** A version with the name of the person who submitted it; empty if unknown. */
export interface NamedVersion extends AnnotationVersion {
  readonly annotatorName: string;
}

/** The history of submissions of a task. */
export function makeVersions({ database }: Ports) {
  return {
    /**
     * Calls back with the versions, newest first, including an annotation that came from elsewhere and was never
     * submitted here.
     */
    watch(
      taskId: TaskId,
      onValue: (versions: readonly NamedVersion[]) => void,
      onError: (error: unknown) => void,
    ): () => void {
      return database.watch(
        async () => {
          const [kept, annotations] = await Promise.all([
            database.versions.forTask(taskId),
            database.annotations.forTask(taskId),
          ]);
          const isKept = ({ profileId, revision }: Annotation) =>
            kept.some((one) => one.profileId === profileId && one.revision === revision);
          const fresh = annotations.filter((one) => !isKept(one)).map((one) => versionOf(one, []));
          const all = [...kept, ...fresh];
          if (all.length === 0) return [];
          const resolve = await resolverOf(database, all[0]!.projectId);
          const names = namesOf(await database.profiles.all());
          return newestFirst(all).map((version) => ({
            ...resolveRow(version, resolve),
            annotatorName: nameOf(version.annotator, names),
          }));
        },
        onValue,
        onError,
      );
    },
  };
}
