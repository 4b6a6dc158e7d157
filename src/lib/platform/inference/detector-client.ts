import { AppError } from '$lib/domain/errors';
import type { Detected, DetectOptions, DetectorRuntime, RunnableModel } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';
import { openChannel, WorkerStopped, portPair, type Channel } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import { askServiceWorker } from '../workers/service-worker';
import {
  planName,
  type DetectorCalls,
  type DetectRequest,
  type PreprocessorCalls,
  type RuntimeBuild,
} from './messages';
import { runtimeFiles } from './runtime-files';

/** After this a model is connected all the same, even if the network is too slow to cache the runtime. */
const KEEP_WITHIN_MS = 20_000;

/** Asks the service worker to cache these builds: on the very first visit it does not see them being loaded. */
async function keepRuntime(builds: readonly RuntimeBuild[]): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  if ((await navigator.serviceWorker.getRegistration()) === undefined) return;
  const { active } = await navigator.serviceWorker.ready;
  if (active) await askServiceWorker(active, { type: 'KEEP_RUNTIME', builds }, KEEP_WITHIN_MS);
}

/** Wraps any unforeseen error, also that of a lost worker, as an AppError. */
const asAppError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('model-failed', { reason: 'run-failed', name: String(error) }, { cause: error });

/** One picture is in the network while the next one is preprocessed: see [Note: Preprocessor]. */
const IN_FLIGHT = 2;
/**
 * An aborted request may finish within this time, which is cheaper than opening the model again; then its worker is
 * terminated.
 */
const GRACE_MS = 1500;
/** An idle worker is terminated after this time, which frees its memory. */
const IDLE_AFTER_MS = 60_000;
const MAX_THREADS = 8;

interface PendingRequest {
  /** Settles, without ever failing, when the worker has finished the request. */
  readonly send: () => Promise<void>;
  readonly isUrgent: boolean;
  isSent: boolean;
}

/**
 * The detector's workers behind their port: started with the first request, terminated when idle or when a request
 * must be stopped.
 */
export function makeDetectorRuntime(): DetectorRuntime {
  let queue: readonly PendingRequest[] = [];
  /** The number of requests in the worker, including those that their callers have aborted. */
  let inWorker = 0;
  const builds = new Set<RuntimeBuild>(['wasm']);
  let lastId = 0;
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** True after the graphics device has failed in this page: it is then used only on request. */
  let hasDeviceFailed = false;

  // Each worker is useless without the other, so they start and end together.
  const detector: Channel<DetectorCalls> = openChannel<DetectorCalls>(
    () => new Worker(new URL('./detector.worker.ts', import.meta.url), { type: 'module' }),
    { onStart: join, onEnd: (reason) => preprocessor.stop(reason) },
  );
  const preprocessor: Channel<PreprocessorCalls> = openChannel<PreprocessorCalls>(
    () => new Worker(new URL('./preprocess.worker.ts', import.meta.url), { type: 'module' }),
    { onEnd: (reason) => detector.stop(reason) },
  );
  function join(): void {
    const threads = crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1;
    const [toPreprocessor, toDetector] = portPair();
    detector.notify('start', { files: runtimeFiles(), threads, preprocessor: toPreprocessor }, [
      toPreprocessor,
    ]);
    preprocessor.notify('start', { detector: toDetector }, [toDetector]);
  }

  const pump = (): void => {
    clearTimeout(idleTimer);
    for (const one of queue) {
      if (inWorker >= IN_FLIGHT) break;
      if (one.isSent) continue;
      one.isSent = true;
      inWorker += 1;
      void one.send().finally(() => {
        inWorker -= 1;
        pump();
      });
    }
    if (queue.length === 0) idleTimer = setTimeout(() => detector.stop(), IDLE_AFTER_MS);
  };

  const request = <Answer>(
    call: () => Promise<Answer>,
    { signal, isUrgent = false }: Pick<Partial<DetectOptions>, 'signal' | 'isUrgent'>,
  ): Promise<Answer> =>
    new Promise((done, fail) => {
      signal?.throwIfAborted();
      const settle = (): void => {
        queue = queue.filter((other) => other !== one);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        settle();
        fail(signal!.reason as Error);
        pump();
      };
      const send = async (): Promise<void> => {
        try {
          const answer = await call();
          settle();
          done(answer);
        } catch (error) {
          // The worker was terminated because of another request, so this one is sent again.
          if (error instanceof WorkerStopped) one.isSent = false;
          else {
            settle();
            fail(asAppError(error));
            // After such an error the runtime's memory cannot be trusted.
            if (!(error instanceof AppError) || error.code === 'model-failed') stopUnlessAborted(signal);
          }
        }
      };
      const one: PendingRequest = { send, isUrgent, isSent: false };
      const at = queue.findIndex((other) => !other.isSent && isUrgent && !other.isUrgent);
      queue = at === -1 ? [...queue, one] : queue.toSpliced(at, 0, one);
      signal?.addEventListener('abort', onAbort);
      pump();
    });

  /** The result of an aborted request says nothing about the worker. */
  const stopUnlessAborted = (signal: AbortSignal | undefined): void => {
    if (!signal?.aborted) detector.stop();
  };

  const detect = async (
    { key, files, settings, provider }: RunnableModel,
    picture: PicturePage,
    { onProgress, isTrial = false, ...options }: DetectOptions,
  ): Promise<Detected> => {
    const { signal } = options;
    const { detected, builds: used } = await request(() => {
      const pictureId = (lastId += 1);
      const input: DetectRequest = { pictureId, key, files, settings, provider, isTrial };
      detector.start();
      preprocessor.notify('preprocess', { pictureId, picture, planName: planName(input) });
      return detector.call('detect', input, {
        signal,
        graceMs: GRACE_MS,
        onReport: (part) => signal.aborted || onProgress?.(part),
      });
    }, options);
    for (const build of used) builds.add(build);
    return detected;
  };

  return {
    keepOffline: () => keepRuntime([...builds]),
    identify: (files) => request(() => detector.call('identify', files), { isUrgent: true }),

    async detect(model, picture, options) {
      if (model.provider === 'wasm' || hasDeviceFailed) {
        const { ranOn, ...rest } = await detect({ ...model, provider: 'wasm' }, picture, options);
        return model.provider === 'wasm'
          ? { ranOn, ...rest }
          : { ...rest, ranOn: { ...ranOn, fallBack: 'device-failed' } };
      }
      try {
        return await detect(model, picture, options);
      } catch (error) {
        const isLost = error instanceof AppError && error.about['reason'] === 'device-lost';
        if (!isLost) throw error;
        hasDeviceFailed = true;
        return this.detect(model, picture, options);
      }
    },
  };
}
