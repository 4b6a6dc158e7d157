import { feedBy } from '$lib/detectors/feed-by';
import { AppError } from '$lib/domain/errors';
import { uprightPixels } from '../images/upright-pixels';
import { MemoryPool } from './memory-pool';
import type { FeedQuestion, FromDetectorToFeeder, FromFeeder, PlanFor, ToFeeder } from './messages';

/**
 * [Note: Feeder]
 * While a network runs, its worker does nothing else: WebAssembly holds its thread. So pictures are decoded here,
 * and brought to the network's input as soon as the detector has said how; what comes before that, and what is fed
 * otherwise, goes on as pixels.
 */
let detector: MessagePort | null = null;
/** How the model that is open now is fed. */
let plan: PlanFor | null = null;
const pixelMemory = new MemoryPool();
const inputMemory = new MemoryPool();

async function prepare({ id, picture, planName }: FeedQuestion): Promise<void> {
  try {
    const { pixels, size } = await uprightPixels(picture, pixelMemory.bytes);
    const { width, height, rgba } = pixels;
    if (plan?.name !== planName) {
      tell({ type: 'picture', id, pixels, size, fed: null }, [rgba.buffer as ArrayBuffer]);
      return;
    }
    const fed = feedBy(plan.feedPlan, pixels, plan.settings, inputMemory.floats);
    pixelMemory.give(rgba.buffer as ArrayBuffer);
    const buffers = Object.values(fed).map(({ data }) => data.buffer as ArrayBuffer);
    const shell = { width, height, rgba: new Uint8ClampedArray() };
    tell({ type: 'picture', id, pixels: shell, size, fed }, buffers);
  } catch (error) {
    const isForeseen = error instanceof AppError;
    tell({
      type: 'unfed',
      id,
      code: isForeseen ? error.code : null,
      about: isForeseen ? error.about : {},
      detail: String(error),
    });
  }
}

const tell = (message: FromFeeder, transfer: Transferable[] = []) => detector?.postMessage(message, transfer);

self.onmessage = ({ data }: MessageEvent<ToFeeder>) => {
  if (data.type === 'feed') {
    void prepare(data);
    return;
  }
  detector = data.detector;
  detector.onmessage = ({ data: told }: MessageEvent<FromDetectorToFeeder>) => {
    if (told.type === 'plan') plan = told.plan;
    else inputMemory.give(told.buffer);
  };
};
