import { kindOf } from '$lib/platform/images/picture-kind';
import { expect, test } from 'vitest';
import { aDib } from '../../fixtures/raster-bytes';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);
const dicom = new Uint8Array(140);
dicom.set(text('DICM'), 128);
const bmp = new Uint8Array(30);
bmp.set(text('BM'));
bmp[14] = 40;

test.each([
  ['a JPEG', bytes(0xff, 0xd8, 0xff, 0xe0), 'jpeg'],
  ['a PNG', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10), 'png'],
  ['half a PNG signature', bytes(0x89, 0x50, 0x4e, 0x47), null],
  ['a GIF', text('GIF89a'), 'gif'],
  ['a WebP', text('RIFF....WEBPVP8 '), 'webp'],
  ['a sound', text('RIFF....WAVEfmt '), null],
  ['an AVIF', bytes(0, 0, 0, 24, ...text('ftypavif....avifmif1')), 'avif'],
  ['a HEIC', bytes(0, 0, 0, 24, ...text('ftypheic....mif1heic')), 'heic'],
  ['a film', bytes(0, 0, 0, 24, ...text('ftypisom....isommp41')), null],
  ['a little-endian TIFF', bytes(0x49, 0x49, 42, 0), 'tiff'],
  ['a big-endian TIFF', bytes(0x4d, 0x4d, 0, 42), 'tiff'],
  ['a BigTIFF', bytes(0x49, 0x49, 43, 0), 'tiff'],
  ['a bitmap', bmp, 'bmp'],
  ['a bitmap without its lead', aDib(5, 3, 24), 'dib'],
  ['something else that begins with 40', bytes(40, ...new Array<number>(60).fill(0)), null],
  ['a text that begins like a bitmap', text('BMW, Audi, Mercedes and others'), null],
  ['a DICOM', dicom, 'dicom'],
  ['a drawing', text('<svg xmlns="http://www.w3.org/2000/svg">'), 'svg'],
  ['a drawing behind its declarations', text('<?xml version="1.0"?>\n<!-- made by hand -->\n<svg>'), 'svg'],
  ['a page', text('<!doctype html><svg></svg>'), null],
  ['nothing', bytes(), null],
] as const)('%s is told by its content', (_, head, expected) => {
  expect(kindOf(head)).toBe(expected);
});
