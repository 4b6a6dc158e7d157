import { AppError, type ErrorCode } from '$lib/domain/errors';
import type { ModelRefusal } from '$lib/domain/model-refusal';

type TorchRefusal = Extract<
  ModelRefusal,
  | 'not-a-model'
  | 'truncated'
  | 'compressed'
  | 'big-endian'
  | 'torchscript'
  | 'optimizer'
  | 'yolo-pt'
  | 'unsafe-pickle'
  | 'no-tensors'
  | 'classifier'
  | 'architecture'
  | 'tensor-missing'
  | 'tensor-shape'
  | 'outputs-nan'
  | 'outputs-zero'
>;

const CODE: Readonly<Partial<Record<TorchRefusal, ErrorCode>>> = {
  truncated: 'model-damaged',
  'outputs-nan': 'model-failed',
  'outputs-zero': 'model-failed',
};

/**
 * The error that says why a torch file cannot be used; `about` names its path, and the tensor, class or
 * architecture.
 */
export const refusal = (
  reason: TorchRefusal,
  about: { readonly path?: string; readonly name?: string } = {},
  options?: ErrorOptions,
): AppError => new AppError(CODE[reason] ?? 'model-unsupported', { reason, ...about }, options);
