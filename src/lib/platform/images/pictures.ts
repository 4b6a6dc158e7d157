import { AppError } from '$lib/domain/errors';
import { epochMs } from '$lib/domain/ids';
import type { SeenFile } from '$lib/domain/replaced';
import type { SourceStorage } from '$lib/domain/source';
import type { Folders, ImageFolder } from '$lib/services/ports/folders';
import type { Picture, Pictures } from '$lib/services/ports/pictures';
import { openChannel } from '../workers/channel';
import { PolicedWorker as Worker } from '../workers/policed-worker';
import { decodeByElement } from './by-element';
import type { Decoded } from './decode';
import { makeDecoder, type Decoder } from './decode-client';
import type { DecodeAnswer, DecodeCalls } from './decode-protocol';
import { thumbnailOf } from './thumbnail';
import { makeThumbnailQueue } from './thumbnail-queue';

/**
 * The limits of the cache of decoded pictures, in bytes and in number: the one on the screen and its neighbours.
 */
const CACHE_BYTES = 256 * 1024 * 1024;
const CACHE_PICTURES = 8;
const THUMBNAIL_SIDE = 192;
/** Thumbnails use at most this many workers, however many cores there are. */
const MAX_WORKERS = 4;

interface Kept {
  readonly loading: Promise<Decoded>;
  readonly file: SeenFile;
  decoded: Decoded | null;
  users: number;
}

/** Decodes pictures in workers, with a cache of the latest ones; a broken file never stops the others. */
export function makePictures(folders: Pick<Folders, 'open'>): Pictures {
  /** Whole pictures have a worker of their own, so that they never wait for thumbnails. */
  const tiff = openTiffDecoder();
  const decoder = withTiff(openDecoder(), tiff);
  const workers = Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency));
  const small = Array.from({ length: workers }, () => withTiff(openDecoder(), tiff));
  const queue = makeThumbnailQueue(small);
  const openFolders = new Map<string, Promise<ImageFolder>>();
  const cache = new Map<string, Kept>();

  const file = async (source: SourceStorage, path: string): Promise<File> => {
    const folder = openFolders.get(source.id) ?? folders.open(source);
    openFolders.set(source.id, folder);
    try {
      return await (await folder).file(path);
    } catch (error) {
      // Permission or the folder may come back, so the next request tries again.
      openFolders.delete(source.id);
      throw error;
    }
  };

  const load = async (source: SourceStorage, path: string, page: number): Promise<Kept> => {
    const opened = await file(source, path);
    // The key includes the file's size and time: a file that has changed is another picture.
    const key = `${source.id}/${path}#${page}@${opened.size}-${opened.lastModified}`;
    const found = cache.get(key);
    if (found) {
      cache.delete(key);
      cache.set(key, found);
      return found;
    }
    const loading = decoder
      .ask({ file: opened, page, longest: null })
      .then(wholeOf)
      .catch((error: unknown) => orByElement(error, opened, path, null));
    const kept: Kept = { loading, file: seenOf(opened), decoded: null, users: 0 };
    cache.set(key, kept);
    loading.then(
      (decoded) => {
        kept.decoded = decoded;
        evict();
      },
      () => cache.delete(key),
    );
    return kept;
  };

  /** Closes the least recently used pictures, but never one that is on the screen. */
  const evict = (most = CACHE_BYTES): void => {
    let bytes = [...cache.values()].reduce((sum, { decoded }) => sum + bytesOf(decoded), 0);
    for (const [key, kept] of cache) {
      if (bytes <= most && cache.size <= CACHE_PICTURES) return;
      if (kept.users > 0 || kept.decoded === null) continue;
      bytes -= bytesOf(kept.decoded);
      kept.decoded.image.close();
      cache.delete(key);
    }
  };

  return {
    wake: () => [decoder, ...small].forEach((one) => one.start()),

    async open(source, path, page = 1): Promise<Picture> {
      const kept = await load(source, path, page);
      kept.users += 1;
      try {
        const { image, size } = await kept.loading;
        let isHeld = true;
        const release = () => {
          if (isHeld) kept.users -= 1;
          isHeld = false;
          evict();
        };
        return { image, size, file: kept.file, release };
      } catch (error) {
        kept.users -= 1;
        throw error;
      }
    },

    prefetch(source, path, page = 1) {
      load(source, path, page)
        .then(({ loading }) => loading)
        .catch(() => undefined);
    },

    async thumbnail(source, path, page = 1, signal) {
      let read = null as File | null;
      const open = async () => {
        read = await file(source, path);
        return { file: read, page, longest: THUMBNAIL_SIDE };
      };
      try {
        const { thumbnail, size } = thumbnailIn(await queue.ask(open, signal));
        return { picture: thumbnail, size, file: seenOf(read!) };
      } catch (error) {
        if (read === null) throw error;
        const { image, size } = await orByElement(error, read, path, THUMBNAIL_SIDE);
        return { picture: await thumbnailOf(image), size, file: seenOf(read) };
      }
    },

    seen: async (source, path) => seenOf(await file(source, path)),

    forget() {
      openFolders.clear();
      evict(0);
    },
  };
}

const seenOf = (file: File): SeenFile => ({ bytes: file.size, modifiedAt: epochMs(file.lastModified) });

const openDecoder = () =>
  makeDecoder(
    openChannel<DecodeCalls>(
      () => new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' }),
    ),
  );
const openTiffDecoder = () =>
  makeDecoder(
    openChannel<DecodeCalls>(
      () => new Worker(new URL('./tiff/tiff.worker.ts', import.meta.url), { type: 'module' }),
    ),
  );

/** Sends files that turn out to be TIFFs to the TIFF worker, which is started with the first one. */
const withTiff = (decoder: Decoder, tiff: Decoder): Decoder => ({
  start: () => decoder.start(),
  async ask(request) {
    const answer = await decoder.ask(request);
    return 'isTiff' in answer ? tiff.ask(request) : answer;
  },
});

function wholeOf(answer: DecodeAnswer): Decoded {
  if ('image' in answer) return answer;
  throw new AppError('picture-undecodable');
}

function thumbnailIn(answer: DecodeAnswer): Extract<DecodeAnswer, { thumbnail: Blob }> {
  if ('thumbnail' in answer) return answer;
  throw new AppError('picture-undecodable');
}

/**
 * If the worker failed, decodes by the page's `img` element where that can help; else throws the worker's error.
 */
async function orByElement(
  error: unknown,
  file: File,
  path: string,
  longest: number | null,
): Promise<Decoded> {
  if (!(error instanceof AppError)) throw error;
  const { code, about } = error;
  const mayKnow = code === 'picture-undecodable' && about['kind'] === 'png';
  const decoded = mayKnow ? await decodeByElement(file, longest) : null;
  if (!decoded) throw new AppError(code, { ...about, path }, { cause: error });
  return decoded;
}

const bytesOf = (decoded: Decoded | null): number =>
  decoded ? decoded.image.width * decoded.image.height * 4 : 0;
