import { AppError } from '$lib/domain/errors';
import { readPth } from '$lib/detectors/torch/read-pth';
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as p from '../../../fixtures/pickle';
import { pthOf, zip } from '../../../fixtures/pth';

const TENSOR = p.tensor({ storage: 'FloatStorage', key: '0', count: 2, shape: [2] });
const ENTRY = ['made/data/0', new Uint8Array(8)] as const;
const call = (module: string, name: string, text: string) => [
  ...p.global(module, name),
  ...p.unicode(text),
  ...p.TUPLE1,
  ...p.REDUCE,
];
const withTensor = (...more: readonly (readonly number[])[]) =>
  pthOf(p.pickle(p.dictionary(p.unicode('weight'), TENSOR, ...more)), [ENTRY]);

const refused = async (file: Blob) => {
  const error: unknown = await readPth(file, 'x.pth').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).about;
};

describe('a file that wants something called', () => {
  test.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['__builtin__', 'exec'],
    ['builtins', '__import__'],
    ['os.path', 'exists'],
    ['runpy', '_run_code'],
  ])('%s.%s is refused by its name', async (module, name) => {
    expect(await refused(withTensor(p.unicode('x'), call(module, name, 'echo')))).toEqual({
      reason: 'unsafe-pickle',
      path: 'x.pth',
      name: `${module}.${name}`,
    });
  });

  test('runs nothing of it: no process, no global of the page', async () => {
    const names = ['alert', 'eval', 'fetch', 'Function', 'constructor', '__proto__'];
    const before = Object.getOwnPropertyNames(globalThis).length;
    const some = names.flatMap((name) => [p.unicode(name), call('globalThis', name, 'globalThis.hit = 1')]);
    const { tensors } = await readPth(withTensor(...some), 'x.pth');
    expect([...tensors.keys()]).toEqual(['weight']);
    expect(Object.getOwnPropertyNames(globalThis)).toHaveLength(before);
    const marker = `/tmp/kakomi-pwned-${process.pid}`;
    await refused(withTensor(p.unicode('x'), call('os', 'system', `touch ${marker}`)));
    expect(execSync(`ls ${marker} 2>/dev/null || echo none`).toString().trim()).toBe('none');
  });

  test('an unknown class becomes an object that does nothing', async () => {
    const made = [
      ...p.global('my.training', 'Config'),
      ...p.EMPTY_TUPLE,
      ...p.NEWOBJ,
      ...p.dictionary(p.unicode('lr'), p.int(1)),
      ...p.BUILD,
    ];
    expect((await readPth(withTensor(p.unicode('config'), made), 'x.pth')).tensors.size).toBe(1);
  });

  test('a key that would reach a prototype is a name like any other', async () => {
    const file = pthOf(
      p.pickle(p.dictionary(p.unicode('__proto__'), TENSOR, p.unicode('constructor'), TENSOR)),
      [ENTRY],
    );
    expect([...(await readPth(file, 'x.pth')).tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined();
  });
});

describe('a file made to hold up the page', () => {
  const repeated = (part: readonly number[], times: number) =>
    Array.from({ length: times }, () => part).flat();
  const huge = (code: string, length: readonly number[]) => [code.charCodeAt(0), ...length];

  test.each<[string, number[]]>([
    ['marks within marks', repeated(p.MARK, 5000)],
    ['a text of four gigabytes', huge('X', [255, 255, 255, 255])],
    ['bytes of four gigabytes', huge('B', [255, 255, 255, 255])],
    ['a number of two gigabytes', [0x8b, 255, 255, 255, 127]],
    ['an opcode of another protocol', p.latin('Vtext\n')],
    ['an extension opcode', [0x82, 1]],
    ['a memo that was never kept', [...p.latin('h'), 9]],
    ['a mark that was never set', [...p.TUPLE]],
    ['an empty stack', [...p.REDUCE]],
    ['odd items', [...p.EMPTY_DICT, ...p.MARK, ...p.int(1), ...p.SETITEMS]],
    ['a persistent id that is no storage', [...p.unicode('0'), ...p.BINPERSID]],
  ])('%s ends in words', async (_, parts) => {
    expect(['unsafe-pickle', 'truncated']).toContain((await refused(pthOf(p.pickle(parts))))['reason']);
  });

  test('hundreds of thousands of lists within each other, and a pickle without end, end in words soon', async () => {
    const filled = (part: readonly number[], times: number) => {
      const bytes = new Uint8Array(part.length * times + 4).fill(0x2e);
      bytes.set([0x80, 2, ...p.EMPTY_TUPLE]);
      for (let at = 0; at < times; at += 1) bytes.set(part, 3 + at * part.length);
      return pthOf(bytes);
    };
    const from = performance.now();
    expect(await refused(filled(p.TUPLE1, 900_000))).toMatchObject({ reason: 'no-tensors' });
    expect(await refused(filled([0x32, 0x30], 3_000_000))).toMatchObject({ reason: 'unsafe-pickle' });
    expect(performance.now() - from).toBeLessThan(20_000);
  });

  test('modules within modules, and a module within itself, end in words', async () => {
    // Memo 0 is the module itself; its `_modules` names it again.
    const module = [
      ...[...p.global('a', 'Module'), ...p.EMPTY_TUPLE, ...p.NEWOBJ, 0x71, 0],
      ...p.dictionary(
        p.unicode('_modules'),
        p.dictionary(p.unicode('a'), [0x68, 0], p.unicode('b'), [0x68, 0]),
      ),
      ...p.BUILD,
    ];
    expect(await refused(pthOf(p.pickle(module)))).toMatchObject({ reason: 'no-tensors' });
    const wrapped = Array.from({ length: 200 }).reduce<number[]>(
      (inner) => p.dictionary(p.unicode('model'), inner),
      TENSOR,
    );
    expect(await refused(pthOf(p.pickle(wrapped), [ENTRY]))).toMatchObject({ reason: 'no-tensors' });
  });

  test.each([
    ['longer than its storage', { count: 2, shape: [3] }],
    ['behind its storage', { count: 2, offset: 2, shape: [1] }],
    ['before its storage', { count: 2, offset: -1, shape: [1] }],
    ['with a stride out of it', { count: 2, shape: [2], stride: [2] }],
    ['with a negative stride', { count: 2, offset: 1, shape: [2], stride: [-1] }],
    [
      'of more elements than can be counted',
      { count: 2, shape: [2 ** 30, 2 ** 30, 2 ** 30], stride: [0, 0, 0] },
    ],
    ['with a stride too few', { count: 2, shape: [1, 2], stride: [1] }],
    ['of a storage longer than the file', { count: 3, shape: [3] }],
    ['of a storage that is not there', { key: '7', count: 2, shape: [2] }],
  ])('a tensor %s is refused', async (_, text) => {
    const made = p.tensor({ storage: 'FloatStorage', key: '0', ...text });
    const about = await refused(pthOf(p.pickle(p.dictionary(p.unicode('w'), made)), [ENTRY]));
    expect(about).toEqual({ reason: 'truncated', path: 'x.pth' });
  });

  test('random damage ends in words or in tensors within the file, never otherwise', async () => {
    for (const name of ['checkpoint.pth', 'dtypes-legacy.pth', 'whole-module.pth', 'protocol4.pth']) {
      const whole = readFileSync(`tests/fixtures/torchvision-reference/small-pth/${name}`);
      for (let at = 0; at < whole.length; at += 11) {
        const damaged = Uint8Array.from(whole);
        damaged[at]! ^= 1 << (at % 8);
        const result = await readPth(new Blob([damaged]), name).catch((error: unknown) => error);
        if (result instanceof Error)
          expect(result, `${name} at ${at}: ${result.stack}`).toBeInstanceOf(AppError);
        else
          for (const tensor of (result as Awaited<ReturnType<typeof readPth>>).tensors.values())
            expect(tensor.byteOffset + tensor.byteLength).toBeLessThanOrEqual(whole.length);
      }
    }
  });
});

