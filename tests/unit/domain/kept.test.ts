import { asId } from '$lib/domain/ids';
import { othersAbout, partsAboutRegion } from '$lib/domain/kept';
import { expect, test } from 'vitest';

const answer = { id: 'a', type: 'textarea', value: { text: ['flat'] } };
const relation = { from_id: 'a', to_id: 'b', type: 'relation' };
const HOLDER = JSON.stringify({
  labelStudio: {
    holder: { id: 9 },
    others: [
      { at: 2, result: answer, of: ['a'], mirrors: 1 },
      { at: 3, result: { type: 'choices' } },
      { at: 4, result: relation, of: ['a', 'b'] },
    ],
    ids: ['a', 'b'],
  },
});

test('what an annotation keeps about a region is told of that region alone', () => {
  const about = othersAbout(HOLDER);
  expect(about.get(asId<'region'>('a'))).toEqual([answer, relation]);
  expect(about.get(asId<'region'>('b'))).toEqual([relation]);
  expect(about.get(asId<'region'>('c'))).toBeUndefined();
});

test.each([undefined, '{}', '{"coco":{"id":3}}', 'no JSON', '{"labelStudio":{"others":[null,{"of":"a"}]}}'])(
  'a text that keeps nothing about regions is about none: %s',
  (text) => {
    expect(othersAbout(text).size).toBe(0);
  },
);

test.each([
  ['what a file says of a region', '{"labelStudio":{"keys":{"score":1}}}', [{ keys: { score: 1 } }]],
  ['what its format keeps', '{"coco":{"id":3,"attributes":{"a":1}}}', [{ id: 3, attributes: { a: 1 } }]],
  ['keys that were not there', '{"labelStudio":{"without":["origin"]}}', []],
  ['places in a list', '{"labelStudio":{"results":[1],"at":[0]}}', [{ results: [1] }]],
  ['nothing', undefined, []],
] as const)('of a region is told what its file says, not how it was written: %s', (_, text, said) => {
  expect(partsAboutRegion(text)).toEqual(said);
});
