import type { DetectorSettings } from '$lib/domain/model';
import type { FeedPlan, NamedTensors, Pixels } from './detector';
import { feed } from './feed';
import { place } from './placement';
import { imageInput } from './torch/image-tensor';

/** What a network is given of a picture, as its pipeline's plan says. `floats`: see `prepare`. */
export function feedBy(
  plan: FeedPlan,
  pixels: Pixels,
  settings: DetectorSettings,
  floats?: (length: number) => Float32Array,
): NamedTensors {
  switch (plan.kind) {
    case 'placed':
      return feed(pixels, place(pixels, settings, plan.multiple), settings, plan.inputs, floats);
    case 'resized':
      return imageInput(pixels, plan, settings, floats);
  }
}
