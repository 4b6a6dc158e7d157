/**
 * Runs in a worker of the bench's own page: parts of the app's detectors, and the bare runtime beside them. Each
 * part is asked for by its name and answers with milliseconds.
 */
import * as ort from 'onnxruntime-web/wasm';
import * as jspi from 'onnxruntime-web/jspi';
import { DETECTORS, detectorOf, onnxPipeline } from '../../src/lib/detectors/all';
import { Candidates } from '../../src/lib/detectors/candidates';
import { preprocess } from '../../src/lib/detectors/preprocess';
import { preprocessBy } from '../../src/lib/detectors/preprocess-by';
import { suppress } from '../../src/lib/detectors/nms';
import { place } from '../../src/lib/detectors/placement';
import { identifyOnnx } from '../../src/lib/detectors/identify';
import { readSignature } from '../../src/lib/detectors/onnx/read';
import { pthPipeline } from '../../src/lib/detectors/torch/all';
import { identifyPth } from '../../src/lib/detectors/torch/identify';
import { readPth } from '../../src/lib/detectors/torch/read-pth';
import { MemoryPool } from '../../src/lib/platform/inference/memory-pool';
import { uprightPixels } from '../../src/lib/platform/images/upright-pixels';

const FILES = {
  wasm: { mjs: '/ort-wasm-simd-threaded.mjs', wasm: '/ort-wasm-simd-threaded.wasm' },
  jspi: { mjs: '/ort-wasm-simd-threaded.jspi.mjs', wasm: '/ort-wasm-simd-threaded.jspi.wasm' },
};
const MOST_THREADS = 8;
/** So long a detector is asked again, for the middle of what it takes. */
const GLUE_FOR_MS = 12_000;

/** The app's own choice of threads. */
const threads = () => (self.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1);

function runtime(/** @type {'wasm' | 'jspi'} */ build) {
  const chosen = build === 'wasm' ? ort : jspi;
  chosen.env.wasm.numThreads = threads();
  chosen.env.wasm.wasmPaths = FILES[build];
  chosen.env.logLevel = 'error';
  return chosen;
}

const median = (/** @type {number[]} */ values) =>
  /** @type {number} */ (values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);

async function timed(/** @type {number} */ runs, /** @type {() => unknown} */ work) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

const blob = async (/** @type {string} */ url) => (await fetch(url)).blob();
const fileOf = async (/** @type {string} */ url) => new File([await blob(url)], url.slice(1));

