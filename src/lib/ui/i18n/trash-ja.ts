import { aboutMegabytes } from './sizes';
import type { trashEn } from './trash-en';

const n = (count: number): string => count.toLocaleString('ja');
const keptBack = (count: number): string =>
  `${n(count)} 件はその後に変更されたため、上書きしていません。以前の内容はごみ箱に残っています。`;

export const trashJa: typeof trashEn = {
  open: (actions) => `ごみ箱（${n(actions)}）`,
  title: 'ごみ箱',
  kept: (days, bytes) =>
    `元に戻せる操作を、プロジェクトごとに ${n(days)} 日間、${n(Math.round(bytes / 1e6))} MB まで保存します。再起動しても残り、古いものから消えます。バックアップには含まれません。`,
  empty: '元に戻せる操作はありません。',
  size: (count, bytes) => `${n(count)} 件、${aboutMegabytes.ja(bytes)}`,
  refused: (count) => `${n(count)} 件はその後に変更されたため、元に戻せませんでした。`,
  forget: '完全に削除',
  forgetOf: (action) => `完全に削除：${action}`,
  underWay: (action, state) =>
    state === 'undoing' ? `「${action}」を元に戻しています…` : `「${action}」を実行しています…`,
  undoneInPart: (action, back, left) => `${action}：${n(back)} 件を元に戻しました。${keptBack(left)}`,
  recovered: (action, left) =>
    `「${action}」が途中で止まったため、元に戻しました。${left === 0 ? '' : keptBack(left)}`,
  question: (count) => `このプロジェクトから ${n(count)} 件のタスクを削除しますか？`,
  questionSubmitted: (value) => `そのうち ${n(value)} 件は登録済みまたはスキップ済みです。`,
  questionUnsent: (value) => `そのうち ${n(value)} 件には未登録の作業があります。`,
  questionNone: '登録、スキップ、描画されたタスクはありません。',
  questionWhat:
    'アノテーション、予測、メモ、バージョンもタスクと一緒に削除されます。ディスク上の画像はそのまま残ります。',
  questionUndo: 'この操作は元に戻せます。',
};
