import { preprocessBy } from '$lib/detectors/preprocess-by';
import { uprightPixels } from '../images/upright-pixels';
import { openChannel, serve, serveWorker, type Channel } from '../workers/channel';
import { failureOf, type Failure } from '../workers/failure';
import { MemoryPool } from './memory-pool';
import type {
  PreprocessedCalls,
  PreprocessedImage,
  PreprocessorCalls,
  PreprocessingCalls,
  PreprocessQuestion,
  PlanFor,
} from './messages';

/**
 * [Note: Preprocessor]
 * While a network runs, its worker does nothing else: WebAssembly holds its thread. So pictures are decoded here,
 * and brought to the network's input as soon as the detector has said how; what comes before that, and what is preprocessed
 * otherwise, goes on as pixels.
 */
let detector: Channel<PreprocessedCalls> | null = null;
/** How pictures are preprocessed for the model that is open now. */
let plan: PlanFor | null = null;
const pixelMemory = new MemoryPool();
const inputMemory = new MemoryPool();

async function preprocess({ pictureId, picture, planName }: PreprocessQuestion): Promise<void> {
  const tell = (made: PreprocessedImage | Failure, transfer: readonly Transferable[] = []) =>
    detector?.notify('preprocessed', { pictureId, made }, transfer);
  try {
    const { pixels, size } = await uprightPixels(picture, pixelMemory.bytes);
    const { width, height, rgba } = pixels;
    if (plan?.name !== planName) {
      tell({ pixels, size, preprocessed: null }, [rgba.buffer as ArrayBuffer]);
      return;
    }
    const preprocessed = preprocessBy(plan.preprocessPlan, pixels, plan.settings, inputMemory.floats);
    pixelMemory.give(rgba.buffer as ArrayBuffer);
    const buffers = Object.values(preprocessed).map(({ data }) => data.buffer as ArrayBuffer);
    const shell = { width, height, rgba: new Uint8ClampedArray() };
    tell({ pixels: shell, size, preprocessed }, buffers);
  } catch (error) {
    tell(failureOf(error));
  }
}

serveWorker<PreprocessorCalls>({
  start({ detector: port }) {
    detector = openChannel<PreprocessedCalls>(() => port);
    serve<PreprocessingCalls>(port, {
      plan(next) {
        plan = next;
      },
      spent: (buffer) => inputMemory.give(buffer),
    });
  },
  preprocess,
});
