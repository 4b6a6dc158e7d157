import { describe, expect, test } from 'vitest';
import { readSignature } from '$lib/detectors/onnx/read';
import {
  bytesField,
  graphAttribute,
  graphOf,
  join,
  modelBytes,
  node,
  numberField,
  textAttribute,
  varint,
  weights,
  type ModelSpec,
} from '../../fixtures/onnx';
import { seeded } from '../../fixtures/seeded';

const IMAGE = { name: 'images', shape: [1, 3, 64, 64] } as const;
const SPEC: ModelSpec = {
  inputs: [IMAGE, { name: 'weight', shape: [4] }],
  outputs: [{ name: 'output0', shape: [1, 'rows', 84] }],
  nodes: [node('Conv'), node('Relu'), node('Conv')],
  initializers: [weights('weight', 16)],
  metadata: { names: "{0: 'polyp'}", stride: '32' },
};
const read = (bytes: Uint8Array) => readSignature(new Blob([bytes.slice()]));
const refused = (bytes: Uint8Array) =>
  read(bytes).then(
    () => 'read',
    (error: unknown) => {
      const { code, about } = error as { code: string; about: { reason: string } };
      return `${code} ${about.reason}`;
    },
  );

/** A file that counts what is read of it. */
class CountingBlob extends Blob {
  bytesRead = 0;
  override slice(start?: number, end?: number): Blob {
    const part = super.slice(start, end);
    this.bytesRead += part.size;
    return part;
  }
}

test('a file tells its inputs without the weights among them, its outputs, metadata and operators', async () => {
  expect(await read(modelBytes(SPEC))).toEqual({
    producer: 'pytorch',
    opset: 17,
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 64, 64] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 'rows', 84] }],
    metadata: new Map([
      ['names', "{0: 'polyp'}"],
      ['stride', '32'],
    ]),
    externalFiles: [],
    operators: new Set(['Conv', 'Relu']),
    traps: [],
  });
});

test('types that cannot be given here, untold shapes and sizes are told as such', async () => {
  const { inputs } = await read(
    modelBytes({
      ...SPEC,
      inputs: [
        { name: 'half', type: 10, shape: [1, 3, 'height', 'width'] },
        { name: 'bytes', type: 2, shape: [1, 0, 0, 3] },
        { name: 'words', type: 8, shape: null },
      ],
    }),
  );
  expect(inputs).toEqual([
    { name: 'half', type: 'float16', shape: [1, 3, 'height', 'width'] },
    { name: 'bytes', type: 'uint8', shape: [1, '?', '?', 3] },
    { name: 'words', type: 'other', shape: null },
  ]);
});

test('weights are skipped: of ten megabytes less than a tenth is read', async () => {
  const initializers = Array.from({ length: 10 }, (_, at) => weights(`w${at}`, 1024 * 1024));
  const file = new CountingBlob([modelBytes({ ...SPEC, initializers }).slice()]);
  const { outputs } = await readSignature(file);
  expect(outputs[0]?.name).toBe('output0');
  expect(file.bytesRead).toBeLessThan(1024 * 1024);
});

test('the files that weights lie in beside it are asked for once each, wherever in the graph they are named', async () => {
  const constant = node(
    'Constant',
    join(bytesField(1, 'value'), bytesField(5, weights('c', { location: 'b.data' }))),
  );
  const { externalFiles } = await read(
    modelBytes({
      ...SPEC,
      nodes: [constant],
      initializers: [weights('a', { location: 'a.data' }), weights('b', { location: 'a.data' })],
    }),
  );
  expect(externalFiles).toEqual(['b.data', 'a.data']);
});

