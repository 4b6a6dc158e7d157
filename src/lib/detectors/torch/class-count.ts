import { refusal } from './refusal';
import type { StateDict } from './state-dict';

/** No data set has more classes; a larger number in a damaged file would fill the memory. */
const MAX_CLASSES = 10_000;

/**
 * The number of classes of a tensor, background included: its first dimension divided by `perClass` (the anchors
 * per place).
 */
export function classCount({ tensors }: StateDict, name: string, perClass = 1, least = 2): number {
  const count = (tensors.get(name)?.shape[0] ?? 0) / perClass;
  if (!Number.isInteger(count) || count < least || count > MAX_CLASSES)
    throw refusal('tensor-shape', { name });
  return count;
}
