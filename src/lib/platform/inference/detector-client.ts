import { AppError } from '$lib/domain/errors';
import type { Detected, DetectOptions, DetectorRuntime, RunnableModel } from '$lib/services/ports/inference';
import type { PicturePage } from '$lib/services/ports/pictures';
import { PolicedWorker as Worker } from '../policed-worker';
import {
  planName,
  type DetectQuestion,
  type FromDetector,
  type RuntimeBuild,
  type ToDetector,
  type ToFeeder,
} from './messages';
import { workerFailure } from '../worker-failure';
import { runtimeFiles } from './runtime-files';

/** A slow network must not keep a model from being connected. */
const KEEP_WITHIN_MS = 20_000;

/** Has the service worker keep these builds: on the very first visit it did not see them being loaded. */
async function keepRuntime(builds: readonly RuntimeBuild[]): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  if ((await navigator.serviceWorker.getRegistration()) === undefined) return;
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((done) => {
    port1.onmessage = () => done();
    setTimeout(done, KEEP_WITHIN_MS);
    active?.postMessage({ type: 'KEEP_RUNTIME', builds }, [port2]);
  });
  port1.close();
}

/** One in the network, and the next one being fed: see [Note: Feeder]. */
const IN_FLIGHT = 2;
/** What nobody waits for any more may finish; after this its worker is ended. */
const GRACE_MS = 1500;
/** A worker with nothing to do is ended after this, and its memory given back. */
const REST_AFTER_MS = 60_000;
const MOST_THREADS = 8;

type Answer = Exclude<FromDetector, { type: 'progress' }>;
type Question = Extract<ToDetector, { id: number }>;

interface Asked {
  readonly question: Question;
  /** What a detector is asked about. */
  readonly picture: PicturePage | null;
  readonly isUrgent: boolean;
  readonly onProgress: (part: number) => void;
  readonly done: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
  isSent: boolean;
}

/** The detector and its feeder. */
interface Workers {
  readonly detector: Worker;
  readonly feeder: Worker;
}

/** The detector's workers behind their port: started with the first question, ended when they rest or must stop. */
export function makeDetectorRuntime(): DetectorRuntime {
  let workers: Workers | null = null;
  let asked: readonly Asked[] = [];
  /** Given up, and still in the worker. */
  const orphans = new Set<number>();
  const builds = new Set<RuntimeBuild>(['wasm']);
  let lastId = 0;
  let resting: ReturnType<typeof setTimeout> | undefined;
  /** The graphics device failed in this page's life: it is not asked again by itself. */
  let hasDeviceFailed = false;

  const send = ({ question, picture }: Asked): void => {
    const { detector, feeder } = (workers ??= startWorkers());
    if (question.type === 'detect' && picture !== null)
      feeder.postMessage({
        type: 'feed',
        id: question.id,
        picture,
        planName: planName(question),
      } satisfies ToFeeder);
    detector.postMessage(question);
  };

  const pump = (): void => {
    clearTimeout(resting);
    let sent = orphans.size + asked.filter(({ isSent }) => isSent).length;
    for (const one of asked) {
      if (sent >= IN_FLIGHT) break;
      if (one.isSent) continue;
      one.isSent = true;
      sent += 1;
      send(one);
    }
    if (asked.length === 0) resting = setTimeout(end, REST_AFTER_MS);
  };

  /** Ends the worker at once; what was in it and is still wanted is asked again. */
  const end = (): void => {
    workers?.detector.terminate();
    workers?.feeder.terminate();
    workers = null;
    orphans.clear();
    for (const one of asked) one.isSent = false;
  };

  /** A short wait is cheaper than opening the model again. */
  const giveUp = (id: number): void => {
    orphans.add(id);
    setTimeout(() => {
      if (!orphans.has(id)) return;
      end();
      pump();
    }, GRACE_MS);
  };

  const settle = (one: Asked): void => {
    asked = asked.filter((other) => other !== one);
  };

  const ask = (
    question: Question,
    picture: PicturePage | null,
    { signal, isUrgent = false, onProgress = () => undefined }: Partial<DetectOptions>,
  ): Promise<Answer> =>
    new Promise((done, fail) => {
      signal?.throwIfAborted();
      const one: Asked = { question, picture, isUrgent, onProgress, done, fail, isSent: false };
      const at = asked.findIndex((other) => !other.isSent && isUrgent && !other.isUrgent);
      asked = at === -1 ? [...asked, one] : asked.toSpliced(at, 0, one);
      signal?.addEventListener('abort', () => {
        if (!asked.includes(one)) return;
        settle(one);
        fail(signal.reason as Error);
        if (one.isSent) giveUp(question.id);
        pump();
      });
      pump();
    });

  const receive = (answer: FromDetector): void => {
    const one = asked.find(({ question }) => question.id === answer.id);
    if (!one) {
      if (answer.type !== 'progress' && orphans.delete(answer.id)) pump();
      return;
    }
    if (answer.type === 'progress') {
      one.onProgress(answer.part);
      return;
    }
    settle(one);
    if (answer.type === 'failed') {
      // After such an end the runtime's memory is not to be trusted.
      if (answer.code === null || answer.code === 'model-failed') end();
      one.fail(
        answer.code === null
          ? new AppError('model-failed', { reason: 'run-failed', name: answer.detail })
          : new AppError(answer.code, answer.about),
      );
    } else one.done(answer);
    pump();
  };

  /** What was on its way is lost, and told so. */
  const lose = (event: Event): void => {
    const failure = workerFailure(event);
    const lost = asked.filter(({ isSent }) => isSent);
    asked = asked.filter(({ isSent }) => !isSent);
    end();
    for (const one of lost)
      one.fail(
        failure instanceof AppError
          ? failure
          : new AppError('model-failed', { reason: 'run-failed', name: failure.message || 'worker' }),
      );
    pump();
  };

  const startWorkers = (): Workers => {
    const detector = new Worker(new URL('./detector.worker.ts', import.meta.url), { type: 'module' });
    const feeder = new Worker(new URL('./feed.worker.ts', import.meta.url), { type: 'module' });
    detector.onmessage = ({ data }: MessageEvent<FromDetector>) => receive(data);
    for (const worker of [detector, feeder]) worker.onerror = lose;
    const threads = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
    const { port1, port2 } = new MessageChannel();
    detector.postMessage(
      { type: 'start', files: runtimeFiles(), threads, feeder: port1 } satisfies ToDetector,
      [port1],
    );
    feeder.postMessage({ type: 'start', detector: port2 } satisfies ToFeeder, [port2]);
    return { detector, feeder };
  };

  const detect = async (
    { key, files, settings, provider }: RunnableModel,
    picture: PicturePage,
    options: DetectOptions,
  ): Promise<Detected> => {
    const question: DetectQuestion = {
      type: 'detect',
      id: (lastId += 1),
      key,
      files,
      settings,
      provider,
      isTrial: options.isTrial ?? false,
    };
    const answer = await ask(question, picture, options);
    const told = answer as Extract<Answer, { type: 'detected' }>;
    for (const build of told.builds) builds.add(build);
    return told.detected;
  };

  return {
    keepOffline: () => keepRuntime([...builds]),
    async identify(files) {
      const answer = await ask({ type: 'identify', id: (lastId += 1), files }, null, { isUrgent: true });
      const { identified, conventions } = answer as Extract<Answer, { type: 'identified' }>;
      return { identified, conventions };
    },

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
