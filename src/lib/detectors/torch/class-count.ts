import { refusal } from './refusal';
import type { StateDict } from './state-dict';

/** More than any data set has; what a damaged file might say would fill the memory. */
const MAX_CLASSES = 10_000;

/**
 * How many classes the tensor has values for, background counted: one for each of its first dimension's `perClass`
 * (anchors at a place).
 */
export function classCount({ tensors }: StateDict, name: string, perClass = 1, least = 2): number {
  const count = (tensors.get(name)?.shape[0] ?? 0) / perClass;
  if (!Number.isInteger(count) || count < least || count > MAX_CLASSES)
    throw refusal('tensor-shape', { name });
  return count;
}
