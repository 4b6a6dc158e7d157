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
  PreprocessRequest,
  PlanFor,
} from './messages';

/**
 * [Note: Preprocessor]
 * While a network runs, WebAssembly blocks its worker's thread. So pictures are decoded in this worker, and are
 * also preprocessed here once the detector has sent its plan. Pictures that come before the plan, and pictures that
 * a pipeline preprocesses in its own way, are sent on as pixels.
 */
let detector: Channel<PreprocessedCalls> | null = null;
/** How pictures are preprocessed for the open model. */
let plan: PlanFor | null = null;
const pixelMemory = new MemoryPool();
const inputMemory = new MemoryPool();

async function preprocess({ pictureId, picture, planName }: PreprocessRequest): Promise<void> {
  const send = (made: PreprocessedImage | Failure, transfer: readonly Transferable[] = []) =>
    detector?.notify('preprocessed', { pictureId, made }, transfer);
  try {
    const { pixels, size } = await uprightPixels(picture, pixelMemory.bytes);
    const { width, height, rgba } = pixels;
    if (plan?.name !== planName) {
      send({ pixels, size, preprocessed: null }, [rgba.buffer as ArrayBuffer]);
      return;
    }
    const preprocessed = preprocessBy(plan.preprocessPlan, pixels, plan.settings, inputMemory.floats);
    pixelMemory.release(rgba.buffer as ArrayBuffer);
    const buffers = Object.values(preprocessed).map(({ data }) => data.buffer as ArrayBuffer);
    const shell = { width, height, rgba: new Uint8ClampedArray() };
    send({ pixels: shell, size, preprocessed }, buffers);
  } catch (error) {
    send(failureOf(error));
  }
}

serveWorker<PreprocessorCalls>({
  start({ detector: port }) {
    detector = openChannel<PreprocessedCalls>(() => port);
    serve<PreprocessingCalls>(port, {
      plan(next) {
        plan = next;
      },
      spent: (buffer) => inputMemory.release(buffer),
    });
  },
  preprocess,
});