describe('a file that is something else', () => {
  const text = (value: string) => new TextEncoder().encode(value);
  test.each([
    ['nothing', 'not-a-model', new Blob([])],
    ['a text', 'not-a-model', new Blob(['Not a model at all, but a text.'])],
    [
      'a plain pickle',
      'not-a-model',
      new Blob([p.pickle(call('os', 'system', 'x')) as Uint8Array<ArrayBuffer>]),
    ],
    ['a zip of something else', 'not-a-model', zip([['word/document.xml', text('<w/>')]])],
    ['a packed zip', 'compressed', zip([['made/data.pkl', p.pickle(p.EMPTY_DICT)]], 8)],
    ['big-endian', 'big-endian', pthOf(p.pickle(p.EMPTY_DICT), [['made/byteorder', text('big')]])],
    ['TorchScript', 'torchscript', pthOf(p.pickle(p.EMPTY_DICT), [['made/code/a.py', text('')]])],
    ['an empty dictionary', 'no-tensors', pthOf(p.pickle(p.EMPTY_DICT))],
    ['a number', 'no-tensors', pthOf(p.pickle(p.int(7)))],
  ])('%s: %s', async (_, reason, file) => {
    expect(await refused(file)).toMatchObject({ reason, path: 'x.pth' });
  });

  test('an optimizer alone is told as one', async () => {
    const state = p.dictionary(p.unicode('state'), p.EMPTY_DICT, p.unicode('param_groups'), p.EMPTY_LIST);
    expect(await refused(pthOf(p.pickle(state)))).toMatchObject({ reason: 'optimizer' });
    expect(await refused(pthOf(p.pickle(p.dictionary(p.unicode('optimizer'), state))))).toMatchObject({
      reason: 'optimizer',
    });
  });

  test.each(['ultralytics.nn.tasks', 'models.yolo', 'yolov5.models.yolo'])(
    'a YOLO that pickled its own classes (%s) is told as one',
    async (module) => {
      const model = [...p.global(module, 'DetectionModel'), ...p.EMPTY_TUPLE, ...p.NEWOBJ];
      expect(await refused(withTensor(p.unicode('model'), model))).toMatchObject({ reason: 'yolo-pt' });
    },
  );

  test('a file that is called "code" is no TorchScript for that', async () => {
    const file = zip([
      ['code/data.pkl', p.pickle(p.dictionary(p.unicode('weight'), TENSOR))],
      ['code/data/0', ENTRY[1]],
    ]);
    expect((await readPth(file, 'code.pth')).tensors.size).toBe(1);
  });

  test('a little-endian file that says so is read', async () => {
    const file = pthOf(p.pickle(p.dictionary(p.unicode('weight'), TENSOR)), [
      ENTRY,
      ['made/byteorder', text('little')],
    ]);
    expect((await readPth(file, 'x.pth')).tensors.size).toBe(1);
  });

  test('wrappers and prefixes are taken off, whatever stands beside them', async () => {
    const names = p.dictionary(
      p.unicode('_orig_mod.module.a'),
      TENSOR,
      p.unicode('_orig_mod.module.b'),
      TENSOR,
    );
    for (const key of ['state_dict', 'model_state_dict', 'model', 'net', 'ema']) {
      const file = p.pickle(p.dictionary(p.unicode('step'), TENSOR, p.unicode(key), names));
      expect([...(await readPth(pthOf(file, [ENTRY]), 'x.pth')).tensors.keys()]).toEqual(['a', 'b']);
    }
  });
});
