import type { keptEn } from './kept-en';

const counted =
  (what: string) =>
  (count: number): string =>
    `${what} ${count.toLocaleString('ja')} 件`;

export const keptJa: typeof keptEn = {
  title: (things) => `画面には出さず、そのまま保存するもの：${things}`,
  help: '矩形や画像と一緒に保存し、元と同じ形式でエクスポートするときにそのまま書き出します。',
  kinds: {
    'second-label': counted('2 つ目以降のラベル'),
    'region-answer': counted('矩形ごとの回答'),
    choice: counted('選択肢'),
    text: counted('テキスト'),
    answer: counted('その他の回答'),
    relation: counted('矩形どうしの関係'),
    outline: counted('輪郭'),
    mask: counted('マスク'),
    keypoint: counted('キーポイント'),
    shape: counted('その他の図形'),
    attribute: counted('属性'),
    hidden: counted('非表示の指定'),
    rotation: counted('画像の回転'),
    'ground-truth': counted('正解（ground truth）の印'),
    score: counted('予測全体のスコア'),
    data: counted('画像のデータ項目'),
    key: counted('その他の項目'),
  },
  beside: 'ファイルにあった情報',
  tooLong: (letters) => `${letters.toLocaleString('ja')} 文字`,
};
