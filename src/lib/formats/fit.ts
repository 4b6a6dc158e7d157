import type { Category, DatasetItem, IssueCode } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isLostIn, type KeptText } from '$lib/domain/kept';
import { boxAround, operationsOf, type Region, type RegionKind, type RegionOf } from '$lib/domain/region';
import { finished } from './boxes';
import { isOfOtherSize } from './coco-untaken';
import { fitBox } from './fit-box';
import type { FormatCapabilities } from './traits';

/** The labels that regions can be written with; a label without a name is left out. */
export const labelsOf = (categories: readonly Category[]): ReadonlySet<LabelId> =>
  new Set(categories.flatMap(({ labelId, name }) => (name.trim() === '' ? [] : [labelId])));

/**
 * Reduces a picture to what a format can hold, and reports every loss. Returns null if nothing is left. A bad
 * region is removed alone; a region whose label is not in `labels` becomes unlabelled.
 */
export function fit(
  item: DatasetItem,
  capabilities: FormatCapabilities,
  labels: ReadonlySet<LabelId>,
  report: (code: IssueCode) => void,
): DatasetItem | null {
  const size = item.size !== null && isSize(item.size) ? item.size : null;
  const layer = (regions: readonly Region[]) =>
    regions.flatMap((region) =>
      fitRegion(
        region.labelId === null || labels.has(region.labelId) ? region : { ...region, labelId: null },
        size,
        capabilities,
        report,
      ),
    );
  const [first] = item.annotations;
  if (first?.isSkipped && item.draft === null && !capabilities.skipped) return null;
  const isLost = [...keptTexts(item)].some((text) => isLostIn(text, capabilities.extras));
  if (isLost || (capabilities.extras === 'coco' && isOfOtherSize(item.extra, size)))
    report('kept-not-written');
  if (item.annotations.length > 1 && !capabilities.annotators) report('several-annotators');
  const counted = (capabilities.annotators ? item.annotations : item.annotations.slice(0, 1))
    .filter(({ isSkipped }) => capabilities.skipped || !isSkipped)
    .map((annotation) => ({ ...annotation, regions: layer(annotation.regions) }));
  const predictions = capabilities.predictions
    ? item.predictions.map((prediction) => ({ ...prediction, regions: layer(prediction.regions) }))
    : [];
  const rest = { ...item, size, predictions };
  if (item.draft === null) return { ...rest, annotations: counted };
  switch (capabilities.drafts) {
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
      report('draft-not-written');
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
  capabilities: FormatCapabilities,
  report: (code: IssueCode) => void,
): readonly Region[] {
  if (size === null) return [];
  if (!Object.values(operationsOf(region).bounds(region)).every(Number.isFinite)) {
    report('number-invalid');
    return [];
  }
  if (region.labelId === null && !capabilities.unlabelled) {
    report('region-unlabelled');
    return [];
  }
  if (region.isCrowd && !capabilities.crowds) {
    report('region-crowd');
    return [];
  }
  switch (capabilities.kinds[region.kind]) {
    case 'none':
      report('region-kind');
      return [];
    case 'as-box':
      report('region-not-a-box');
      return fitBox(boxAround(region), size, capabilities, report);
    case 'exact':
      return fitterOf(region)(region, size, capabilities, report);
  }
}

/** Reduces a region to what a format can hold, and reports every loss. */
type Fitter<One> = (
  region: One,
  size: Size,
  capabilities: FormatCapabilities,
  report: (code: IssueCode) => void,
) => readonly Region[];

const FITTERS: { readonly [Kind in RegionKind]: Fitter<RegionOf<Kind>> } = { box: fitBox };
const fitterOf = <Kind extends RegionKind>({ kind }: { readonly kind: Kind }): Fitter<RegionOf<Kind>> =>
  FITTERS[kind];
