import { readFileSync } from 'node:fs';
import { openModel } from '$lib/platform/inference/open-model';
import { AppError } from '$lib/domain/errors';
import { errorText } from '$lib/ui/error-text';
import { describe, expect, test } from 'vitest';
import { constantModel, sparse } from '../../fixtures/constant-model';
import { hasShared, shared } from '../../fixtures/shared';

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Array.from(text, (letter) => letter.charCodeAt(0)));

const pointer = (size: number) =>
  bytesOf(`version https://git-lfs.github.com/spec/v1\noid sha256:5945dee6\nsize ${size}\n`);
function safetensors(header: string): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
  return Uint8Array.from([...length, ...bytesOf(header), 0, 0, 0, 0]);
}

async function refused(name: string, bytes: Uint8Array<ArrayBuffer>, beside: readonly File[] = []) {
  const error = await openModel({ file: new File([bytes], name), beside }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`${name} was not refused`);
  return {
    reason: error.about['reason'],
    en: errorText('en', error.code, error.about),
    ja: errorText('ja', error.code, error.about),
  };
}

describe('what only stands for a model is refused by what it is', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, string, RegExp]>([
    [
      'detector.onnx',
      pointer(13402154),
      'lfs-pointer',
      /^detector\.onnx is a Git LFS pointer of \d+ bytes.* 13 MB/,
    ],
    ['fasterrcnn.pth', pointer(167123456), 'lfs-pointer', /^fasterrcnn\.pth is a Git LFS pointer.* 167 MB/],
    ['download.onnx', bytesOf('<!DOCTYPE html>\n<html></html>'), 'web-page', /^download\.onnx is a web page/],
    ['page.pth', bytesOf('\n <html lang="en"><body>Sign in'), 'web-page', /web page/],
    ['empty.onnx', bytesOf(''), 'empty-file', /^empty\.onnx is empty/],
    ['labels.json.onnx', bytesOf('{"error":"Repository not found"}'), 'text-file', /is text/],
    [
      'model.safetensors',
      safetensors('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'),
      'safetensors',
      /safetensors, which are not read yet/,
    ],
    ['renamed.pth', safetensors('{"__metadata__":{"format":"pt"}}'), 'safetensors', /safetensors/],
    ['model.h5', bytesOf('\x89HDF\r\n\x1a\n\0\0\0\0'), 'other-format', /HDF5/],
    ['model.tflite', bytesOf('\x1c\0\0\0TFL3\x14\0'), 'other-format', /TensorFlow Lite/],
    ['model.gguf', bytesOf('GGUF\x03\0\0\0'), 'other-format', /GGUF/],
    ['photo.onnx', bytesOf('\xff\xd8\xff\xe0\0\x10JFIF'), 'other-format', /JPEG/],
    ['model.xml', bytesOf('<?xml version="1.0"?>\n<net name="x"/>'), 'text-file', /is text/],
  ])('%s', async (name, bytes, reason, words) => {
    const told = await refused(name, bytes);
    expect(told.reason).toBe(reason);
    expect(told.en).toMatch(words);
    expect(told.ja).toContain(name);
    expect(told.en + told.ja).not.toContain('undefined');
  });

  test('a pointer in place of the weights beside a model is named too', async () => {
    const spec = {
      inputs: [{ name: 'images', shape: [1, 3, 64, 64] }],
      outputs: [sparse('output0', [1, 20, 6], {})],
    };
    const model = new Uint8Array(constantModel(spec));
    const beside = new File([pointer(99)], 'weights.onnx.data');
    expect(await refused('model.onnx', model, [beside])).toMatchObject({
      reason: 'lfs-pointer',
      en: expect.stringMatching(/^weights\.onnx\.data is a Git LFS pointer/) as string,
    });
  });

  test.skipIf(!hasShared).each([
    ['detector.onnx', /Git LFS pointer of 133 bytes.*13 MB/],
    ['fasterrcnn.pth', /Git LFS pointer of 134 bytes.*167 MB/],
    ['download.onnx', /is a web page/],
    ['empty.onnx', /is empty/],
    ['labels.json.onnx', /is text/],
    ['model.safetensors', /holds weights as safetensors/],
    ['weights.onnx.data', /Git LFS pointer/],
  ])('the report’s %s', async (name, words) => {
    const told = await refused(name, new Uint8Array(readFileSync(shared(`reports/R37/model/${name}`))));
    expect(told.en).toMatch(words);
  });
});

test.each<[string, Parameters<typeof constantModel>[0]]>([
  [
    'an input nobody can give',
    {
      inputs: [
        { name: 'image', shape: [1, 3, 64, 64] },
        { name: 'tide', shape: [1, 2] },
      ],
      outputs: [sparse('a', [1, 20, 6], {})],
    },
  ],
  ['no picture', { inputs: [{ name: 'input_ids', shape: [1, 12] }], outputs: [sparse('a', [1, 20, 6], {})] }],
  [
    'another task',
    {
      inputs: [{ name: 'images', shape: [1, 3, 64, 64] }],
      outputs: [sparse('a', [1, 20, 6], {})],
      metadata: { author: 'Ultralytics', task: 'depth', names: "{0: 'a'}", stride: '32' },
    },
  ],
])('an .onnx is not told to be exported to ONNX, nor of a state_dict: %s', async (_, spec) => {
  const { en, ja } = await refused('model.onnx', new Uint8Array(constantModel(spec)));
  expect(en + ja).not.toMatch(/state_dict|[Ee]xport (it|the model) to ONNX|ONNX に変換/);
});