async function opened(/** @type {string} */ model, /** @type {string} */ picture) {
  const file = await fileOf(model);
  const signature = await readSignature(file);
  const identified = identifyOnnx(signature, file.name);
  const { pixels } = await uprightPixels({ file: await fileOf(picture), page: 0 });
  const { settings } = identified;
  const placement = place(pixels, settings, detectorOf(settings.convention).multiple);
  const tensors = preprocess(pixels, placement, settings, signature.inputs);
  const session = await runtime('wasm').InferenceSession.create(new Uint8Array(await file.arrayBuffer()), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const inputs = Object.fromEntries(
    Object.entries(tensors).map(([name, { type, data, shape }]) => [name, new ort.Tensor(type, data, shape)]),
  );
  return { signature, identified, pixels, settings, placement, session, inputs };
}

/** Seeded numbers of 0..1: the same in every run. */
function seeded(seed = 1) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a YOLOv8 of 80 classes says at 640: most places nothing, some a few hundred that overlap. */
function outputs8400() {
  const random = seeded();
  const [places, classes] = [8400, 80];
  const data = new Float32Array((4 + classes) * places);
  for (let at = 0; at < places; at += 1) {
    data[at] = random() * 640;
    data[places + at] = random() * 640;
    data[2 * places + at] = 10 + random() * 150;
    data[3 * places + at] = 10 + random() * 150;
    const strong = Math.floor(random() * classes);
    for (let number = 0; number < classes; number += 1)
      data[(4 + number) * places + at] = random() * (number === strong && at % 14 === 0 ? 1 : 0.02);
  }
  return { output0: { type: 'float32', shape: [1, 4 + classes, places], data } };
}

const PARTS = {
  /** Milliseconds a picture of the bare loop over tensors that are ready. */
  async bareLoop(/** @type {{ model: string, picture: string, runs: number }} */ { model, picture, runs }) {
    const { session, inputs } = await opened(model, picture);
    for (let run = 0; run < 5; run += 1) await session.run(inputs);
    const start = performance.now();
    for (let run = 0; run < runs; run += 1) await session.run(inputs);
    const ms = (performance.now() - start) / runs;
    await session.release();
    return { ms };
  },

  /** One JPEG to the numbers that YOLOX is given, beside the browser's own decoding alone. */
  async prepared(/** @type {{ picture: string }} */ { picture }) {
    const file = await fileOf(picture);
    const yolox = DETECTORS.find(({ id }) => id === 'yolox');
    const settings = {
      channels: 'bgr',
      range: 255,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      fit: 'corner',
      padding: 114,
      layout: 'nchw',
      inputSize: { width: 416, height: 416 },
      ...yolox?.defaults,
    };
    const inputs = [{ name: 'images', type: 'float32', shape: [1, 3, 416, 416] }];
    const bare = async () => (await createImageBitmap(file)).close();
    const [forPixels, forInput] = [new MemoryPool(), new MemoryPool()];
    const whole = async () => {
      const { pixels } = await uprightPixels({ file, page: 0 }, forPixels.bytes);
      const preprocessed = preprocess(pixels, place(pixels, settings, 32), settings, inputs, forInput.floats);
      forPixels.give(/** @type {ArrayBuffer} */ (pixels.rgba.buffer));
      for (const { data } of Object.values(preprocessed))
        forInput.give(/** @type {ArrayBuffer} */ (data.buffer));
    };
    const [own, limit] = [[], []];
    for (let run = 0; run < 10; run += 1) await whole();
    // In turns: what disturbs the machine disturbs both.
    for (let run = 0; run < 60; run += 1) {
      limit.push(await timed(1, bare));
      own.push(await timed(1, whole));
    }
    return { ms: median(own), limit: median(limit) };
  },

  /** Everything between the outputs `[1, 84, 8400]` and the boxes. */
  async decoded() {
    const outputs = outputs8400();
    const yolo = detectorOf('yolo-v8');
    const reading = { input: { width: 640, height: 640 }, scoreThreshold: 0.05, classCount: 80 };
    const ms = await timed(50, () => suppress(yolo.decode(outputs, reading), 0.6, 300));
    return { ms };
  },

  /** Non-maximum suppression of 5,000 candidates of `classes`, all kept that may be. */
  async suppressed(/** @type {{ classes: number }} */ { classes }) {
    const random = seeded(7);
    const candidates = new Candidates();
    for (let at = 0; at < 5000; at += 1) {
      const [x, y] = [random() * 600, random() * 600];
      candidates.addCorners(
        x,
        y,
        x + 4 + random() * 60,
        y + 4 + random() * 60,
        random(),
        Math.floor(random() * classes),
      );
    }
    return { ms: await timed(30, () => suppress(candidates, 0.5, 5000)) };
  },

  /** Post-processing of a real model's outputs, beside its inference. */
  async share(/** @type {{ model: string, picture: string }} */ { model, picture }) {
    const { identified, signature, settings, pixels, session, inputs } = await opened(model, picture);
    const answers = await session.run(inputs);
    const limit = await timed(20, () => session.run(inputs));
    const outputs = Object.fromEntries(
      Object.entries(answers).map(([name, { type, dims, data }]) => [name, { type, shape: dims, data }]),
    );
    const pipeline = onnxPipeline(identified, signature, settings);
    const after = [];
    for (let run = 0; run < 30; run += 1) {
      let from = 0;
      await pipeline.detect(pixels, {
        settings,
        signal: new AbortController().signal,
        report: () => undefined,
        run: () => {
          from = performance.now();
          return Promise.resolve(outputs);
        },
      });
      after.push(performance.now() - from);
    }
    await session.release();
    return { ms: median(after), limit };
  },

  /** The bare runtime, loaded anew, and the sessions of a `.pth`'s graphs over bytes that lie in memory. */
  async bareSessions(/** @type {{ model: Blob }} */ { model }) {
    const state = await readPth(model, 'model.pth');
    const identified = identifyPth(state, 'model.pth');
    const pipeline = await pthPipeline(state, model, identified, identified.settings);
    const bytes = new Uint8Array(await model.arrayBuffer());
    const start = performance.now();
    const chosen = runtime('jspi');
    for (const graph of pipeline.graphs)
      await chosen.InferenceSession.create(graph.bytes, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        externalData: graph.external.map(({ location, bytes: own }) => ({
          path: location,
          data: own instanceof Uint8Array ? own : bytes,
        })),
      });
    return { ms: performance.now() - start };
  },

  /**
   * Everything of a torch detector but its graphs, beside the whole of a picture: the middle one of those after the
   * first. `convention`: which of those that are alike in the file; left out: as the file tells. `isWhole`: decoding
   * and resizing the picture count as well, which the app's preprocessor does while the network runs.
   */
  async glue(
    /** @type {{ model: Blob, picture: string, convention?: string, isWhole?: boolean }} */ {
      model,
      picture,
      convention,
      isWhole = false,
    },
  ) {
    const state = await readPth(model, 'model.pth');
    const identified = identifyPth(state, 'model.pth');
    const settings = { ...identified.settings, ...(convention === undefined ? {} : { convention }) };
    const pipeline = await pthPipeline(state, model, identified, settings);
    const chosen = runtime('jspi');
    const sessions = new Map();
    for (const { id, bytes, external } of pipeline.graphs)
      sessions.set(
        id,
        await chosen.InferenceSession.create(bytes, {
          executionProviders: ['wasm'],
          graphOptimizationLevel: 'all',
          externalData: external.map(({ location, bytes: own }) => ({
            path: location,
            data: own instanceof Uint8Array ? own : model,
          })),
        }),
      );
    const file = await fileOf(picture);
    let graphs = 0;
    /** @type {import('../../src/lib/detectors/detector').RunGraph} */
    const run = async (graph, inputs, wanted) => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, shape }]) => [
          name,
          new chosen.Tensor(type, data, shape),
        ]),
      );
      const from = performance.now();
      const answers = await sessions.get(graph).run(feeds, ...(wanted ? [wanted] : []));
      graphs += performance.now() - from;
      return Object.fromEntries(
        Object.entries(answers).map(([name, { type, dims, data }]) => [name, { type, shape: dims, data }]),
      );
    };
    const context = { run, settings, signal: new AbortController().signal, report: () => undefined };
    const preprocessPlan = /** @type {import('../../src/lib/detectors/detector').PreprocessPlan} */ (
      pipeline.preprocessPlan
    );
    const memory = new MemoryPool();
    const seen = [];
    let found = 0;
    for (const first = performance.now(); seen.length < 3 || performance.now() - first < GLUE_FOR_MS;) {
      graphs = 0;
      const began = performance.now();
      const { pixels } = await uprightPixels({ file, page: 0 });
      const preprocessed = preprocessBy(preprocessPlan, pixels, settings, memory.floats);
      const start = isWhole ? began : performance.now();
      found = (await pipeline.detect(pixels, { ...context, preprocessed })).length;
      const limit = performance.now() - start;
      seen.push({ ms: limit - graphs, limit });
      for (const { data } of Object.values(preprocessed))
        memory.give(/** @type {ArrayBuffer} */ (data.buffer));
    }
    const warm = seen.slice(1).sort((one, other) => one.ms / one.limit - other.ms / other.limit);
    return { .../** @type {{ ms: number, limit: number }} */ (warm[Math.floor(warm.length / 2)]), found };
  },
};

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await PARTS[data.part](data));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
