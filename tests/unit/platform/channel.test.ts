import { AppError } from '$lib/domain/errors';
import {
  letMessagesIn,
  openChannel,
  serve,
  TimedOut,
  Transfer,
  portPair,
  WorkerStopped,
  type Call,
  type Endpoint,
} from '$lib/platform/workers/channel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ModelCalls } from '../../fixtures/model.thread';
import { FOUND, smallModel } from '../../fixtures/small-model';
import { generatedPth, moreReference } from '../../fixtures/torchvision-more';

interface Calls {
  readonly double: Call<number, number>;
  readonly buffer: Call<ArrayBuffer, ArrayBuffer>;
  readonly count: Call<number, string, number>;
  readonly fail: Call<'foreseen' | 'other', void>;
  readonly forever: Call<null, void>;
  readonly note: Call<string, void>;
}

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

/** Both ends in one thread. */
function aChannel() {
  const [inside, outside] = portPair();
  const notes: string[] = [];
  const aborted: string[] = [];
  serve<Calls>(inside, {
    double: (number) => number * 2,
    buffer: (buffer) => new Transfer(buffer, [buffer]),
    async count(to, { report }) {
      for (let at = 1; at <= to; at += 1) report(at);
      return Promise.resolve('counted');
    },
    fail(how) {
      throw how === 'foreseen'
        ? new AppError('file-missing', { path: 'a.jpg' })
        : new TypeError('no such thing');
    },
    forever: (_, { signal }) =>
      new Promise((_done, fail) => {
        signal.addEventListener('abort', () => {
          aborted.push('forever');
          fail(signal.reason as Error);
        });
      }),
    note: (text) => void notes.push(text),
  });
  open.push(() => inside.close());
  const ends: Error[] = [];
  const channel = openChannel<Calls>(() => outside, { onEnd: (reason) => ends.push(reason) });
  open.push(() => channel.stop());
  return { channel, notes, aborted, ends };
}

test('calls are answered each, with what they told on the way, and buffers are handed over', async () => {
  const { channel, notes } = aChannel();
  channel.notify('note', 'first');
  const [four, six] = await Promise.all([channel.call('double', 2), channel.call('double', 3)]);
  expect([four, six, notes]).toEqual([4, 6, ['first']]);
  const told: number[] = [];
  const onReport = (at: number) => told.push(at);
  expect(await channel.call('count', 3, { onReport })).toBe('counted');
  expect(told).toEqual([1, 2, 3]);
  const buffer = new ArrayBuffer(8);
  const back = await channel.call('buffer', buffer, { transfer: [buffer] });
  expect([buffer.byteLength, back.byteLength]).toEqual([0, 8]);
});

test('a foreseen failure crosses with its code and what it is about, another one with its name', async () => {
  const { channel } = aChannel();
  const foreseen = await channel.call('fail', 'foreseen').catch((error: unknown) => error);
  expect(foreseen).toBeInstanceOf(AppError);
  expect(foreseen).toMatchObject({ code: 'file-missing', about: { path: 'a.jpg' } });
  const other = await channel.call('fail', 'other').catch((error: unknown) => error);
  expect(String(other)).toBe('TypeError: no such thing');
});

test('an abort is heard by the callee, and comes back as the reason of who aborted', async () => {
  const { channel, aborted, ends } = aChannel();
  const controller = new AbortController();
  const call = channel.call('forever', null, { signal: controller.signal, graceMs: 60_000 });
  const reason = new Error('no longer needed');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  expect([aborted, ends]).toEqual([['forever'], []]);
  await expect(channel.call('double', 1, { signal: controller.signal })).rejects.toBe(reason);
  expect(await channel.call('double', 1)).toBe(2);
});

test('what is in flight when the worker is ended fails with the reason; the next call starts another', async () => {
  let starts = 0;
  const { channel } = (() => {
    const made = openChannel<Calls>(() => {
      starts += 1;
      const [inside, outside] = portPair();
      serve<Calls>(inside, {
        double: (number) => number * 2,
        buffer: (buffer) => buffer,
        count: () => 'counted',
        fail: () => undefined,
        forever: () => new Promise(() => undefined),
        note: () => undefined,
      });
      open.push(() => inside.close());
      return outside;
    });
    open.push(() => made.stop());
    return { channel: made };
  })();
  const call = channel.call('forever', null);
  channel.stop();
  await expect(call).rejects.toBeInstanceOf(WorkerStopped);
  const another = channel.call('forever', null);
  channel.stop(new AppError('pattern-too-slow'));
  await expect(another).rejects.toMatchObject({ code: 'pattern-too-slow' });
  await expect(channel.call('forever', null, { limitMs: 20 })).rejects.toBeInstanceOf(TimedOut);
  expect(await channel.call('double', 4)).toBe(8);
  expect(starts).toBe(4);
});

test('messages are let in for two at a time', async () => {
  expect(await Promise.all([letMessagesIn(), letMessagesIn()])).toEqual([undefined, undefined]);
});

