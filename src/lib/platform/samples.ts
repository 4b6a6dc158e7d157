import { AppError } from '$lib/domain/errors';
import type { SamplePictures } from '$lib/services/ports/shell';

/** The files of static/sample, which the service worker caches for offline use. */
export function makeSamples(base: string): SamplePictures {
  const read = async (path: string): Promise<Response> => {
    const response = await fetch(`${base}/sample/${path}`);
    if (!response.ok) throw new AppError('file-missing', { path });
    return response;
  };
  const fileOf = async (path: string, name: string) => new File([await (await read(path)).blob()], name);
  return {
    async load() {
      const { pictures } = (await (await read('index.json')).json()) as { pictures: readonly string[] };
      return Promise.all(
        pictures.map(async (path) => ({ path, file: await fileOf(`pictures/${path}`, path) })),
      );
    },
    detector: () => fileOf('detector.onnx', 'sample-detector.onnx'),
  };
}
