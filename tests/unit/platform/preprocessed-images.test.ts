import { expect, test } from 'vitest';
import { AppError } from '$lib/domain/errors';
import { PreprocessedImages } from '$lib/platform/inference/preprocessed-images';
import type {
  PreprocessedCalls,
  PreprocessedImage,
  PreprocessingCalls,
  PlanFor,
} from '$lib/platform/inference/messages';
import { openChannel, serve, portPair } from '$lib/platform/workers/channel';
import { failureOf } from '$lib/platform/workers/failure';

const PICTURE: PreprocessedImage = {
  pixels: { width: 2, height: 1, rgba: new Uint8ClampedArray(8) },
  size: { width: 2, height: 1 },
  preprocessed: null,
};

/** The preprocessor's end of the portPair, and what it heard. */
function aFeeder() {
  const [toPreprocessor, toDetector] = portPair();
  const pictures = new PreprocessedImages(toPreprocessor);
  const detector = openChannel<PreprocessedCalls>(() => toDetector);
  let hear: (heard: PlanFor | ArrayBuffer) => void;
  const heard = new Promise<PlanFor | ArrayBuffer>((done) => (hear = done));
  serve<PreprocessingCalls>(toDetector, { plan: (plan) => hear(plan), spent: (buffer) => hear(buffer) });
  const tell = (pictureId: number, made: PreprocessedCalls['preprocessed']['input']['made']) =>
    detector.notify('preprocessed', { pictureId, made });
  const close = () => {
    toPreprocessor.close();
    toDetector.close();
  };
  return { pictures, tell, heard, close };
}

test('a picture comes to who asked for its number, whichever was first', async () => {
  const { pictures, tell, close } = aFeeder();
  const early = pictures.take(2);
  tell(1, PICTURE);
  tell(2, PICTURE);
  expect(await early).toMatchObject({ size: { width: 2, height: 1 } });
  expect(await pictures.take(1)).toMatchObject({ preprocessed: null });
  close();
});

test('what is wrong with a picture comes in our words, what nobody foresaw as it is', async () => {
  const { pictures, tell, close } = aFeeder();
  tell(1, failureOf(new AppError('picture-truncated', { path: 'a.jpg' })));
  tell(2, failureOf(new Error('no such canvas')));
  await expect(pictures.take(1)).rejects.toMatchObject({
    code: 'picture-truncated',
    about: { path: 'a.jpg' },
  });
  await expect(pictures.take(2)).rejects.toThrow('no such canvas');
  close();
});

test('a picture that fails after nobody waits for it any more disturbs nobody', async () => {
  const { pictures, tell, close } = aFeeder();
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listen);
  void pictures.take(1);
  tell(1, failureOf(new AppError('picture-truncated')));
  // Messages come in their order: the first one has come when the second one is here.
  tell(2, PICTURE);
  expect(await pictures.take(2)).toMatchObject({ preprocessed: null });
  // Node tells of a rejection once all that was due has run.
  await new Promise((done) => setImmediate(done));
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
  close();
});

test('the preprocessor hears how pictures are preprocessed', async () => {
  const { pictures, heard, close } = aFeeder();
  const plan = {
    name: 'a',
    preprocessPlan: { kind: 'placed', inputs: [], multiple: 32 },
    settings: {} as never,
  } as const;
  pictures.plan(plan);
  expect(await heard).toEqual(plan);
  close();
});

test('the preprocessor gets the memory of what has been in the network back, and nobody else has it', async () => {
  const { pictures, heard, close } = aFeeder();
  const data = new Float32Array(6);
  pictures.releaseMemory({ images: { type: 'float32', shape: [1, 3, 1, 2], data } });
  expect(await heard).toMatchObject({ byteLength: 24 });
  expect(data.length).toBe(0);
  close();
});
