import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '$lib/platform/models/sha256';

const MB = 1024 * 1024;
const bytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 9)) & 255);

test.each([0, 1, 63, 64, 65, MB - 1, MB, MB + 1, 3 * MB + 7])(
  'of %d bytes it is what the platform’s own digest says',
  async (length) => {
    const whole = bytes(length);
    expect(await sha256(new Blob([whole]))).toBe(createHash('sha256').update(whole).digest('hex'));
  },
);

test('a file is never read whole', async () => {
  const read: number[] = [];
  class Watched extends Blob {
    override slice(from = 0, to = this.size): Blob {
      read.push(to - from);
      return super.slice(from, to);
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      throw new Error('read whole');
    }
    override stream(): never {
      throw new Error('read whole');
    }
  }
  await sha256(new Watched([bytes(2 * MB + 5)]));
  expect(Math.max(...read)).toBe(MB / 4);
  expect(read).toHaveLength(9);
});
