import { isAt } from '$lib/binary/bytes';
import { AppError } from '$lib/domain/errors';
import type { StoragePlace } from './container';
import { findClassNames, findWeights, isOptimizer } from './find-weights';
import { isLegacy, openLegacy } from './legacy-container';
import type { GlobalName, TensorView } from './pickle-value';
import { readRange } from './ranges';
import { refusal } from './refusal';
import { BYTES_OF, elementsIn, type StateDict, type StoredTensor } from './state-dict';
import { openZip } from './zip-container';

/**
 * Reads which tensors a `torch.save` file holds and where they lie in it. Only the zip's directory, the pickle and
 * a few bytes per storage are read, and no tensor. Nothing in the file is ever run: see [Note: Allow-list].
 */
export async function readPth(file: Blob, fileName: string): Promise<StateDict> {
  try {
    return await read(file);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, { path: fileName, ...error.about }, { cause: error });
  }
}

async function read(file: Blob): Promise<StateDict> {
  const container = await openContainer(file);
  const { root } = container;
  const yolo = root.globals.find(isYolo);
  if (yolo !== undefined) throw refusal('yolo-pt', { name: yolo.path });
  const views = findWeights(root.value);
  if (views.size === 0) throw refusal(isOptimizer(root.value) ? 'optimizer' : 'no-tensors');
  const found = await container.places(new Set([...views.values()].map(({ storage }) => storage.key)));
  const tensors = new Map<string, StoredTensor>();
  for (const [name, view] of views) tensors.set(name, placed(view, found.get(view.storage.key)));
  const classNames = findClassNames(root.value);
  return { tensors, ...(classNames === null ? {} : { classNames }) };
}

async function openContainer(file: Blob) {
  const start = await readRange(file, 0, Math.min(2, file.size));
  if (isAt(start, 0, 'PK')) return openZip(file);
  if (await isLegacy(file)) return openLegacy(file);
  throw refusal('not-a-model');
}

/** Classes of the YOLO repositories, which pickle the whole model as an object of their own code. */
const isYolo = ({ module }: GlobalName): boolean =>
  /^(ultralytics|yolov?\d*|models\.(yolo|common|experimental))(\.|$)/.test(module);

/** Maps a view to bytes of the file, and checks that each element lies within its storage. */
function placed(view: TensorView, place: StoragePlace | undefined): StoredTensor {
  const { storage, shape, stride } = view;
  const numbers = [...shape, ...stride, view.offset, storage.from, storage.count];
  if (shape.length !== stride.length || !numbers.every((one) => Number.isSafeInteger(one) && one >= 0))
    throw refusal('truncated');
  const count = elementsIn(shape);
  if (!Number.isSafeInteger(count)) throw refusal('truncated');
  const span =
    count === 0 ? 0 : 1 + shape.reduce((sum, length, axis) => sum + (length - 1) * stride[axis]!, 0);
  const bytes = BYTES_OF[storage.dtype];
  const from = storage.from + view.offset;
  if (view.offset + span > storage.count) throw refusal('truncated');
  if (place === undefined || (from + span) * bytes > place.byteLength) throw refusal('truncated');
  return {
    dtype: storage.dtype,
    shape,
    stride,
    byteOffset: place.byteOffset + from * bytes,
    byteLength: span * bytes,
  };
}
