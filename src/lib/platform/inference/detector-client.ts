import { AppError } from '$lib/domain/errors';
import type { Detected, DetectOptions, DetectorRuntime, RunnableModel } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';
import { openChannel, WorkerStopped, portPair, type Channel } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import { askServiceWorker } from '../workers/service-worker';
import {
  planName,
  type DetectorCalls,
  type DetectQuestion,
  type PreprocessorCalls,
  type RuntimeBuild,
} from './messages';
import { runtimeFiles } from './runtime-files';

/** A slow network must not keep a model from being connected. */
const KEEP_WITHIN_MS = 20_000;

/** Has the service worker keep these builds: on the very first visit it did not see them being loaded. */
async function keepRuntime(builds: readonly RuntimeBuild[]): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  if ((await navigator.serviceWorker.getRegistration()) === undefined) return;
  const { active } = await navigator.serviceWorker.ready;
  if (active) await askServiceWorker(active, { type: 'KEEP_RUNTIME', builds }, KEEP_WITHIN_MS);
}

/** What nobody foresaw, in our words; what was on its way in a worker that is lost, too. */
const asAppError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError('model-failed', { reason: 'run-failed', name: String(error) }, { cause: error });

/** One in the network, and the next one being preprocessed: see [Note: Preprocessor]. */
const IN_FLIGHT = 2;
/** What nobody waits for any more may finish, which is cheaper than opening the model again; after this its worker is ended. */
const GRACE_MS = 1500;
/** A worker with nothing to do is ended after this, and its memory given back. */
const REST_AFTER_MS = 60_000;
const MOST_THREADS = 8;

interface Asked {
  /** Settles, whatever becomes of it, when the worker is done with it. */
  readonly send: () => Promise<void>;
  readonly isUrgent: boolean;
  isSent: boolean;
}

/** The detector's workers behind their port: started with the first question, ended when they rest or must stop. */
export function makeDetectorRuntime(): DetectorRuntime {
  let asked: readonly Asked[] = [];
  /** In the worker; also what its caller has given up and the worker has not. */
  let inWorker = 0;
  const builds = new Set<RuntimeBuild>(['wasm']);
  let lastId = 0;
  let resting: ReturnType<typeof setTimeout> | undefined;
  /** The graphics device failed in this page's life: it is not asked again by itself. */
  let hasDeviceFailed = false;

  // Neither is of use without the other: they start and end together.
  const detector: Channel<DetectorCalls> = openChannel<DetectorCalls>(
    () => new Worker(new URL('./detector.worker.ts', import.meta.url), { type: 'module' }),
    { onStart: join, onEnd: (reason) => preprocessor.stop(reason) },
  );
  const preprocessor: Channel<PreprocessorCalls> = openChannel<PreprocessorCalls>(
    () => new Worker(new URL('./preprocess.worker.ts', import.meta.url), { type: 'module' }),
    { onEnd: (reason) => detector.stop(reason) },
  );
  function join(): void {
    const threads = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
    const [toPreprocessor, toDetector] = portPair();
    detector.notify('start', { files: runtimeFiles(), threads, preprocessor: toPreprocessor }, [
      toPreprocessor,
    ]);
    preprocessor.notify('start', { detector: toDetector }, [toDetector]);
  }

  const pump = (): void => {
    clearTimeout(resting);
    for (const one of asked) {
      if (inWorker >= IN_FLIGHT) break;
      if (one.isSent) continue;
      one.isSent = true;
      inWorker += 1;
      void one.send().finally(() => {
        inWorker -= 1;
        pump();
      });
    }
    if (asked.length === 0) resting = setTimeout(() => detector.stop(), REST_AFTER_MS);
  };

  const ask = <Answer>(
    call: () => Promise<Answer>,
    { signal, isUrgent = false }: Pick<Partial<DetectOptions>, 'signal' | 'isUrgent'>,
  ): Promise<Answer> =>
    new Promise((done, fail) => {
      signal?.throwIfAborted();
      const settle = (): void => {
        asked = asked.filter((other) => other !== one);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = (): void => {
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
          // Its worker was ended for another question's sake: it is asked again.
          if (error instanceof WorkerStopped) one.isSent = false;
          else {
            settle();
            fail(asAppError(error));
            // After such an end the runtime's memory is not to be trusted.
            if (!(error instanceof AppError) || error.code === 'model-failed') endAfter(signal);
          }
        }
      };
      const one: Asked = { send, isUrgent, isSent: false };
      const at = asked.findIndex((other) => !other.isSent && isUrgent && !other.isUrgent);
      asked = at === -1 ? [...asked, one] : asked.toSpliced(at, 0, one);
      signal?.addEventListener('abort', giveUp);
      pump();
    });

  /** An answer that its caller has given up says nothing about the worker. */
  const endAfter = (signal: AbortSignal | undefined): void => {
    if (!signal?.aborted) detector.stop();
  };

  const detect = async (
    { key, files, settings, provider }: RunnableModel,
    picture: PicturePage,
    { onProgress, isTrial = false, ...options }: DetectOptions,
  ): Promise<Detected> => {
    const { signal } = options;
    const { detected, builds: used } = await ask(() => {
      const pictureId = (lastId += 1);
      const question: DetectQuestion = { pictureId, key, files, settings, provider, isTrial };
      detector.start();
      preprocessor.notify('preprocess', { pictureId, picture, planName: planName(question) });
      return detector.call('detect', question, {
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
    identify: (files) => ask(() => detector.call('identify', files), { isUrgent: true }),

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
