import type { ErrorCode } from '$lib/domain/errors';
import type { Language } from './i18n/i18n.svelte';
import { placeText } from './place-text';
import { refusalText } from './refusal-text';

type About = Readonly<Record<string, string | number>>;
type Words = (about: About) => string;

/** The message of every foreseen failure: what happened, and the one thing to do next. */
const TEXT: Readonly<Record<Language, Readonly<Record<ErrorCode, Words>>>> = {
  en: {
    'permission-needed': () => 'The browser asks for your permission again. Press Allow Access.',
    'storage-removed': ({ path }) =>
      `The storage ${named(path)} of this picture was removed. What was drawn is kept; choose the folder again to see the picture.`,
    'folder-is-file': ({ path }) =>
      `${named(path)} is a file, not a folder. Choose or drop the folder that holds the pictures, or pictures themselves.`,
    'folder-missing': ({ path }) =>
      `The folder ${named(path)} cannot be found. Choose it again: every task stays.`,
    'file-missing': ({ path }) =>
      `The file ${named(path)} is not in its folder any more. Put it back, then sync.`,
    'copy-missing': ({ path }) =>
      `The browser has no copy of ${named(path)} any more. Choose the folder: the picture comes back, every task stays.`,
    'file-unreadable': ({ path }) => `The file ${named(path)} cannot be read. Is it open in another program?`,
    'picture-unsupported': ({ path }) =>
      `${named(path)} is not a kind of picture that can be shown. JPEG, PNG, WebP, AVIF, GIF, BMP and TIFF can.`,
    'picture-undecodable': ({ path }) =>
      `The picture ${named(path)} is damaged. Save it anew with an image program.`,
    'picture-truncated': ({ path }) =>
      `The picture ${named(path)} is cut off: its end is missing. Copy it again from where it came.`,
    'picture-empty': ({ path }) => `The file ${named(path)} is empty. Copy it again from where it came.`,
    'picture-svg': ({ path }) =>
      `${named(path)} is an SVG drawing: it has no pixels to draw boxes on. Save it as PNG in the size you need.`,
    'picture-dicom': ({ path }) =>
      `${named(path)} is a DICOM file. Save its pictures as PNG or TIFF with your viewer, without patient data.`,
    'picture-heic': ({ path }) =>
      `${named(path)} is a HEIC photo, which browsers cannot show. Save it as JPEG, or set the phone to “most compatible”.`,
    'picture-too-large': ({ path }) =>
      `${named(path)} has more pixels than a browser can hold. Cut it into parts, or save it smaller.`,
    'picture-tiff-unsupported': ({ path, what }) =>
      `${named(path)} is a TIFF of a kind that cannot be shown${what ? ` (${what})` : ''}. Save it with LZW or Deflate compression, in RGB or gray.`,
    'picture-jpeg-unsupported': ({ path, what }) =>
      `${named(path)} is a JPEG of a kind that browsers cannot show${jpegKind('en', what)}. Save it as an ordinary JPEG of 8 bits, or as PNG.`,
    'pattern-invalid': ({ position }) =>
      `The filter is not a regular expression, at character ${position ?? 1}.`,
    'pattern-too-slow': () => 'The filter takes too long. Use a simpler pattern.',
    'project-missing': () => 'This project does not exist in this browser. Go back to the projects.',
    'task-missing': () => 'This task does not exist any more. Go back to the list.',
    'project-name-empty': () => 'Give the project a name.',
    'label-name-taken': ({ name }) => `There is a label called ${named(name)} already. Choose another name.`,
    'class-number-repeated': ({ name, other, number }) =>
      `The labels ${named(other)} and ${named(name)} both have the class number ${number ?? ''}. Give one of them another number in the labelling settings.`,
    'region-not-writable': ({ path }) =>
      `${named(path)} has a box that cannot be written: it has no label, or its place is not a number. The export was stopped; check it again.`,
    'labels-missing': () => 'The project has no labels. Add one in the settings.',
    'keys-invalid': ({ name }) =>
      name === undefined
        ? 'This is not a file of keys. Choose one that was exported from Kakomi.'
        : `In this file the key ${named(name)} stands twice. Nothing was changed.`,
    'storage-full': ({ needed, free, name, bytes }) =>
      `${needed === undefined ? 'The disk or the browser’s storage is full.' : `There is not enough space: ${megabytes(needed)} are needed, ${megabytes(free)} are free.`} ${
        name === undefined
          ? 'Free some space on the disk, then try again.'
          : `The largest thing to remove here are the copied pictures of ${named(name)} (${megabytes(bytes)}): delete that project if it is done.`
      }`,
    'edited-elsewhere': () =>
      'This task was changed in another tab. Reload to see it; nothing was overwritten.',
    'changed-since-submit': ({ number }) =>
      `Picture #${number ?? '?'} was changed after it was submitted, so that Submit cannot be undone. Nothing was overwritten; its versions are kept.`,
    'job-running': () => 'This is already running in another tab. Wait until it is done.',
    'newer-version-running': () =>
      'A newer version of Kakomi is running in another tab. Nothing more is saved here: reload this tab.',
    'data-deleted': () =>
      'The data of this browser were deleted elsewhere. Nothing more is saved here: reload this tab to start anew.',
    'version-gone': () =>
      'This part of Kakomi cannot be loaded any more: a newer version has most likely taken its place. Your work is saved; reload this tab.',
    'format-unknown': ({ path }) =>
      `${named(path)} is of no kind that can be read. Choose its kind yourself, or another file.`,
    'format-invalid': ({ path, place, position, reason }) =>
      `${named(path)}${placed(place, position === undefined ? undefined : `character ${position}`)}: ${REASONS.en[String(reason)] ?? 'it cannot be read'}. Nothing was changed.`,
    'text-encoding': ({ path, position }) =>
      `${named(path)} is neither UTF-8 nor UTF-16 (byte ${Number(position ?? 0) + 1}). Save it as UTF-8. Nothing was changed.`,
    'archive-damaged': ({ path }) =>
      `${named(path)} is damaged or cut off. Get the file again. Nothing was changed.`,
    'archive-too-large': ({ path }) =>
      `${named(path)} would unpack to far more than it should, or has too many entries. It was not opened.`,
    'archive-method': ({ path, method }) =>
      `${named(path)} is packed in a way that is not read here (${method ?? '?'}). Pack it again as an ordinary zip, or choose the unpacked folder. Nothing was changed.`,
    'archive-password': ({ path }) =>
      `${named(path)} is protected by a password. Unpack it with its password and choose the folder. Nothing was changed.`,
    'archive-kind': ({ path, kind }) =>
      `${named(path)} is packed as ${kind ?? '?'}, which is not read here. Unpack it and choose the folder, or pack it as a zip. Nothing was changed.`,
    'backup-newer': ({ version, own }) =>
      `The backup was made by a newer Kakomi (version ${version ?? '?'}, this is ${own ?? '?'}). Update Kakomi first. Nothing was changed.`,
    'backup-damaged': ({ path }) => `The backup is damaged, at ${named(path)}. Nothing was changed.`,
    'passphrase-needed': () => 'This backup has a passphrase. Enter it.',
    'passphrase-wrong': () => 'This passphrase does not open the backup. Nothing was changed.',
    'model-unsupported': (about) => `${refusalText('en', about)} Nothing was changed.`,
    'model-damaged': (about) => `${refusalText('en', about)} Nothing was changed.`,
    'model-failed': (about) => refusalText('en', about),
    'evaluation-nothing-submitted': () =>
      'No task of this project is submitted yet, so there is nothing to judge a model on. Submit some, also empty ones.',
    'evaluation-no-predictions': ({ name, tasks }) =>
      `${named(name)} has said nothing about the submitted tasks (${tasks ?? 0}). Select them in the list, then Actions, Retrieve Predictions.`,
    'evaluation-labels-unknown': ({ name, labels }) =>
      `${named(name)} knows none of the labels that the submitted boxes have (${labels ?? ''}). Give its classes these labels: Settings, Model, Edit; then retrieve its predictions anew.`,
  },
  ja: {
    'permission-needed': () => 'ブラウザーがもう一度許可を求めています。「アクセスを許可」を押してください。',
    'storage-removed': ({ path }) =>
      `この画像のストレージ${quoted(path)}は削除されています。描いた内容は残っています。フォルダーをもう一度選ぶと画像を表示できます。`,
    'folder-is-file': ({ path }) =>
      `${quoted(path)}はフォルダーではなくファイルです。画像の入ったフォルダーか、画像そのものを選ぶかドロップしてください。`,
    'folder-missing': ({ path }) =>
      `フォルダー${quoted(path)}が見つかりません。選び直してください。タスクはそのまま残ります。`,
    'file-missing': ({ path }) =>
      `ファイル${quoted(path)}がフォルダーにありません。元に戻してから同期してください。`,
    'copy-missing': ({ path }) =>
      `ブラウザー内の${quoted(path)}のコピーがなくなっています。フォルダーを選択すると画像が戻ります。タスクはそのまま残ります。`,
    'file-unreadable': ({ path }) =>
      `ファイル${quoted(path)}を読めません。ほかのプログラムで開いていませんか。`,
    'picture-unsupported': ({ path }) =>
      `${quoted(path)}は表示できる形式の画像ではありません。JPEG、PNG、WebP、AVIF、GIF、BMP、TIFF に対応しています。`,
    'picture-undecodable': ({ path }) =>
      `画像${quoted(path)}は壊れています。画像ソフトで保存し直してください。`,
    'picture-truncated': ({ path }) =>
      `画像${quoted(path)}は途中で切れています。元の場所からコピーし直してください。`,
    'picture-empty': ({ path }) => `ファイル${quoted(path)}は空です。元の場所からコピーし直してください。`,
    'picture-svg': ({ path }) =>
      `${quoted(path)}は SVG の図で、画素がありません。必要な大きさの PNG で保存し直してください。`,
    'picture-dicom': ({ path }) =>
      `${quoted(path)}は DICOM ファイルです。ビューアーで患者情報を含まない PNG か TIFF に書き出してください。`,
    'picture-heic': ({ path }) =>
      `${quoted(path)}は HEIC 形式の写真で、ブラウザーでは表示できません。JPEG で保存し直してください。`,
    'picture-too-large': ({ path }) =>
      `${quoted(path)}は画素数が多すぎてブラウザーで扱えません。分割するか、縮小して保存してください。`,
    'picture-tiff-unsupported': ({ path, what }) =>
      `${quoted(path)}は表示できない種類の TIFF です${what ? `（${what}）` : ''}。LZW か Deflate 圧縮の RGB またはグレーで保存し直してください。`,
    'picture-jpeg-unsupported': ({ path, what }) =>
      `${quoted(path)}はブラウザーで表示できない種類の JPEG です${jpegKind('ja', what)}。通常の 8 ビット JPEG か PNG で保存し直してください。`,
    'pattern-invalid': ({ position }) => `フィルターを正規表現として読めません（${position ?? 1} 文字目）。`,
    'pattern-too-slow': () => 'フィルターの処理に時間がかかりすぎます。もっと簡単なパターンにしてください。',
    'project-missing': () =>
      'このプロジェクトはこのブラウザーにありません。プロジェクトの一覧に戻ってください。',
    'task-missing': () => 'このタスクはもうありません。一覧に戻ってください。',
    'project-name-empty': () => 'プロジェクト名を入力してください。',
    'label-name-taken': ({ name }) => `ラベル${quoted(name)}はすでにあります。別の名前にしてください。`,
    'class-number-repeated': ({ name, other, number }) =>
      `ラベル${quoted(other)}と${quoted(name)}のクラス番号がどちらも ${number ?? ''} です。ラベル設定で片方の番号を変えてください。`,
    'region-not-writable': ({ path }) =>
      `${quoted(path)}に書き出せないボックスがあります（ラベルがないか、位置が数値ではありません）。書き出しを中止しました。もう一度確認してください。`,
    'labels-missing': () => 'ラベルがありません。設定画面で追加してください。',
    'keys-invalid': ({ name }) =>
      name === undefined
        ? 'キー設定のファイルではありません。Kakomi から書き出したファイルを選んでください。'
        : `このファイルではキー${quoted(name)}が 2 回使われています。何も変更していません。`,
    'storage-full': ({ needed, free, name, bytes }) =>
      `${needed === undefined ? 'ディスクまたはブラウザーの保存領域がいっぱいです。' : `空きが足りません（必要 ${megabytes(needed)}、空き ${megabytes(free)}）。`}${
        name === undefined
          ? 'ディスクに空きを作ってからもう一度試してください。'
          : `いちばん大きいのは${quoted(name)}のコピー画像（${megabytes(bytes)}）です。終わったプロジェクトなら削除してください。`
      }`,
    'edited-elsewhere': () =>
      'このタスクは別のタブで変更されました。再読み込みしてください。何も上書きされていません。',
    'changed-since-submit': ({ number }) =>
      `画像 #${number ?? '?'} は登録のあとに変更されたため、登録を元に戻せません。何も上書きされていません。履歴は残っています。`,
    'job-running': () => '別のタブで実行中です。終わるまでお待ちください。',
    'newer-version-running': () =>
      '別のタブで新しいバージョンの Kakomi が動いています。このタブではもう保存されません。再読み込みしてください。',
    'data-deleted': () =>
      'このブラウザーのデータが別の場所で削除されました。このタブではもう保存されません。再読み込みすると最初から始まります。',
    'version-gone': () =>
      'この機能を読み込めません。新しいバージョンの Kakomi に置き換わった可能性があります。作業は保存されています。このタブを再読み込みしてください。',
    'format-unknown': ({ path }) =>
      `${quoted(path)}は読める種類のファイルではありません。種類を選ぶか、別のファイルを選んでください。`,
    'format-invalid': ({ path, place, position, reason }) =>
      `${quoted(path)}${placedAt(place, position === undefined ? undefined : `${position} 文字目`)}：${REASONS.ja[String(reason)] ?? '読めません'}。何も変更されていません。`,
    'text-encoding': ({ path, position }) =>
      `${quoted(path)}は UTF-8 でも UTF-16 でもありません（${Number(position ?? 0) + 1} バイト目）。UTF-8 で保存し直してください。何も変更されていません。`,
    'archive-damaged': ({ path }) =>
      `${quoted(path)}は壊れているか、途中で切れています。入手し直してください。何も変更されていません。`,
    'archive-too-large': ({ path }) =>
      `${quoted(path)}は展開すると大きすぎるか、項目が多すぎます。開きませんでした。`,
    'archive-method': ({ path, method }) =>
      `${quoted(path)}の圧縮方式（${method ?? '?'}）はここでは読めません。通常の zip で圧縮し直すか、展開したフォルダーを選んでください。何も変更されていません。`,
    'archive-password': ({ path }) =>
      `${quoted(path)}はパスワードで保護されています。展開してからフォルダーを選んでください。何も変更されていません。`,
    'archive-kind': ({ path, kind }) =>
      `${quoted(path)}は ${kind ?? '?'} 形式で、ここでは読めません。展開してフォルダーを選ぶか、zip にしてください。何も変更されていません。`,
    'backup-newer': ({ version, own }) =>
      `新しいバージョンの Kakomi のバックアップです（${version ?? '?'}、こちらは ${own ?? '?'}）。先に更新してください。何も変更されていません。`,
    'backup-damaged': ({ path }) => `バックアップが壊れています（${quoted(path)}）。何も変更されていません。`,
    'passphrase-needed': () => 'パスフレーズつきのバックアップです。入力してください。',
    'passphrase-wrong': () => 'パスフレーズが違います。何も変更されていません。',
    'model-unsupported': (about) => `${refusalText('ja', about)}何も変更されていません。`,
    'model-damaged': (about) => `${refusalText('ja', about)}何も変更されていません。`,
    'model-failed': (about) => refusalText('ja', about),
    'evaluation-nothing-submitted': () =>
      'このプロジェクトには登録済みのタスクがまだないため、モデルを評価できません。何件か登録してください（対象なしも数えます）。',
    'evaluation-no-predictions': ({ name, tasks }) =>
      `登録済みの ${tasks ?? 0} 件のタスクに${quoted(name)}の予測がありません。一覧でタスクを選び、「操作」から「予測を取得」を実行してください。`,
    'evaluation-labels-unknown': ({ name, labels }) =>
      `登録済みの矩形のラベル（${labels ?? ''}）を${quoted(name)}は 1 つも知りません。「設定」→「モデル」→「編集」でクラスにラベルを割り当て、予測を取得し直してください。`,
  },
};

