import { feedBy } from '$lib/detectors/feed-by';
import { uprightPixels } from '../images/upright-pixels';
import { openChannel, serve, serveWorker, type Channel } from '../workers/channel';
import { failureOf, type Failure } from '../workers/failure';
import { MemoryPool } from './memory-pool';
import type { FedCalls, FedPicture, FeederCalls, FeedingCalls, FeedQuestion, PlanFor } from './messages';

/**
 * [Note: Feeder]
 * While a network runs, its worker does nothing else: WebAssembly holds its thread. So pictures are decoded here,
 * and brought to the network's input as soon as the detector has said how; what comes before that, and what is fed
 * otherwise, goes on as pixels.
 */
let detector: Channel<FedCalls> | null = null;
/** How the model that is open now is fed. */
let plan: PlanFor | null = null;
const pixelMemory = new MemoryPool();
const inputMemory = new MemoryPool();

async function feed({ pictureId, picture, planName }: FeedQuestion): Promise<void> {
  const tell = (made: FedPicture | Failure, transfer: readonly Transferable[] = []) =>
    detector?.tell('fed', { pictureId, made }, transfer);
  try {
    const { pixels, size } = await uprightPixels(picture, pixelMemory.bytes);
    const { width, height, rgba } = pixels;
    if (plan?.name !== planName) {
      tell({ pixels, size, fed: null }, [rgba.buffer as ArrayBuffer]);
      return;
    }
    const fed = feedBy(plan.feedPlan, pixels, plan.settings, inputMemory.floats);
    pixelMemory.give(rgba.buffer as ArrayBuffer);
    const buffers = Object.values(fed).map(({ data }) => data.buffer as ArrayBuffer);
    const shell = { width, height, rgba: new Uint8ClampedArray() };
    tell({ pixels: shell, size, fed }, buffers);
  } catch (error) {
    tell(failureOf(error));
  }
}

serveWorker<FeederCalls>({
  start({ detector: port }) {
    detector = openChannel<FedCalls>(() => port);
    serve<FeedingCalls>(port, {
      plan(next) {
        plan = next;
      },
      spent: (buffer) => inputMemory.give(buffer),
    });
  },
  feed,
});
