import { problemOf } from '$lib/platform/images/picture-kind';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);

test.each([
  ['a whole JPEG', bytes(0xff, 0xd8, 0xff, 0xe0), bytes(1, 0xff, 0xd9), null],
  ['half a JPEG', bytes(0xff, 0xd8, 0xff, 0xe0), bytes(1, 2, 3), 'picture-truncated'],
  ['half a PNG', bytes(0x89, 0x50, 0x4e, 0x47), text('IDAT'), 'picture-truncated'],
  ['a GIF', text('GIF89a'), text(''), null],
  ['a WebP', text('RIFF....WEBPVP8 '), text(''), null],
  ['an AVIF', text('....ftypavif'), text(''), null],
  ['nothing', bytes(), bytes(), 'picture-empty'],
  ['a page', text('<!doctype html>'), text('</html>'), 'picture-unsupported'],
  ['a drawing', text('<svg xmlns='), text('</svg>'), 'picture-unsupported'],
])('%s is told by its content', (_, head, tail, expected) => {
  expect(problemOf(head, tail)).toBe(expected);
});

const SHARED = '../shared/data/awkward/wrong';
test.runIf(existsSync(SHARED))('the awkward files whose name lies are told by their content', () => {
  const judged = (name: string) => {
    const file = readFileSync(`${SHARED}/${name}`);
    return problemOf(file.subarray(0, 64), file.subarray(-4096));
  };
  expect(judged('half_of_a_jpeg.jpg')).toBe('picture-truncated');
  expect(judged('png_content.jpg')).toBeNull();
  expect(judged('html_404.jpg')).toBe('picture-unsupported');
  expect(judged('zero_bytes.png')).toBe('picture-empty');
});
