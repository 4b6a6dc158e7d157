import { AppError } from '$lib/domain/errors';
import type { SamplePictures } from '$lib/services/ports/shell';

/** The pictures under static/sample, which the service worker keeps for offline use. */
export const makeSamples = (base: string): SamplePictures => ({
  async load() {
    const read = async (path: string): Promise<Response> => {
      const response = await fetch(`${base}/sample/${path}`);
      if (!response.ok) throw new AppError('file-missing', { path });
      return response;
    };
    const { pictures } = (await (await read('index.json')).json()) as { pictures: readonly string[] };
    return Promise.all(
      pictures.map(async (path) => ({
        path,
        file: new File([await (await read(`pictures/${path}`)).blob()], path),
      })),
    );
  },
});
