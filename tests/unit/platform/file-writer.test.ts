import { hasFile, openForWriting, sweepPartFiles, writeWhole } from '$lib/platform/files/file-writer';
import { expect, test } from 'vitest';
import { installMemoryFileSystem } from '../../fixtures/memory-file-system';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a file is there when it is whole, and its old content until then', async () => {
  const { root, files } = installMemoryFileSystem();
  const folder = await root.getDirectoryHandle('folder', { create: true });
  const first = (await openForWriting(folder, 'a.txt')).getWriter();
  await first.write(bytesOf('twelve '));
  expect(files()['folder/a.txt']).toBeUndefined();
  await first.write(bytesOf('bytes'));
  await first.close();
  expect(files()).toEqual({ 'folder/a.txt': 'twelve bytes' });

  const second = (await openForWriting(folder, 'a.txt')).getWriter();
  await second.write(bytesOf('new'));
  expect(files()['folder/a.txt']).toBe('twelve bytes');
  await second.close();
  expect(files()).toEqual({ 'folder/a.txt': 'new' });
});

test('a browser that does not move over a file gets the new content too', async () => {
  const { root, files } = installMemoryFileSystem({ movesOverFiles: false });
  await writeWhole(root, 'a.txt', new Blob(['old content']));
  await writeWhole(root, 'a.txt', new Blob(['new']));
  expect(files()).toEqual({ 'a.txt': 'new' });
});

test('an empty file is written, and a view into a larger buffer alone is', async () => {
  const { root, files } = installMemoryFileSystem();
  await writeWhole(root, 'empty.txt', new Blob([]));
  const writer = (await openForWriting(root, 'view.txt')).getWriter();
  await writer.write(bytesOf('not this, but this').subarray(10));
  await writer.close();
  expect(files()).toEqual({ 'empty.txt': '', 'view.txt': 'but this' });
});

test('what ends in the middle leaves the old content and nothing else', async () => {
  const { root, files } = installMemoryFileSystem({ diskSize: 20 });
  await writeWhole(root, 'a.txt', new Blob(['old']));

  const writer = (await openForWriting(root, 'a.txt')).getWriter();
  await writer.write(bytesOf('half'));
  await writer.abort();
  expect(files()).toEqual({ 'a.txt': 'old' });

  const cancelled = new AbortController();
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytesOf('half'));
      cancelled.abort();
    },
  });
  const { signal } = cancelled;
  await expect(source.pipeTo(await openForWriting(root, 'a.txt'), { signal })).rejects.toThrow('aborted');
  expect(files()).toEqual({ 'a.txt': 'old' });

  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('cannot be read')),
  });
  await expect(broken.pipeTo(await openForWriting(root, 'a.txt'))).rejects.toThrow('cannot be read');
  expect(files()).toEqual({ 'a.txt': 'old' });

  const full = writeWhole(root, 'a.txt', new Blob(['more than twenty bytes']));
  await expect(full).rejects.toMatchObject({ name: 'QuotaExceededError' });
  expect(files()).toEqual({ 'a.txt': 'old' });
});

test('part files whose writer is gone are swept; one that is being written stays', async () => {
  const { root, files } = installMemoryFileSystem();
  await expect(sweepPartFiles()).rejects.toMatchObject({ name: 'NotFoundError' });
  const writer = (await openForWriting(root, 'a.txt')).getWriter();
  await writer.write(bytesOf('whole'));
  const parts = await root.getDirectoryHandle('writing');
  await parts.getFileHandle('left-over', { create: true });
  await sweepPartFiles();
  expect(Object.values(files())).toEqual(['whole']);
  await writer.close();
  await sweepPartFiles();
  expect(files()).toEqual({ 'a.txt': 'whole' });
});

test('a file is known by its size; one that is not there, is not made', async () => {
  const { root, files } = installMemoryFileSystem();
  await writeWhole(root, 'a.txt', new Blob(['old']));
  expect(await hasFile(root, 'a.txt', 3)).toBe(true);
  expect(await hasFile(root, 'a.txt', 4)).toBe(false);
  expect(await hasFile(root, 'b.txt', 0)).toBe(false);
  expect(files()).toEqual({ 'a.txt': 'old' });
});
