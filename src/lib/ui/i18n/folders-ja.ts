import type { Messages } from './en';

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
  alike: (name: string) =>
    `これらの画像はすでにストレージ「${name}」にあります。追加すると、どの画像にもタスクが 2 つできます。`,
  joinWith: (name: string) => `「${name}」につなぐ`,
  addForeign: 'それでも追加',
  dropFor: (name: string) => `「${name}」のフォルダー`,
} satisfies Messages['folders'];
