import { expect, test } from 'vitest';
import { FedPictures } from '$lib/platform/inference/fed-pictures';
import type { FromFeeder } from '$lib/platform/inference/messages';

const aPicture = (id: number): FromFeeder => ({
  type: 'picture',
  id,
  pixels: { width: 2, height: 1, rgba: new Uint8ClampedArray(8) },
  size: { width: 2, height: 1 },
  fed: null,
});

function aFeeder() {
  const { port1, port2 } = new MessageChannel();
  const pictures = new FedPictures(port1);
  const close = () => {
    port1.close();
    port2.close();
  };
  return { pictures, tell: (message: FromFeeder) => port2.postMessage(message), heard: port2, close };
}

test('a picture comes to who asked for its number, whichever was first', async () => {
  const { pictures, tell, close } = aFeeder();
  const early = pictures.take(2);
  tell(aPicture(1));
  tell(aPicture(2));
  expect(await early).toMatchObject({ size: { width: 2, height: 1 } });
  expect(await pictures.take(1)).toMatchObject({ fed: null });
  close();
});

test('what is wrong with a picture comes in our words, what nobody foresaw as it is', async () => {
  const { pictures, tell, close } = aFeeder();
  tell({ type: 'unfed', id: 1, code: 'picture-truncated', about: { path: 'a.jpg' }, detail: '' });
  tell({ type: 'unfed', id: 2, code: null, about: {}, detail: 'no such canvas' });
  await expect(pictures.take(1)).rejects.toMatchObject({ code: 'picture-truncated' });
  await expect(pictures.take(2)).rejects.toThrow('no such canvas');
  close();
});

test('a picture that fails after nobody waits for it any more disturbs nobody', async () => {
  const { pictures, tell, close } = aFeeder();
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', listen);
  void pictures.take(1);
  tell({ type: 'unfed', id: 1, code: 'picture-truncated', about: {}, detail: '' });
  // Messages come in their order: the first one has come when the second one is here.
  tell(aPicture(2));
  expect(await pictures.take(2)).toMatchObject({ fed: null });
  // Node tells of a rejection once all that was due has run.
  await new Promise((done) => setImmediate(done));
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
  close();
});

test('the feeder hears how pictures are fed', async () => {
  const { pictures, heard, close } = aFeeder();
  const told = new Promise((done) => (heard.onmessage = ({ data }) => done(data)));
  const plan = {
    name: 'a',
    feedPlan: { kind: 'placed', inputs: [], multiple: 32 },
    settings: {} as never,
  } as const;
  pictures.plan(plan);
  expect(await told).toEqual({ type: 'plan', plan });
  close();
});

test('the feeder gets the memory of what has been in the network back, and nobody else has it', async () => {
  const { pictures, heard, close } = aFeeder();
  const told = new Promise<unknown>((done) => (heard.onmessage = ({ data }) => done(data)));
  const data = new Float32Array(6);
  pictures.giveBack({ images: { type: 'float32', shape: [1, 3, 1, 2], data } });
  expect(await told).toMatchObject({ type: 'spent', buffer: { byteLength: 24 } });
  expect(data.length).toBe(0);
  close();
});
