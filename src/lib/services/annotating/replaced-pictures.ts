import { apply, changeOfRegions } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { isSameSize, replacedChange, replacedPrediction, type ReplacedChoice } from '$lib/domain/replaced';
import { summarize } from '$lib/domain/task';
import { versionOf } from '$lib/domain/version';
import { workKeyOf, type OpenTask } from './annotations';
import type { Ports } from '../ports/ports';
import type { OpenPicture } from '../ports/pictures';

/** The state of a task whose picture on the screen is not the one that its boxes were made on. */
export interface ReplacedPicture {
  /** Size of the picture that the boxes were drawn on; null if unknown. */
  readonly before: Size | null;
  readonly now: Size;
  /** Whether there are boxes whose places depend on the picture's size. */
  readonly canScale: boolean;
}

/** Returns null if the boxes belong to the picture, or if the task has no work. */
export function replacedPicture(
  { task, annotation, regions, draftSize }: OpenTask,
  picture: OpenPicture,
): ReplacedPicture | null {
  if (annotation === null && draftSize === null && task.predictionCount === 0) return null;
  const drawnOn = draftSize ?? annotation?.imageSize ?? null;
  const isOtherSize = drawnOn !== null && !isSameSize(drawnOn, picture.size);
  if (picture.replacedBy === null && !isOtherSize) return null;
  const before = drawnOn ?? picture.sizeBefore;
  const hasBoxes = regions.size > 0 || task.predictionCount > 0;
  return {
    before,
    now: picture.size,
    canScale: hasBoxes && before !== null && !isSameSize(before, picture.size),
  };
}

/**
 * Applies a person's choice for the boxes of a picture that was replaced. The choice becomes a step of the draft on the
 * new picture: it can be undone and is submitted like any other step, and the earlier submission stays among the
 * versions.
 */
export function makeReplacedPictures({ database, clock }: Pick<Ports, 'database' | 'clock'>) {
  return {
    of: replacedPicture,
    /**
     * Resolves when the choice is on disk. Fails with `edited-elsewhere` if the task has changed since it was opened.
     */
    choose: (opened: OpenTask, { before, now }: ReplacedPicture, choice: ReplacedChoice): Promise<void> =>
      database.write(async () => {
        const { annotation, counted, regions, choices, draftSize, journal } = opened;
        const { id, path, projectId } = opened.task;
        const key = workKeyOf(opened);
        const stored = (await database.annotations.get(key)) ?? null;
        const isOurs =
          (stored?.revision ?? 0) === (annotation?.revision ?? 0) &&
          (await database.drafts.length(key)) === journal.length;
        const task = await database.tasks.get(id);
        if (!isOurs || !task) throw new AppError('edited-elsewhere', { path });
        const change = replacedChange(regions, choice, before, now);
        if (stored !== null || draftSize !== null) {
          if (stored && !(await database.versions.has(key, stored.revision)))
            await database.versions.put(versionOf(stored, []));
          const draft = await database.drafts.get(key);
          await database.drafts.put({
            ...(draft ?? {
              ...key,
              projectId,
              regions: [...regions.values()],
              choices,
              basedOn: stored?.revision ?? 0,
              savedAt: clock.now(),
            }),
            imageSize: now,
          });
          if (change)
            await database.drafts.putEntries([
              {
                ...key,
                sequence: (journal.length ?? 0) + 1,
                change: changeOfRegions(change),
                step: 'do',
              },
            ]);
          await database.drafts.unmarkBehind(id);
        }
        const predictions = await database.predictions.forTask(id);
        if (choice !== 'keep')
          await database.predictions.put(
            predictions.map((one) => ({ ...one, ...replacedPrediction(one, choice, before, now) })),
          );
        const after = change ? apply(regions, change) : regions;
        await database.tasks.update(id, {
          ...(stored !== null || draftSize !== null ? summarize(stored ?? counted, [...after.values()]) : {}),
          ...(task.replacedBy ? { file: task.replacedBy } : {}),
          size: now,
          problem: null,
          replacedBy: null,
        });
      }, ['tasks', 'annotations', 'drafts', 'versions', 'predictions']),
  };
}
