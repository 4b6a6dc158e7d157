import { expect, test } from 'vitest';
import { readLiteral } from '$lib/detectors/onnx/python-literal';

test.each([
  ["{0: 'polyp'}", new Map([[0, 'polyp']])],
  [
    `{0: 'a', 1: "b's", }`,
    new Map<unknown, unknown>([
      [0, 'a'],
      [1, "b's"],
    ]),
  ],
  [
    `{'imgsz': [640, 480], 'nms': True, 'half': False, 'data': None}`,
    new Map<unknown, unknown>([
      ['imgsz', [640, 480]],
      ['nms', true],
      ['half', false],
      ['data', null],
    ]),
  ],
  [
    '{"0": "json", "1": null}',
    new Map<unknown, unknown>([
      ['0', 'json'],
      ['1', null],
    ]),
  ],
  [String.raw`'it\'s a \"tab\"\t, \\ and \x41\u3042\U0001F600'`, 'it\'s a "tab"\t, \\ and Aあ😀'],
  [String.raw`'\d stays'`, String.raw`\d stays`],
  ["'{not: a dict}, [1]'", '{not: a dict}, [1]'],
  ['(640, 640)', [640, 640]],
  ['(640)', 640],
  ['(640,)', [640]],
  ['()', []],
  ['{}', new Map()],
  ["{'a', 'b'}", ['a', 'b']],
  ['[-1.5, .5, 1e3, +2]', [-1.5, 0.5, 1000, 2]],
  [' True ', true],
  ["{'__proto__': 1}", new Map([['__proto__', 1]])],
])('%s is read', (text, value) => expect(readLiteral(text)).toEqual(value));

test.each([
  '',
  'detect',
  '{0: polyp}',
  "{0: 'a'",
  "['a' 'b']",
  "'open",
  '[1, 2]]',
  '{1: 2, 3}',
  '__import__("os")',
  '[x for x in y]',
  String.raw`'\x4'`,
  String.raw`'\U00110000'`,
  '0x10',
  '[,]',
  '['.repeat(5000),
])('%s is no literal', (text) => expect(readLiteral(text)).toBeUndefined());
