const n = (count: number): string => count.toLocaleString('ja');

/** ラベルの削除と復元の言葉。 */
export const labelsJa = {
  removeTitle: (name: string) => `ラベル「${name}」を削除しますか`,
  counting: '使われている場所を調べています…',
  unused: 'どこにも使われていません。',
  usedBy: '次の場所で使われています。',
  use: {
    annotations: (boxes: number, places: number) => `送信済みの画像 ${n(places)} 枚のボックス ${n(boxes)} 個`,
    drafts: (boxes: number, places: number) =>
      `未送信の画像 ${n(places)} 枚のボックス ${n(boxes)} 個（取り消した操作も含む）`,
    predictions: (boxes: number, places: number) =>
      `画像 ${n(places)} 枚でモデルが見つけたボックス ${n(boxes)} 個`,
    versions: (boxes: number, places: number) => `保存された版 ${n(places)} 件のボックス ${n(boxes)} 個`,
    trash: (boxes: number) => `削除後、まだ元に戻せる作業のボックス ${n(boxes)} 個`,
    models: (classes: number, places: number) => `モデル ${n(places)} 件のクラス ${n(classes)} 個`,
  },
  then: '使っているものの扱い',
  unlabel: 'ラベルなしにする',
  reassign: '別のラベルにする',
  other: '別のラベル',
  afterSave: '保存すると反映されます。ラベルはいつでも元に戻せます。',
  remove: '削除',
  removed: (count: number) => `削除したラベル（${count}）`,
  removedHelp: '元に戻すと、付いていたすべてのボックスに再び付きます。',
  became: (name: string) => `ボックスは「${name}」になりました`,
  becameNone: 'ボックスはラベルなしです',
  bringBack: '元に戻す',
  bringBackLabel: (name: string) => `${name} を元に戻す`,
};
