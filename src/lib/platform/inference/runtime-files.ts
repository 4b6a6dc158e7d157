import jspiScript from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiBinary from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmScript from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { RuntimeFiles } from './messages';

/**
 * The URLs of the runtime's files. They are imported on the page, because only then they belong to the build that
 * the service worker knows; a worker's own assets do not. It caches them when they are first used.
 */
export const runtimeFiles = (): RuntimeFiles => {
  const address = (url: string): string => new URL(url, location.href).href;
  return {
    wasm: { mjs: address(wasmScript), wasm: address(wasmBinary) },
    jspi: { mjs: address(jspiScript), wasm: address(jspiBinary) },
  };
};
