import type { Decoder } from '$lib/platform/images/decode-client';
import type { DecodeRequest } from '$lib/platform/images/decode-protocol';
import { makeThumbnailQueue } from '$lib/platform/images/thumbnail-queue';
import { expect, test } from 'vitest';

const file = (name: string) => new File([], name);
const question = (name: string): DecodeRequest => ({ file: file(name), page: 1, longest: 192 });

/** A decoder that answers when it is told to. */
function aDecoder() {
  const asked: string[] = [];
  const finish: (() => void)[] = [];
  const decoder: Decoder = {
    start: () => undefined,
    ask: ({ file: { name } }) =>
      new Promise((done, fail) => {
        asked.push(name);
        finish.push(() =>
          name.startsWith('broken')
            ? fail(new Error(name))
            : done({ thumbnail: new Blob([name]), size: { width: 1, height: 1 } }),
        );
      }),
  };
  const settle = async () => {
    finish.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { decoder, asked, settle };
}
const turn = () => new Promise((done) => setTimeout(done));

test('what was asked for last is made first', async () => {
  const { decoder, asked, settle } = aDecoder();
  const queue = makeThumbnailQueue([decoder]);
  const all = ['a', 'b', 'c', 'd'].map((name) => queue.ask(() => Promise.resolve(question(name))));
  await turn();
  expect(asked).toEqual(['a', 'b']);
  await settle();
  await turn();
  expect(asked).toEqual(['a', 'b', 'd']);
  for (let left = 0; left < 3; left += 1) {
    await settle();
    await turn();
  }
  expect(await Promise.all(all)).toHaveLength(4);
});

test('what went off the screen is not even opened', async () => {
  const { decoder, settle } = aDecoder();
  const queue = makeThumbnailQueue([decoder]);
  const [first, second] = ['a', 'b'].map((name) => queue.ask(() => Promise.resolve(question(name))));
  const gone = new AbortController();
  let isOpened = false;
  const dropped = queue.ask(() => {
    isOpened = true;
    return Promise.resolve(question('c'));
  }, gone.signal);
  gone.abort();
  await turn();
  await settle();
  await settle();
  await Promise.all([first, second]);
  await expect(dropped).rejects.toMatchObject({ name: 'AbortError' });
  expect(isOpened).toBe(false);
});

test('a broken file fails alone, and work is spread over the workers', async () => {
  const [one, other] = [aDecoder(), aDecoder()];
  const queue = makeThumbnailQueue([one.decoder, other.decoder]);
  const names = ['broken', 'b', 'c', 'd', 'e'];
  const all = Promise.allSettled(names.map((name) => queue.ask(() => Promise.resolve(question(name)))));
  await turn();
  expect([one.asked.length, other.asked.length]).toEqual([2, 2]);
  for (let round = 0; round < 4; round += 1) {
    await one.settle();
    await other.settle();
    await turn();
  }
  expect((await all).map(({ status }) => status)).toEqual([
    'rejected',
    ...Array<string>(4).fill('fulfilled'),
  ]);
});
