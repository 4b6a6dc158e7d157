import { expect, test } from 'vitest';
import { MemoryPool } from '$lib/platform/inference/memory-pool';

test('memory that was given back is handed out again, the smallest that will do, as long as was asked', () => {
  const pool = new MemoryPool();
  const [small, large] = [pool.bytes(8), pool.bytes(80)];
  pool.release(large.buffer);
  pool.release(small.buffer);
  const floats = pool.floats(3);
  expect(floats.buffer).toBe(large.buffer);
  expect(floats.length).toBe(3);
  const bytes = pool.bytes(7);
  expect(bytes.buffer).toBe(small.buffer);
  expect(bytes.length).toBe(7);
});

test('nobody gets what another one has', () => {
  const pool = new MemoryPool();
  const one = pool.bytes(8);
  pool.release(one.buffer);
  expect(pool.bytes(8).buffer).toBe(one.buffer);
  expect(pool.bytes(8).buffer).not.toBe(one.buffer);
});

test('of many that come back the largest are kept', () => {
  const pool = new MemoryPool();
  const all = [1, 2, 3, 4, 5].map((length) => pool.bytes(length));
  for (const { buffer } of all) pool.release(buffer);
  const again = [1, 1, 1, 1].map((length) => pool.bytes(length).buffer.byteLength);
  expect(again).toEqual([3, 4, 5, 1]);
});
