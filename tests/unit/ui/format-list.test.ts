import { formatList, formatPair } from '$lib/ui/format-list';
import { placeText } from '$lib/ui/place-text';
import { expect, test } from 'vitest';

test('each language has its own marks between things and after what is spoken of', () => {
  expect(formatPair('en', 'Done', formatList('en', ['new 8', 'left out 4']))).toBe('Done: new 8, left out 4');
  expect(formatPair('ja', '完了', formatList('ja', ['新規 8', '対象外 4']))).toBe('完了：新規 8、対象外 4');
});

test.each([
  ['line 2', '2 行目'],
  ['row 12', '12 行目'],
  ['line 3, box 2', '3 行目, 矩形 2'],
])('a line of a file is counted as one counts lines: %s', (place, said) => {
  expect(placeText('ja', place)).toBe(said);
  expect(placeText('en', place)).toBe(place);
});