describe('a model that runs', () => {
  let folder = '';
  let script = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kakomi-thread-'));
    script = path.join(folder, 'model.thread.mjs');
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { $lib: path.resolve('src/lib') } },
      build: { ssr: path.resolve('tests/fixtures/model.thread.ts'), write: false },
    });
    if (!('output' in built)) throw new Error('not built');
    await writeFile(script, built.output[0].code);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A thread of Node as a browser's worker. */
  function startThread(ended: () => void): Endpoint {
    const thread = new Thread(script, { workerData: import.meta.resolve('onnxruntime-web') });
    thread.on('exit', ended);
    open.push(() => void thread.terminate());
    return {
      postMessage: (message: unknown, options?: unknown) =>
        thread.postMessage(message, [
          ...((options as StructuredSerializeOptions | undefined)?.transfer ?? []),
        ] as never),
      addEventListener: (type: string, listener: unknown) => {
        const hear = listener as (event: { readonly data: unknown }) => void;
        if (type === 'message') thread.on('message', (data) => hear({ data }));
      },
      terminate: () => void thread.terminate(),
    };
  }

  const SCORES = FOUND.map(({ score }) => Math.fround(score));
  const [QUICK, ENDLESS] = [smallModel(), smallModel(FOUND, { multiplies: 3000 })];

  test('is ended by an abort within the grace, and the next one runs', async () => {
    let exits = 0;
    let exited: () => void;
    const exit = new Promise<void>((done) => (exited = done));
    const channel = openChannel<ModelCalls>(() =>
      startThread(() => {
        exits += 1;
        exited();
      }),
    );
    expect(await channel.call('run', { model: QUICK, times: 1 })).toEqual(SCORES);

    const controller = new AbortController();
    const begun = new Promise<number>((done) => {
      const options = { signal: controller.signal, graceMs: 300, onReport: done };
      channel.call('run', { model: ENDLESS, times: 1 }, options).catch(() => ended());
    });
    let ended: () => void;
    const end = new Promise<void>((done) => (ended = done));
    await begun;
    const beside = channel.call('echo', 'heard after the run').catch((error: unknown) => error);
    const from = performance.now();
    controller.abort();
    await end;
    expect(performance.now() - from).toBeLessThan(2000);
    // The thread is gone, not only its answer; what waited behind the run may be asked again.
    await exit;
    expect(performance.now() - from).toBeLessThan(5000);
    expect(await beside).toBeInstanceOf(WorkerStopped);
    expect(await channel.call('run', { model: QUICK, times: 1 })).toEqual(SCORES);
    expect(exits).toBe(1);
  });

  test('hears the abort between two graphs, and its thread lives on', async () => {
    let exits = 0;
    const channel = openChannel<ModelCalls>(() => startThread(() => (exits += 1)));
    const controller = new AbortController();
    const call = channel.call(
      'run',
      { model: QUICK, times: 1_000_000 },
      { signal: controller.signal, graceMs: 60_000, onReport: (time) => time === 3 && controller.abort() },
    );
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(await channel.call('run', { model: QUICK, times: 1 })).toEqual(SCORES);
    expect(exits).toBe(0);
  });

  describe('of torch', () => {
    /** The picture's shorter side in pixels: its first graph takes some milliseconds, a second, and many seconds. */
    const [SMALL, MIDDLE, LARGE] = [64, 800, 4000];
    let file: Blob;
    beforeAll(() => {
      file = generatedPth(moreReference('fasterrcnn_mobilenet_v3_large_fpn').tensors);
    }, 120_000);

    test('hears the abort between its two graphs, and its thread lives on', async () => {
      let exits = 0;
      const channel = openChannel<ModelCalls>(() => startThread(() => (exits += 1)));
      const begun: string[] = [];
      const onReport = (graph: string) => begun.push(graph);
      await channel.call('runTorch', { file, shortSide: SMALL }, { onReport });
      expect(begun.splice(0)).toEqual(['trunk', 'head']);

      const controller = new AbortController();
      const call = channel.call(
        'runTorch',
        { file, shortSide: MIDDLE },
        {
          signal: controller.signal,
          graceMs: 60_000,
          onReport: (graph) => {
            begun.push(graph);
            controller.abort();
          },
        },
      );
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
      expect(await channel.call('echo', 'alive')).toBe('alive');
      expect([begun, exits]).toEqual([['trunk'], 0]);
    });

    test('is ended by an abort within the grace while a graph holds its thread', async () => {
      let exited: () => void;
      const exit = new Promise<void>((done) => (exited = done));
      const channel = openChannel<ModelCalls>(() => startThread(() => exited()));
      const controller = new AbortController();
      let call: Promise<unknown> = Promise.resolve();
      await new Promise((done) => {
        const options = { signal: controller.signal, graceMs: 300, onReport: done };
        call = channel.call('runTorch', { file, shortSide: LARGE }, options);
        call.catch(() => undefined);
      });
      const from = performance.now();
      controller.abort();
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
      expect(performance.now() - from).toBeLessThan(2000);
      await exit;
      expect(performance.now() - from).toBeLessThan(5000);
    });
  });
});
