import type { Messages } from './en';
import { aboutMegabytes } from './sizes';

const n = (count: number): string => count.toLocaleString('ja');

/** ストレージとフォルダーのつなぎ直し。 */
export const foldersJa = {
  chooseHelp: '選んだフォルダーをこのストレージにつなぎます。タスクはすべてそのまま残ります。',
  copiesHelp:
    'これらの画像はブラウザー内のコピーです。フォルダーの追加や変更を取り込むには、もう一度選択してください。',
  gone: 'このコンピューターではフォルダーの場所がわかりません。フォルダーを選択してください。タスクはすべてそのまま残ります。',
  copiesGone:
    'ブラウザー内の画像のコピーがなくなっています。フォルダーを選択してください。タスクはすべてそのまま残ります。',
  title: (name: string) => `「${name}」をこのフォルダーにつなぎますか`,
  nothingYet: (folder: string) =>
    `まだ何も変わっていません。タスクと矩形はすべて残り、画像の場所だけがフォルダー「${folder}」に変わります。`,
  samePlace: (count: number) => `同じ場所で見つかった画像 ${n(count)} 枚`,
  elsewhere: (count: number) => `内容から別の場所で見つかった画像 ${n(count)} 枚`,
  notFound: (count: number) => `見つからない画像 ${n(count)} 枚`,
  foreign: (folder: string) =>
    `「${folder}」には、このストレージの画像が 1 枚もありません。別のフォルダーの可能性があります。`,
  join: 'つなぐ',
  joinForeign: 'それでもつなぐ',
  replaced: '差し替え',
  replacedTold: (before: string | null, now: string) =>
    before === null || before === now
      ? '矩形を作った後に、ファイルの内容が変わりました。矩形をどうしますか。'
      : `矩形を作ったときの画像は ${before}、今は ${now} です。矩形をどうしますか。`,
  replacedHelp: 'どれも元に戻せます。登録済みの内容は履歴に残ります。',
  keepBoxes: '矩形を残す',
  scaleBoxes: '矩形を拡大・縮小',
  startAnew: '最初からやり直す',
  notJudged: (tasks: number) => `登録後に画像が差し替えられたタスク ${n(tasks)} 件は評価に入っていません。`,
  backup: {
    about: (bytes: number) => `（${aboutMegabytes.ja(bytes)}）`,
    withPictures: '復元に必要なものはすべて入っています。',
    withoutPictures: (limit: string | null) =>
      `${limit === null ? '' : `${limit} を超えるため、選ばない限り含めません。`}復元した後、ストレージのカードで「フォルダーを選択」を一度行ってください。タスクはすべて残ります。`,
    closed: (names: string) => `ブラウザーに読み取りを許可すると、画像を含められます：${names}`,
    notHere: (names: string) => `画像がここにないため、含まれません：${names}`,
  },
  alike: (name: string) =>
    `これらの画像はすでにストレージ「${name}」にあります。追加すると、どの画像にもタスクが 2 つできます。`,
  joinWith: (name: string) => `「${name}」につなぐ`,
  addForeign: 'それでも追加',
  dropFor: (name: string) => `「${name}」のフォルダー`,
} satisfies Messages['folders'];
