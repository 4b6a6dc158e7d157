import type { Language } from './i18n/i18n.svelte';
import { formatList } from './format-list';

/** Error places consist of English nouns and a number or id; this table translates the nouns to Japanese. */
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
    byte: 'バイト',
  }),
);

/** Japanese for what a backup's row has to hold at a place. The English text comes from domain/shape.ts. */
const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [/(?<=^|: )a text that is not empty$/, '空でない文字列が必要'],
  [/(?<=^|: )a text of at most (\S+) letters$/, '$1 文字以内の文字列が必要'],
  [/(?<=^|: )the text of a JSON object$/, 'JSON オブジェクトの文字列が必要'],
  [/(?<=^|: )a text$/, '文字列が必要'],
  [/(?<=^|: )true or false$/, 'true / false が必要'],
  [/(?<=^|: )a finite number from (\S+) to (\S+)$/, '$1 から $2 までの数値が必要'],
  [/(?<=^|: )a finite number from (\S+)$/, '$1 以上の数値が必要'],
  [/(?<=^|: )a finite number$/, '数値が必要'],
  [/(?<=^|: )a whole number from (\S+)$/, '$1 以上の整数が必要'],
  [/(?<=^|: )one of (.+)$/, '$1 のいずれかが必要'],
  [/(?<=^|: )a list of (\d+)$/, '$1 個のリストが必要'],
  [/(?<=^|: )a list$/, 'リストが必要'],
  [/(?<=^|: )a map$/, 'マップが必要'],
  [/(?<=^|: )an object$/, 'オブジェクトが必要'],
  [/(?<=^|: )an older row$/, '古い形式の行'],
  [/(?<=^|: )left out$/, '対象外'],
];

const LINE = /^(?:line|row) (\d+)(?=$|,)/;

export function placeText(language: Language, place: string): string {
  if (language === 'en') return place;
  const expected = EXPECTED.find(([pattern]) => pattern.test(place));
  return expected
    ? place.replace(...expected)
    : place
        .replace(LINE, '$1 行目')
        .replace(/[a-z]+/g, (word) => NOUNS.get(word) ?? word)
        .replaceAll('no.', '');
}

/** A file name with the place of an error in it, or the name alone if the whole file is meant. */
export const nameAndPlace = (language: Language, name: string, place: string | undefined): string =>
  formatList(language, place ? [name, placeText(language, place)] : [name]);