/** Reasons why a file is invalid. */
const REASONS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    'cut-off': 'it ends too early',
    'not-json': 'this is not JSON',
    'not-yaml': 'this is not YAML',
    'not-xml': 'this is not XML',
    empty: 'the file is empty',
    'no-images': 'it names no pictures',
    'no-labels': 'there are no labels in it',
    'results-without-images': 'results need the file that names their pictures: choose both together',
  },
  ja: {
    'cut-off': '途中で終わっています',
    'not-json': 'JSON ではありません',
    'not-yaml': 'YAML ではありません',
    'not-xml': 'XML ではありません',
    empty: 'ファイルが空です',
    'no-images': '画像の情報がありません',
    'no-labels': 'ラベルがありません',
    'results-without-images': '結果だけでは読めません。画像の情報があるファイルも一緒に選んでください',
  },
};

/** Coding processes of ITU T.81 besides baseline; the number is bits per sample. */
const JPEG_KINDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { lossless: 'lossless', hierarchical: 'hierarchical', arithmetic: 'arithmetic coding' },
  ja: { lossless: 'ロスレス', hierarchical: '階層方式', arithmetic: '算術符号化' },
};

function jpegKind(language: Language, what: string | number | undefined): string {
  if (what === undefined) return '';
  const isEnglish = language === 'en';
  const kind = JPEG_KINDS[language][what] ?? `${what} ${isEnglish ? 'bits' : 'ビット'}`;
  return isEnglish ? ` (${kind})` : `（${kind}）`;
}

const placed = (place: string | number | undefined, position: string | undefined): string => {
  const at = place ?? position;
  return at === undefined ? '' : ` (${at})`;
};

const placedAt = (place: string | number | undefined, position: string | undefined): string => {
  const at = place === undefined ? position : placeText('ja', String(place));
  return at === undefined ? '' : `（${at}）`;
};

export const errorText = (language: Language, code: ErrorCode, about: About): string =>
  TEXT[language][code](about);

const megabytes = (bytes: string | number | undefined): string =>
  `${Math.ceil(Number(bytes ?? 0) / 1_000_000).toLocaleString('en')} MB`;

const named = (name: string | number | undefined): string => (name === undefined ? '' : `“${name}”`);

const quoted = (name: string | number | undefined): string => (name === undefined ? '' : `「${name}」`);
