import { isAt } from '$lib/binary/bytes';
import type { Identified, Pipeline } from '$lib/detectors/detector';
import { DETECTORS, onnxPipeline } from '$lib/detectors/all';
import { identifyOnnx } from '$lib/detectors/identify';
import { readSignature } from '$lib/detectors/onnx/read';
import { refuseStandIn } from '$lib/detectors/stand-in';
import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { AppError } from '$lib/domain/errors';
import type { DetectorSettings } from '$lib/domain/model';
import type { ConventionName, ModelFiles } from '$lib/services/ports/inference';

/** The conventions by which an `.onnx`'s outputs can be decoded. */
export const CONVENTIONS: readonly ConventionName[] = DETECTORS.map(({ id, name }) => ({ id, name }));

/** A model file that was read and identified. */
export interface OpenedModel {
  readonly identified: Identified;
  pipeline(settings: DetectorSettings): Promise<Pipeline>;
}

/** Identifies a file by its first bytes, whatever its name is. A refusal names the file. */
export async function openModel({ file, beside }: ModelFiles): Promise<OpenedModel> {
  try {
    for (const one of [file, ...beside]) await refuseStandIn(one, one.name);
    return await read(file);
  } catch (error) {
    if (!(error instanceof AppError) || error.about['name'] || error.about['path']) throw error;
    throw new AppError(error.code, { ...error.about, name: file.name }, { cause: error });
  }
}

async function read(file: File): Promise<OpenedModel> {
  if (await isTorch(file)) {
    const state = await readPth(file, file.name);
    const identified = identifyPth(state, file.name);
    return { identified, pipeline: (settings) => pthPipeline(state, file, identified, settings) };
  }
  const signature = await readSignature(file);
  const identified = identifyOnnx(signature, file.name);
  return {
    identified,
    async pipeline(settings) {
      await Promise.resolve();
      if (settings.convention === '')
        throw new AppError('model-unsupported', { reason: 'outputs-unknown', name: file.name });
      return onnxPipeline(identified, signature, settings);
    },
  };
}

/**
 * Whether the file is a zip ("PK"), or a pickle of protocol 2 or later. An `.onnx` begins with a protobuf tag
 * instead.
 */
export async function isTorch(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const [first, second] = start;
  return isAt(start, 0, 'PK') || (first === 0x80 && second !== undefined && second <= 5);
}
