import { AppError } from '$lib/domain/errors';
import type { Convention } from './convention';
import type { NamedTensors } from './detector';
import { floatsOf, isFloat } from './tensors';

/**
 * Checks the outputs for the first picture. NaN, or nothing but zeros where the network must answer for each place,
 * means that the model is broken. Throws then.
 */
export function checkOutputs(outputs: NamedTensors, { answers }: Pick<Convention, 'answers'>): void {
  const floats = Object.entries(outputs).filter(([, tensor]) => isFloat(tensor));
  let isZero = floats.some(([, tensor]) => tensor.data.length > 0);
  for (const [name, tensor] of floats)
    for (const value of floatsOf(tensor)) {
      if (Number.isNaN(value)) throw new AppError('model-failed', { reason: 'outputs-nan', name });
      if (value !== 0) isZero = false;
    }
  if (answers !== 'chosen' && isZero)
    throw new AppError('model-failed', { reason: 'outputs-zero', name: floats[0]?.[0] ?? '' });
}
