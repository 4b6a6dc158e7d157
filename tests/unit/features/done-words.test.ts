import { doneWords } from '$lib/features/jobs/done-words';
import { en } from '$lib/ui/i18n/en';
import { ja } from '$lib/ui/i18n/ja';
import { expect, test } from 'vitest';

const FOUND = { pictures: 3, matched: 2, boxes: 4 };
const NOTHING = { annotations: 0, predictions: 0, drafts: 0, unchanged: 0 };

test.each([
  [
    'what an import did not do is left out',
    { ...FOUND, ...NOTHING, annotations: 2 },
    'pictures 3, in this project 2, boxes 4, annotations 2',
    '画像 3、このプロジェクトの画像 2、矩形 4、アノテーション 2',
  ],
  [
    'an import that took nothing says so',
    { ...FOUND, matched: 0, ...NOTHING },
    'nothing new taken, pictures 3, in this project 0, boxes 4',
    '新しく取り込んだものはありません、画像 3、このプロジェクトの画像 0、矩形 4',
  ],
  [
    'also where all of it was there already',
    { ...FOUND, ...NOTHING, unchanged: 2 },
    'nothing new taken, pictures 3, in this project 2, boxes 4, there already 2',
    '新しく取り込んだものはありません、画像 3、このプロジェクトの画像 2、矩形 4、変更なし 2',
  ],
  ['labels are something', { labels: 2 }, 'labels 2', 'ラベル 2'],
])('%s', (_, counts, english, japanese) => {
  expect(doneWords('en', en.jobs, 'import-dataset', counts)).toBe(english);
  expect(doneWords('ja', ja.jobs, 'import-dataset', counts)).toBe(japanese);
});

test('a zero of other work is its answer', () => {
  expect(doneWords('en', en.jobs, 'sync-source', { added: 0 })).toBe('new 0');
});
