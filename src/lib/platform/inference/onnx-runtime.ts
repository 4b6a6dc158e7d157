import type { NamedTensors, Tensor } from '$lib/detectors/detector';
import { AppError } from '$lib/domain/errors';
import type { RanOn } from '$lib/domain/model';
import type * as Ort from 'onnxruntime-web/wasm';
import { retainBlobStreams, releaseBlobStreams } from './retain-blob-streams';
import type { RuntimeBuild, RuntimeFiles } from './messages';

export type Provider = RanOn['provider'];

export interface ExternalFile {
  readonly path: string;
  readonly data: Uint8Array | Blob;
}

/** A graph that is ready to run. */
export interface GraphSession {
  run(inputs: NamedTensors, outputs?: readonly string[]): Promise<NamedTensors>;
  release(): Promise<void>;
}

export interface Runtime {
  /** Throws `model-damaged` if the graph cannot be loaded. */
  open(
    graph: Uint8Array | Blob,
    external: readonly ExternalFile[],
    provider: Provider,
  ): Promise<GraphSession>;
}

/** Whether WebAssembly can be suspended while it waits for the graphics device (JSPI). */
export const canSuspend = (): boolean => 'Suspending' in WebAssembly;

/** Loads a build of ONNX Runtime. Nothing else in the app uses ONNX Runtime directly. */
export async function loadRuntime(
  build: RuntimeBuild,
  files: RuntimeFiles,
  threads: number,
): Promise<Runtime> {
  const [ort, binary]: [typeof Ort, ArrayBuffer | null] = await Promise.all([
    build === 'wasm' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/jspi'),
    // The runtime would fetch this only for the first graph; if the fetch fails, the runtime reports it itself.
    fetch(files[build].wasm).then(
      (response) => (response.ok ? response.arrayBuffer() : null),
      () => null,
    ),
  ]);
  ort.env.wasm.wasmPaths = files[build];
  if (binary) ort.env.wasm.wasmBinary = binary;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return {
    async open(graph, external, provider) {
      try {
        const bytes = graph instanceof Blob ? new Uint8Array(await graph.arrayBuffer()) : graph;
        const session = await ort.InferenceSession.create(bytes, {
          executionProviders: [provider],
          graphOptimizationLevel: 'all',
          // Errors are thrown, so the runtime need not log them.
          logSeverityLevel: 4,
          externalData: external.map(({ path, data }) => ({
            path,
            data: data instanceof Blob ? retainBlobStreams(data) : data,
          })),
        });
        delete ort.env.wasm.wasmBinary;
        return graphSession(ort, session, provider === 'webgpu' ? deviceLost(ort) : null);
      } catch (error) {
        throw failure(error, 'graph-refused');
      } finally {
        releaseBlobStreams();
      }
    },
  };
}

/** Never resolves; rejects when the device is lost, because a run on a lost device may never return. */
async function deviceLost(ort: typeof Ort): Promise<never> {
  const device = (await ort.env.webgpu.device) as { readonly lost: Promise<{ readonly message: string }> };
  const { message } = await device.lost;
  throw new AppError('model-failed', { reason: 'device-lost' }, { cause: message });
}

function graphSession(
  ort: typeof Ort,
  session: Ort.InferenceSession,
  lost: Promise<never> | null,
): GraphSession {
  // A device may be lost while nothing runs.
  lost?.catch(() => undefined);
  return {
    async run(inputs, outputs) {
      const given: Record<string, Ort.Tensor> = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, shape }]) => [
          name,
          new ort.Tensor(type, data as never, shape),
        ]),
      );
      let answers: Ort.InferenceSession.OnnxValueMapType;
      try {
        const running = outputs ? session.run(given, outputs) : session.run(given);
        answers = await (lost === null ? running : Promise.race([running, lost]));
      } catch (error) {
        throw failure(error, 'run-failed');
      } finally {
        for (const tensor of Object.values(given)) tensor.dispose();
      }
      return Object.fromEntries(Object.entries(answers).map(([name, tensor]) => [name, asTensor(tensor)]));
    },
    release: () => session.release(),
  };
}

/** Converts a tensor of the runtime; float16 stays as its bits. */
function asTensor({ type, dims, data }: Ort.Tensor): Tensor {
  const bits =
    type === 'float16' && !(data instanceof Uint16Array)
      ? new Uint16Array(
          (data as Float32Array).buffer as ArrayBuffer,
          (data as Float32Array).byteOffset,
          data.length,
        )
      : data;
  return { type: type as Tensor['type'], shape: dims, data: bits as Tensor['data'] };
}

/** Converts an error of the runtime to an AppError. */
function failure(error: unknown, reason: 'graph-refused' | 'run-failed'): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (
    /out of memory|bad_alloc|SafeInt|allocation failed|failed to allocate|memory access out of bounds/i.test(
      text,
    )
  )
    return new AppError('model-failed', { reason: 'out-of-memory' }, { cause: error });
  if (/device.{0,20}lost|lost.{0,20}device/i.test(text))
    return new AppError('model-failed', { reason: 'device-lost' }, { cause: error });
  const code = reason === 'graph-refused' ? 'model-damaged' : 'model-failed';
  return new AppError(code, { reason, name: shortened(text) }, { cause: error });
}

const LONGEST_REASON = 160;

/** The first sentence of the runtime's message, without its error numbers. */
const shortened = (text: string): string =>
  text
    .replace(/^.*?ERROR_MESSAGE:\s*/s, '')
    .replace(/^failed to call \w+\(\)\.\s*/i, '')
    .split('\n')[0]!
    .slice(0, LONGEST_REASON);
