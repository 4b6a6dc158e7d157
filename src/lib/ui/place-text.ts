import type { Language } from './i18n/i18n.svelte';

/** Places in files come as English nouns with a number or id; so they are said in Japanese. */
const NOUNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    annotation: 'アノテーション',
    image: '画像',
    category: 'カテゴリー',
    object: 'オブジェクト',
    prediction: '予測',
    region: '領域',
    draft: '下書き',
    task: 'タスク',
    line: '行',
    row: '行',
    box: '矩形',
    character: '文字',
  }),
);

export const placeText = (language: Language, place: string): string =>
  language === 'en'
    ? place
    : place.replace(/[a-z]+/g, (word) => NOUNS.get(word) ?? word).replaceAll('no.', '');
