import { byId, type RegionChange } from './change';
import type { Size } from './geometry';
import type { RegionId } from './ids';
import type { PredictedRegion } from './prediction';
import { operationsOf, type Region } from './region';
import { scaleBox } from './regions/box';
import type { FileState, Task } from './task';

/** The facts about a file that are known without reading it. */
export type SeenFile = Pick<FileState, 'bytes' | 'modifiedAt'>;

export const isSameFile = (a: SeenFile, b: SeenFile): boolean =>
  a.bytes === b.bytes && a.modifiedAt === b.modifiedAt;

export const isSameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

/**
 * Whether a task has work or predictions made for its picture. If the picture is replaced, a person decides what
 * happens to them.
 */
export const hasWork = (task: Pick<Task, 'progress' | 'predictionCount'>): boolean =>
  task.progress !== 'unlabelled' || task.predictionCount > 0;

/**
 * Whether the boxes of a task do not belong to its current picture: another file has taken its place and nobody has
 * decided, or the boxes were drawn on a picture of another size.
 */
export const isOutdated = (task: Pick<Task, 'replacedBy' | 'size'>, drawnOn: Size | null): boolean =>
  (task.replacedBy ?? null) !== null ||
  (drawnOn !== null && task.size !== null && !isSameSize(drawnOn, task.size));

/** The choices of a person for the boxes of a picture that was replaced. */
export type ReplacedChoice = 'keep' | 'scale' | 'anew';

/** The change that applies a choice; null if it changes no region. */
export function replacedChange(
  regions: ReadonlyMap<RegionId, Region>,
  choice: ReplacedChoice,
  before: Size | null,
  now: Size,
): RegionChange | null {
  if (regions.size === 0 || choice === 'keep') return null;
  if (choice === 'anew') return { before: regions, after: new Map() };
  if (before === null || isSameSize(before, now)) return null;
  const [x, y] = [now.width / before.width, now.height / before.height];
  return {
    before: regions,
    after: byId(
      [...regions.values()].map((region) => {
        const { clampToImage, scale } = operationsOf(region);
        return clampToImage(scale(region, x, y), now);
      }),
    ),
  };
}

/** A prediction's boxes after the same choice. */
export function replacedPrediction(
  {
    regions,
    rejected,
  }: { readonly regions: readonly PredictedRegion[]; readonly rejected: readonly number[] },
  choice: ReplacedChoice,
  before: Size | null,
  now: Size,
): { readonly regions: readonly PredictedRegion[]; readonly rejected: readonly number[] } {
  if (choice === 'anew') return { regions, rejected: regions.map((_, at) => at) };
  if (choice === 'keep' || before === null) return { regions, rejected };
  const [x, y] = [now.width / before.width, now.height / before.height];
  return {
    regions: regions.map((one) => {
      if (one.rotation !== undefined) return scaleBox({ ...one, rotation: one.rotation }, x, y);
      return { ...one, x: one.x * x, y: one.y * y, width: one.width * x, height: one.height * y };
    }),
    rejected,
  };
}
