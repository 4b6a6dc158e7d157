import type { Category, DatasetItem, IssueCode } from '$lib/domain/dataset';
import { clipToSize, type Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isLostIn, type KeptText } from '$lib/domain/kept';
import type { Region } from '$lib/domain/region';
import { finished, uprightBox } from './boxes';
import { isOfOtherSize } from './coco-untaken';
import type { Carries } from './traits';

/** The labels that regions can be written with. A class without a name is none. */
export const labelsOf = (categories: readonly Category[]): ReadonlySet<LabelId> =>
  new Set(categories.flatMap(({ labelId, name }) => (name.trim() === '' ? [] : [labelId])));

/**
 * What of a picture a format can hold, told as it is taken away. Null: nothing of it.
 * One bad region costs itself alone; one whose label is not among `labels` is unlabelled.
 */
export function fit(
  item: DatasetItem,
  carries: Carries,
  labels: ReadonlySet<LabelId>,
  tell: (code: IssueCode) => void,
): DatasetItem | null {
  const size = item.size !== null && isSize(item.size) ? item.size : null;
  const layer = (regions: readonly Region[]) =>
    regions.flatMap((region) =>
      fitRegion(
        region.labelId === null || labels.has(region.labelId) ? region : { ...region, labelId: null },
        size,
        carries,
        tell,
      ),
    );
  const [first] = item.annotations;
  if (first?.isSkipped && item.draft === null && !carries.skipped) return null;
  const isLost = [...keptTexts(item)].some((text) => isLostIn(text, carries.extras));
  if (isLost || (carries.extras === 'coco' && isOfOtherSize(item.extra, size))) tell('kept-not-written');
  if (item.annotations.length > 1 && !carries.annotators) tell('several-annotators');
  const counted = (carries.annotators ? item.annotations : item.annotations.slice(0, 1))
    .filter(({ isSkipped }) => carries.skipped || !isSkipped)
    .map((annotation) => ({ ...annotation, regions: layer(annotation.regions) }));
  const predictions = carries.predictions
    ? item.predictions.map((prediction) => ({ ...prediction, regions: layer(prediction.regions) }))
    : [];
  const rest = { ...item, size, predictions };
  if (item.draft === null) return { ...rest, annotations: counted };
  switch (carries.drafts) {
    case 'beside':
      return { ...rest, annotations: counted, draft: layer(item.draft) };
    case 'instead':
      return { ...rest, annotations: [], draft: layer(item.draft) };
    case 'as-finished':
      return {
        ...rest,
        annotations: item.draft.length === 0 ? [] : [finished(layer(item.draft))],
        draft: null,
      };
    case 'no':
      tell('draft-not-written');
      return { ...rest, annotations: counted, draft: null };
  }
}

function* keptTexts({ extra, draftExtra, draft, annotations }: DatasetItem): Iterable<KeptText | undefined> {
  yield extra;
  yield draftExtra;
  for (const region of draft ?? []) yield region.extra;
  for (const annotation of annotations) {
    yield annotation.extra;
    for (const region of annotation.regions) yield region.extra;
  }
}

const isSize = ({ width, height }: Size): boolean =>
  Number.isFinite(width) && Number.isFinite(height) && width > 0 && height > 0;

function fitRegion(
  region: Region,
  size: Size | null,
  carries: Carries,
  tell: (code: IssueCode) => void,
): readonly Region[] {
  if (size === null) return [];
  if (![region.x, region.y, region.width, region.height, region.rotation].every(Number.isFinite)) {
    tell('number-invalid');
    return [];
  }
  if (region.labelId === null && !carries.unlabelled) {
    tell('region-unlabelled');
    return [];
  }
  if (region.isCrowd && !carries.crowds) {
    tell('region-crowd');
    return [];
  }
  const hasArea = region.width > 0 && region.height > 0;
  if (!hasArea) {
    tell('region-empty');
    if (!carries.zeroArea) return [];
  }
  const isTurned = region.rotation !== 0;
  if (isTurned && !carries.rotation) tell('region-rotated');
  if (carries.outside || !hasArea) return [region];
  const bounds = uprightBox(region);
  const inside = clipToSize(bounds, size);
  if (inside === null) {
    tell('region-outside');
    return [];
  }
  const cut = Math.max(
    inside.x - bounds.x,
    inside.y - bounds.y,
    bounds.x + bounds.width - inside.x - inside.width,
    bounds.y + bounds.height - inside.y - inside.height,
  );
  const leaves = cut > TOLERANCE_PX;
  if (leaves) tell('region-clipped');
  if (isTurned) return carries.rotation ? [region] : [{ ...region, ...inside, rotation: 0 }];
  return [cut > 0 ? { ...region, ...inside } : region];
}

/** What rounding may push over the picture's edge, in pixels: cut off all the same, but not worth a word. */
const TOLERANCE_PX = 0.01;