test.each([
  [16, node('RoiAlign'), ['roi-align-half-pixel']],
  [16, node('RoiAlign', textAttribute('coordinate_transformation_mode', 'output_half_pixel')), []],
  [11, node('RoiAlign'), []],
  [
    16,
    node('If', graphAttribute('then_branch', graphOf({ ...SPEC, nodes: [node('RoiAlign')] }))),
    ['roi-align-half-pixel'],
  ],
])('opset %i: a RoiAlign that does not say where pixels lie is a trap', async (opset, roiAlign, traps) => {
  const signature = await read(modelBytes({ ...SPEC, opset, nodes: [roiAlign] }));
  expect(signature.traps).toEqual(traps);
  expect(signature.operators).toContain('RoiAlign');
});

test('what goes in and out of a graph inside a node is nothing of the model', async () => {
  const inner = graphOf({ inputs: [{ name: 'inner', shape: [1] }], outputs: [{ name: 'in', shape: [1] }] });
  const { inputs, outputs } = await read(
    modelBytes({ ...SPEC, nodes: [node('Loop', graphAttribute('body', inner))] }),
  );
  expect([inputs.length, outputs.length]).toEqual([1, 1]);
});

describe('bad files', () => {
  test.each([
    ['nothing', new Uint8Array(0)],
    ['a zip', new TextEncoder().encode('PK\x03\x04 and more of it')],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13)],
    ['text', new TextEncoder().encode('{"this": "is no model"}')],
    ['zeros', new Uint8Array(1000)],
    ['a version and no graph', numberField(1, 8)],
    ['a number that does not end', new Uint8Array(40).fill(0xff)],
    ['a huge length', join(varint(7 * 8 + 2), varint(2 ** 52))],
  ])('%s is no model', async (_, bytes) => {
    expect(await refused(bytes)).toBe('model-unsupported not-a-model');
  });

  test('cut anywhere it is told to be cut, or no model where the cut is in its first bytes', async () => {
    const whole = modelBytes({ ...SPEC, metadata: {} });
    for (let length = 0; length < whole.length; length += 1) {
      const told = await refused(whole.slice(0, length));
      expect(told).toBe(length < 11 ? 'model-unsupported not-a-model' : 'model-damaged truncated');
    }
    expect(await refused(whole)).toBe('read');
  });

  test('a length that leaves its message is damage, not the end of the file', async () => {
    const bad = join(bytesField(1, join(varint(4 * 8 + 2), varint(5000), new Uint8Array(3))));
    const bytes = join(
      numberField(1, 8),
      bytesField(2, 'x'),
      bytesField(7, bad),
      bytesField(14, new Uint8Array(0)),
    );
    expect(await refused(bytes)).toMatch(/^model-damaged/);
  });

  test('graphs inside graphs to any depth are not followed to the end', async () => {
    let inner = graphOf({ ...SPEC, nodes: [node('Deepest')] });
    for (let depth = 0; depth < 2000; depth += 1)
      inner = join(bytesField(1, node('If', graphAttribute('then_branch', inner))));
    const { operators } = await read(
      modelBytes({ ...SPEC, nodes: [node('If', graphAttribute('g', inner))] }),
    );
    expect([...operators]).toEqual(['If']);
  });

  test('random bytes, and random changes of a model, are refused or read, and nothing else happens', async () => {
    const random = seeded(5);
    const whole = modelBytes(SPEC);
    for (let round = 0; round < 2000; round += 1) {
      const bytes =
        round % 2 === 0
          ? Uint8Array.from({ length: Math.floor(random(300)) }, () => Math.floor(random(256)))
          : whole.slice();
      if (round % 2 === 1)
        for (let change = 0; change < 3; change += 1)
          bytes[Math.floor(random(bytes.length))] = Math.floor(random(256));
      expect(await refused(bytes)).toMatch(
        /^(read|model-(damaged|unsupported) (truncated|not-a-model|training-graph))$/,
      );
    }
  });

  test('a model with what it is trained by is refused', async () => {
    expect(await refused(modelBytes({ ...SPEC, more: bytesField(20, new Uint8Array(2)) }))).toBe(
      'model-unsupported training-graph',
    );
  });
});
