import type { Detection, Graph, Pipeline, RunGraph } from '$lib/detectors/detector';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { DetectorModel, DetectorSettings, FallBack, RanOn } from '$lib/domain/model';
import type { ModelFiles } from '$lib/services/ports/inference';
import { serveWorker, type CallContext } from '../workers/channel';
import { PolicedWorker } from '../workers/policed-worker';
import { abortableRun } from './abortable-run';
import { PreprocessedImages } from './preprocessed-images';
import {
  planName,
  type DetectorCalls,
  type DetectRequest,
  type RuntimeBuild,
  type RuntimeFiles,
} from './messages';
import { canSuspend, loadRuntime, type GraphSession, type Provider, type Runtime } from './onnx-runtime';
import { CONVENTIONS, isTorch, openModel, type OpenedModel } from './open-model';
import { outputsAgree, checkPicture } from './self-check';

/** The open model: its sessions stay open as long as the following pictures need the same graphs. */
interface Open {
  readonly key: string;
  readonly model: OpenedModel;
  readonly sessions: Map<string, { readonly graph: Graph; readonly session: GraphSession }>;
  /** Created anew only for other settings, because it validates the outputs of its first picture. */
  pipeline: { readonly settings: string; readonly made: Pipeline } | null;
  /** Whether the graphics device gives the same outputs as WebAssembly; null if that was not checked yet. */
  agrees: boolean | null;
}

// The runtime starts its own threads with this constructor.
self.Worker = PolicedWorker;

let start: { readonly files: RuntimeFiles; readonly threads: number } | null = null;
let pictures: PreprocessedImages;
const runtimes = new Map<RuntimeBuild, Promise<Runtime>>();
let open: Open | null = null;
/** One picture at a time is in the network; the next one is preprocessed meanwhile. */
let last: Promise<unknown> = Promise.resolve();

async function detect(
  { pictureId, key, files, settings, provider: wanted, isTrial }: DetectRequest,
  { signal, report }: CallContext<number>,
): Promise<DetectorCalls['detect']['output']> {
  const picture = pictures.take(pictureId);
  signal.throwIfAborted();
  if (open?.key !== key) {
    await close();
    open = { key, model: await modelOf(files), sessions: new Map(), pipeline: null, agrees: null };
  }
  const opened = open;
  const pipeline = await pipelineOf(opened, settings);
  const { pixels, size, preprocessed } = await picture;
  const ranOn = await chooseProvider(opened, pipeline, files, settings, wanted);
  await release(opened, ranOn.provider === 'wasm' ? 'webgpu' : 'wasm');
  await openGraphs(opened, pipeline, files, ranOn.provider);
  const run = abortableRun(runner(opened, ranOn.provider), signal);
  const startedAt = performance.now();
  const detections = await pipeline.detect(pixels, {
    run,
    preprocessed,
    settings,
    isTrial,
    signal,
    report,
  });
  const detectMs = performance.now() - startedAt;
  if (preprocessed) pictures.releaseMemory(preprocessed);
  const detected = { detections: inFullSize(detections, pixels, size), size, ranOn, detectMs };
  return { detected, builds: [...runtimes.keys()] };
}

/** A file that was just identified is usually run next, so its contents are kept instead of being read twice. */
let lastRead: { readonly file: File; readonly model: Promise<OpenedModel> } | null = null;

function modelOf({ file, beside }: ModelFiles): Promise<OpenedModel> {
  const isSame =
    lastRead?.file.name === file.name &&
    lastRead.file.size === file.size &&
    lastRead.file.lastModified === file.lastModified;
  if (lastRead && isSame) return lastRead.model;
  const reading = { file, model: openModel({ file, beside }) };
  lastRead = reading;
  reading.model.catch(() => {
    if (lastRead === reading) lastRead = null;
  });
  return reading.model;
}

/** Scales detections from a working copy to pixels of the whole picture. */
function inFullSize(detections: readonly Detection[], copy: Size, whole: Size): readonly Detection[] {
  const [across, down] = [whole.width / copy.width, whole.height / copy.height];
  if (across === 1 && down === 1) return detections;
  return detections.map((one) => ({
    ...one,
    x: one.x * across,
    y: one.y * down,
    width: one.width * across,
    height: one.height * down,
  }));
}

async function pipelineOf(opened: Open, settings: DetectorSettings): Promise<Pipeline> {
  const key = JSON.stringify(settings);
  if (opened.pipeline?.settings !== key) {
    const made = await opened.model.pipeline(settings);
    opened.pipeline = { settings: key, made };
    const { preprocessPlan } = made;
    if (preprocessPlan)
      pictures.plan({ preprocessPlan, settings, name: planName({ key: opened.key, settings }) });
  }
  return opened.pipeline.made;
}

/** Chooses the graphics device if it is wanted, is available and gives the same outputs as WebAssembly. */
async function chooseProvider(
  opened: Open,
  pipeline: Pipeline,
  files: ModelFiles,
  settings: DetectorSettings,
  wanted: DetectorModel['provider'],
): Promise<RanOn> {
  const threads = start!.threads;
  const onWasm = (fallBack: FallBack | null): RanOn => ({ provider: 'wasm', threads, fallBack });
  if (wanted === 'wasm') return onWasm(null);
  if (!(await hasDevice(wanted))) return onWasm(wanted === 'webgpu' ? 'no-webgpu' : null);
  opened.agrees ??= await selfCheck(opened, pipeline, files, settings);
  return opened.agrees ? { provider: 'webgpu', threads, fallBack: null } : onWasm('self-check');
}

