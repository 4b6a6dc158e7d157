import { isFields, type Fields } from '$lib/domain/kept';
import { addKept, type KeptKind } from '$lib/domain/kept-counts';
import { isDrawing, labelsKeyOf } from './label-studio-result';

/** Counts, by kind, what is kept of Label Studio's data without being shown. */

/** Keys of a result that are fields of a region, or that say how it is drawn. */
const KNOWN_KEYS: ReadonlySet<string> = new Set(
  'id type value from_name to_name original_width original_height image_rotation origin score meta locked readonly hidden'.split(
    ' ',
  ),
);
const KNOWN_VALUES: ReadonlySet<string> = new Set(
  'x y width height rotation score points vertices closed radiusX radiusY rle format'.split(' '),
);

export function countRegion(result: Fields, kept: Map<KeptKind, number>): void {
  const value = isFields(result['value']) ? result['value'] : {};
  const key = labelsKeyOf(value);
  const labels = key === null ? undefined : value[key];
  if (Array.isArray(labels) && labels.length > 1) addKept(kept, 'second-label', labels.length - 1);
  if (result['hidden'] === true) addKept(kept, 'hidden', 1);
  if (result['image_rotation'] !== undefined && result['image_rotation'] !== 0) addKept(kept, 'rotation', 1);
  if (value['points'] !== undefined || value['vertices'] !== undefined || value['radiusX'] !== undefined)
    addKept(kept, 'outline', 1);
  if (value['rle'] !== undefined) addKept(kept, 'mask', 1);
  const further =
    Object.keys(result).filter((name) => !KNOWN_KEYS.has(name)).length +
    Object.keys(value).filter((name) => name !== key && !KNOWN_VALUES.has(name)).length;
  if (further > 0) addKept(kept, 'key', further);
}

export function kindOfOther(result: Fields, isOfRegion: boolean): KeptKind {
  const type = result['type'];
  if (type === 'relation') return 'relation';
  if (typeof type === 'string' && /^keypoint/.test(type)) return 'keypoint';
  if (typeof type === 'string' && /^brush/.test(type)) return 'mask';
  if (isDrawing(result)) return 'shape';
  if (isOfRegion) return 'region-answer';
  return type === 'choices' ? 'choice' : type === 'textarea' ? 'text' : 'answer';
}

/** Keys that Label Studio writes for its own bookkeeping. */
const BOOKKEEPING: ReadonlySet<string> = new Set(
  'id result result_count completed_by annotator user was_cancelled ground_truth created_at updated_at created_ago created_username draft_created_at lead_time prediction model model_run model_version score unique_id import_id last_action last_created_by bulk_created task project updated_by parent_prediction parent_annotation cluster neighbors mislabeling was_postponed annotation state'.split(
    ' ',
  ),
);

export function countHolder(holder: Fields, isPrediction: boolean, kept: Map<KeptKind, number>): void {
  if (holder['ground_truth'] === true) addKept(kept, 'ground-truth', 1);
  if (isPrediction && typeof holder['score'] === 'number') addKept(kept, 'score', 1);
  const further = Object.keys(holder).filter((key) => !BOOKKEEPING.has(key)).length;
  if (further > 0) addKept(kept, 'key', further);
}
