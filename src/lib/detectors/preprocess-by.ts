import type { DetectorSettings } from '$lib/domain/model';
import type { PreprocessPlan, NamedTensors, Pixels } from './detector';
import { preprocess } from './preprocess';
import { place } from './placement';
import { imageInput } from './torch/image-tensor';

/**
 * Makes a network's input tensors from a picture by its pipeline's plan. For `floats`, see `resizeAndNormalize`.
 */
export function preprocessBy(
  plan: PreprocessPlan,
  pixels: Pixels,
  settings: DetectorSettings,
  floats?: (length: number) => Float32Array,
): NamedTensors {
  switch (plan.kind) {
    case 'placed':
      return preprocess(pixels, place(pixels, settings, plan.multiple), settings, plan.inputs, floats);
    case 'resized':
      return imageInput(pixels, plan, settings, floats);
  }
}
