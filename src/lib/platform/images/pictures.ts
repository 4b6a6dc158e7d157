import { AppError } from '$lib/domain/errors';
import type { SourceStorage } from '$lib/domain/source';
import type { Folders, ImageFolder } from '$lib/services/ports/folders';
import type { Picture, Pictures } from '$lib/services/ports/pictures';
import type { DecodeAnswer, DecodeQuestion } from './decode.worker';

/** Decoded pictures are kept up to this many bytes, and this many: the one on the screen and its neighbours. */
const CACHE_BYTES = 256 * 1024 * 1024;
const CACHE_PICTURES = 8;
const THUMBNAIL_SIDE = 192;

interface Kept {
  readonly loading: Promise<ImageBitmap>;
  image: ImageBitmap | null;
  users: number;
}

/** Decoding in a worker, with a cache of what was decoded last; one broken file never stops the others. */
export function makePictures(folders: Pick<Folders, 'open'>): Pictures {
  const ask = makeDecoder();
  const openFolders = new Map<string, Promise<ImageFolder>>();
  const cache = new Map<string, Kept>();

  const file = async (source: SourceStorage, path: string): Promise<File> => {
    const folder = openFolders.get(source.id) ?? folders.open(source);
    openFolders.set(source.id, folder);
    try {
      return await (await folder).file(path);
    } catch (error) {
      // Permission may come back, or the folder: the next one to ask tries anew.
      openFolders.delete(source.id);
      throw error;
    }
  };

  const load = (source: SourceStorage, path: string): Kept => {
    const key = `${source.id}/${path}`;
    const found = cache.get(key);
    if (found) {
      cache.delete(key);
      cache.set(key, found);
      return found;
    }
    const loading = file(source, path).then(async (opened) => {
      const answer = await ask(opened, null, path);
      return answer.image;
    });
    const kept: Kept = { loading, image: null, users: 0 };
    cache.set(key, kept);
    loading.then(
      (image) => {
        kept.image = image;
        evict();
      },
      () => cache.delete(key),
    );
    return kept;
  };

  /** Closes what was used longest ago, never what is on a screen. */
  const evict = (): void => {
    let bytes = [...cache.values()].reduce((sum, { image }) => sum + bytesOf(image), 0);
    for (const [key, kept] of cache) {
      if (bytes <= CACHE_BYTES && cache.size <= CACHE_PICTURES) return;
      if (kept.users > 0 || kept.image === null) continue;
      bytes -= bytesOf(kept.image);
      kept.image.close();
      cache.delete(key);
    }
  };

  return {
    async open(source, path): Promise<Picture> {
      const kept = load(source, path);
      kept.users += 1;
      try {
        const image = await kept.loading;
        let isHeld = true;
        const release = () => {
          if (isHeld) kept.users -= 1;
          isHeld = false;
          evict();
        };
        return { image, size: { width: image.width, height: image.height }, release };
      } catch (error) {
        kept.users -= 1;
        throw error;
      }
    },

    prefetch(source, path) {
      load(source, path).loading.catch(() => undefined);
    },

    async thumbnail(source, path) {
      const answer = await ask(await file(source, path), THUMBNAIL_SIDE, path);
      return { picture: answer.thumbnail, size: { width: answer.width, height: answer.height } };
    },
  };
}

const bytesOf = (image: ImageBitmap | null): number => (image ? image.width * image.height * 4 : 0);

type Whole = Extract<DecodeAnswer, { image: ImageBitmap }>;
type Small = Extract<DecodeAnswer, { thumbnail: Blob }>;

interface Ask {
  (file: File, thumbnail: null, path: string): Promise<Whole>;
  (file: File, thumbnail: number, path: string): Promise<Small>;
}

/** The decode worker, started with the first question; an answer finds its question by its number. */
function makeDecoder(): Ask {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, (answer: DecodeAnswer) => void>();

  const start = (): Worker => {
    const started = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    return started;
  };

  const ask = (file: File, thumbnail: number | null, path: string): Promise<DecodeAnswer> =>
    new Promise((done, fail) => {
      worker ??= start();
      const id = (lastId += 1);
      waiting.set(id, (answer) =>
        'code' in answer ? fail(new AppError(answer.code, { path })) : done(answer),
      );
      worker.postMessage({ id, file, thumbnail } satisfies DecodeQuestion);
    });
  return ask as Ask;
}