/** A graphics device that takes longer to answer is treated as absent. */
const ANSWERS_WITHIN_MS = 10_000;
/** The graphics adapter, requested once instead of with every picture. */
let adapter: Promise<{ readonly isSoftware: boolean } | null> | null = null;

/** A software device is slower than WebAssembly, so it is used only if the person asks for it. */
async function hasDevice(wanted: 'auto' | 'webgpu'): Promise<boolean> {
  const found = await (adapter ??= findAdapter());
  return found !== null && (wanted === 'webgpu' || !found.isSoftware);
}

async function findAdapter(): Promise<{ readonly isSoftware: boolean } | null> {
  if (!canSuspend() || !('gpu' in navigator)) return null;
  const gpu = navigator.gpu as {
    requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null>;
  };
  const found = await Promise.race([
    gpu.requestAdapter().catch(() => null),
    new Promise<null>((resolve) => setTimeout(() => resolve(null), ANSWERS_WITHIN_MS)),
  ]);
  return found && { isSoftware: found.info?.isFallbackAdapter === true };
}

/** Runs the first graph on a small picture with both providers, and compares the outputs. */
async function selfCheck(
  opened: Open,
  pipeline: Pipeline,
  files: ModelFiles,
  settings: DetectorSettings,
): Promise<boolean> {
  const small: DetectorSettings = {
    ...settings,
    shortSide: settings.shortSide === null ? null : SMALL_SIDE,
  };
  const context = {
    settings: small,
    signal: new AbortController().signal,
    report: () => undefined,
  };
  const seen: boolean[] = [];
  try {
    await openGraphs(opened, pipeline, files, 'wasm');
    await openGraphs(opened, pipeline, files, 'webgpu');
    const run: RunGraph = async (graph, inputs, outputs) => {
      const onWasm = await runner(opened, 'wasm')(graph, inputs, outputs);
      seen.push(outputsAgree(onWasm, await runner(opened, 'webgpu')(graph, inputs, outputs)));
      throw new EnoughSeen();
    };
    await pipeline.detect(checkPicture(), { ...context, run });
  } catch (error) {
    if (!(error instanceof EnoughSeen)) return false;
  } finally {
    await release(opened, 'wasm');
  }
  return seen[0] ?? false;
}

const SMALL_SIDE = 128;
class EnoughSeen extends Error {}

async function openGraphs(
  opened: Open,
  pipeline: Pipeline,
  files: ModelFiles,
  provider: Provider,
): Promise<void> {
  for (const graph of pipeline.graphs) {
    const name = `${provider}/${graph.id}`;
    const there = opened.sessions.get(name);
    if (there && isSameGraph(there.graph, graph)) continue;
    opened.sessions.delete(name);
    await there?.session.release();
    const external = graph.external.map(({ location, bytes }) => ({
      path: location,
      data: bytes === 'file' ? files.file : bytes === 'beside' ? besideFile(files, location) : bytes,
    }));
    const runtime = await theRuntime(provider, external.length > 0);
    const session = await runtime.open(graph.bytes === 'file' ? files.file : graph.bytes, external, provider);
    opened.sessions.set(name, { graph, session });
  }
}

function besideFile({ beside }: ModelFiles, location: string): File {
  const name = location.slice(location.lastIndexOf('/') + 1);
  const found = beside.find((file) => file.name === name);
  if (!found) throw new AppError('model-unsupported', { reason: 'external-missing', name });
  return found;
}

/** Weights in an external file are read in pieces by the build that can do so. */
function theRuntime(provider: Provider, hasExternal: boolean): Promise<Runtime> {
  const build: RuntimeBuild = provider === 'webgpu' || (hasExternal && canSuspend()) ? 'jspi' : 'wasm';
  const runtime = runtimes.get(build) ?? loadRuntime(build, start!.files, start!.threads);
  runtimes.set(build, runtime);
  runtime.catch(() => runtimes.delete(build));
  return runtime;
}

/** A model that is being identified is usually run next, so the runtime is loaded while the file is read. */
async function expectRun({ file }: ModelFiles): Promise<void> {
  await theRuntime('wasm', await isTorch(file));
}

const runner =
  (opened: Open, provider: Provider): RunGraph =>
  (graph, inputs, outputs) =>
    opened.sessions.get(`${provider}/${graph}`)!.session.run(inputs, outputs);

function isSameGraph(one: Graph, other: Graph): boolean {
  if (one.bytes === 'file' || other.bytes === 'file') return one.bytes === other.bytes;
  const bytes = other.bytes;
  return one.bytes.length === bytes.length && one.bytes.every((byte, i) => byte === bytes[i]);
}

async function release(opened: Open, provider: Provider): Promise<void> {
  for (const [name, { session }] of opened.sessions) {
    if (!name.startsWith(provider)) continue;
    opened.sessions.delete(name);
    await session.release();
  }
}

async function close(): Promise<void> {
  const closing = open;
  open = null;
  if (closing === null) return;
  await release(closing, 'wasm');
  await release(closing, 'webgpu');
}

/** Runs after all earlier work, whether that succeeded or failed. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
}

serveWorker<DetectorCalls>({
  start({ files, threads, preprocessor }) {
    start = { files, threads };
    pictures = new PreprocessedImages(preprocessor);
  },
  identify(files) {
    expectRun(files).catch(() => undefined);
    return inTurn(async () => {
      const { identified } = await modelOf(files);
      return { identified, conventions: CONVENTIONS };
    });
  },
  detect: (request, context) => inTurn(() => detect(request, context)),
});
