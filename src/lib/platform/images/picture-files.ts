import type { PictureFiles } from '$lib/services/ports/pictures';
import { bytesOf } from './bytes';
import { hashOf } from './content-hash';
import { kindOf } from './picture-kind';
import { headIn } from './picture-head';

/** Looks into files by their bytes alone; works in pages, workers and outside of browsers. */
export const pictureFiles: PictureFiles = {
  async facts(file) {
    const bytes = await bytesOf(file);
    const [{ pages, problem }, hash] = await Promise.all([headIn(bytes), hashOf(bytes)]);
    return { pages, problem, hash };
  },
  hash: async (file) => hashOf(await bytesOf(file)),
  isPicture: async (file) => kindOf((await bytesOf(file)).head) !== null,
};
