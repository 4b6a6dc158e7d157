import type { checkEn } from './check-en';

const n = (count: number): string => count.toLocaleString('ja');

const told: (typeof checkEn)['found'] = {
  tally: () => '一覧の件数が、実際のタスクと合っていません。',
  summaries: (count) => `件数が内容と合わないタスクが ${n(count)} 件あります。`,
  numbers: (count) => `番号が重複しているタスクが ${n(count)} 件あります。`,
  journals: (count) => `未登録の作業に抜けがあるタスクが ${n(count)} 件あります。`,
  'dead-labels': (count) =>
    `存在しないラベルの領域を持つタスクが ${n(count)} 件あります。ラベルなしとして扱います。`,
  'no-source': (count) => `ストレージがないタスクが ${n(count)} 件あります。作業内容は残っています。`,
  leftovers: (count) => `削除したタスクのデータが ${n(count)} 件残っています。`,
  orphans: (count) => `タスクが見つからないデータが ${n(count)} 件あります。`,
  'model-files': (count) =>
    `ファイルがないモデルが ${n(count)} 件あります。「モデル」で接続し直してください。`,
  unfinished: (count) => `途中で止まった一括操作が ${n(count)} 件あります。`,
};

export const checkJa: typeof checkEn = {
  title: 'プロジェクトを点検',
  about:
    '件数が内容と合っているか、すべてのデータにタスクがあるかを調べます。確認なしに変更することはありません。点検中も作業を続けられます。',
  run: 'プロジェクトを点検',
  running: '点検しています…',
  allWell: (tasks) => `問題はありません（${n(tasks)} 件のタスクを点検しました）。`,
  mended: (count) => `${n(count)} 件を修復しました。`,
  which: '対象を表示',
  more: (count) => `ほか ${n(count)} 件`,
  mend: '修復',
  ask: '描いた領域や入力した内容は変わりません。次のとおり修復します。',
  found: told,
  mends: {
    ...told,
    tally: () => '一覧の件数を数え直します。',
    summaries: (count) => `${n(count)} 件のタスクの件数を数え直します。`,
    numbers: (count) => `${n(count)} 件のタスクに新しい番号を付けます。`,
    leftovers: (count) => `削除したタスクのデータ ${n(count)} 件を取り除きます。`,
  },
};
