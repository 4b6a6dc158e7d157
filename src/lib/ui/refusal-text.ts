import type { ModelRefusal } from '$lib/domain/model-refusal';
import type { Language } from './i18n/i18n.svelte';

type About = Readonly<Record<string, string | number>>;
type Words = (name: string, about: About) => string;

/** Formats a number of bytes. */
const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;

/** Why a model file is refused, and the one thing to do. `name` is the file or part that the refusal is about. */
const TEXT: Readonly<Record<Language, Readonly<Record<ModelRefusal, Words>>>> = {
  en: {
    'not-a-model': (name) => `${name} is neither an .onnx nor a .pth file. Choose another file.`,
    'empty-file': (name) => `${name} is empty. Get the file again.`,
    'lfs-pointer': (name, { bytes, size }) =>
      `${name} is a Git LFS pointer of ${bytes} bytes; the model itself has ${sizeOf(Number(size))}. Get it with “git lfs pull” or with the Download button of its page.`,
    'web-page': (name) => `${name} is a web page and not the model. Download the model itself.`,
    safetensors: (name) =>
      `${name} holds weights as safetensors, which are not read yet. Export the model to ONNX, or save it with torch.save.`,
    'text-file': (name) => `${name} is text and no model. Choose the model itself.`,
    'other-format': (name, { format }) =>
      `${name} is a ${format} file, which is not read here. Export the model to ONNX and choose that.`,
    truncated: (name) => `${name} is cut off: its end is missing. Get the file again.`,
    compressed: (name) =>
      `${name} was packed again by another program. Take the file as torch.save wrote it.`,
    'big-endian': (name) => `${name} was written on a big-endian machine. Save it anew on a common one.`,
    torchscript: (name) =>
      `${name} is a TorchScript program, which cannot run here. Save model.state_dict() instead, or export to ONNX.`,
    optimizer: (name) =>
      `${name} holds an optimizer's state and no network. Choose the file with the weights.`,
    'yolo-pt': (name) =>
      `${name} is a YOLO .pt, which needs Python to be read. Export it to ONNX and choose that.`,
    'unsafe-pickle': (name) =>
      `${name} asks for a program to be run on loading. Nothing of it was run. Do not trust this file.`,
    'no-tensors': (name) => `${name} is a torch file without weights. Save model.state_dict() instead.`,
    classifier: (name) => `${name} says what a whole picture shows, not where. Choose a detector.`,
    architecture: (name) => `This network is not supported yet (${name}). Export it to ONNX and choose that.`,
    'tensor-missing': (name) => `The tensor ${name} is missing in the file. Save the whole state_dict.`,
    'tensor-shape': (name) =>
      `The tensor ${name} has a shape that does not fit. Choose the file of an unchanged network.`,
    'other-task': (name) =>
      `Its task is “${name}”; only detectors, which find boxes, run here. Choose a detector.`,
    'no-picture': (name) =>
      `It takes no picture of three colours${name === '' ? '' : ` (its input is ${name})`}. Choose a detector of pictures.`,
    'input-unknown': (name) =>
      `It asks for ${name} besides the picture, which is not supported yet. Export it anew without post-processing (NMS), so that the picture is its only input.`,
    'training-graph': (name) => `${name} was exported for training. Export it anew for inference.`,
    'external-missing': (name) =>
      `The model's weights lie in ${name}. Choose that file together with the model.`,
    'outputs-unknown': (name) =>
      `This kind is not supported yet: what the outputs mean is not known (${name}). Its inputs and outputs stand below, to be copied.`,
    'boxes-unordered': (name) =>
      `Read as ${name}, its boxes have right edges left of the left ones: these are raw numbers, not boxes. This kind is not supported yet.`,
    'boxes-outside': (name) =>
      `Read as ${name}, its boxes lie outside the picture. This kind is not supported yet.`,
    'boxes-constant': (name) =>
      `Read as ${name}, its boxes all lie at one place. This kind is not supported yet.`,
    'scores-outside': (name) =>
      `Read as ${name}, its scores are not between 0 and 1. This kind is not supported yet.`,
    'scores-zero': (name) =>
      `Read as ${name}, every score is exactly 0. If another picture gives the same, the scores were lost when the model was quantised: export it anew without quantising its last layers.`,
    'scores-constant': (name) =>
      `Read as ${name}, all scores are the same. The weights may be missing, or this kind is not supported yet.`,
    'scores-everywhere': (name) =>
      `Read as ${name}, it finds something nearly everywhere. The picture is given in another way than the model expects, or this kind is not supported yet.`,
    'outputs-nan': (name) =>
      `${name} answers with what is no number. The file may be damaged, or the preprocessing is another.`,
    'outputs-zero': (name) => `${name} answers with nothing but zeros. Its weights may be missing.`,
    'class-count': (name) =>
      `The model has another number of classes than names were given: ${name}. Say below which is which.`,
    'graph-refused': (name) => `The model cannot be loaded: ${name}.`,
    'run-failed': (name) => `The model failed while running: ${name}. Try another input size.`,
    'out-of-memory': () =>
      'The memory is not enough for this model. Close other pages, or choose a smaller working size.',
    'device-lost': () => 'The graphics device was lost. Try again, or choose WASM as the place to run.',
  },
  ja: {
    'not-a-model': (name) => `${name} は .onnx でも .pth でもありません。別のファイルを選んでください。`,
    'empty-file': (name) => `${name} は空です。ファイルを入手し直してください。`,
    'lfs-pointer': (name, { bytes, size }) =>
      `${name} は ${bytes} バイトの Git LFS ポインターで、モデル本体（${sizeOf(Number(size))}）ではありません。git lfs pull か、配布ページのダウンロードボタンで入手してください。`,
    'web-page': (name) =>
      `${name} はウェブページで、モデルではありません。モデル本体をダウンロードしてください。`,
    safetensors: (name) =>
      `${name} は safetensors 形式の重みで、まだ読めません。ONNX に変換するか、torch.save で保存してください。`,
    'text-file': (name) => `${name} はテキストで、モデルではありません。モデル本体を選んでください。`,
    'other-format': (name, { format }) =>
      `${name} は ${format} のファイルで、ここでは読めません。ONNX に変換してから選んでください。`,
    truncated: (name) => `${name} は途中で切れています。ファイルを入手し直してください。`,
    compressed: (name) =>
      `${name} は別のプログラムで圧縮し直されています。torch.save が書いたままのファイルを使ってください。`,
    'big-endian': (name) =>
      `${name} はビッグエンディアンの環境で書かれています。一般的な環境で保存し直してください。`,
    torchscript: (name) =>
      `${name} は TorchScript のプログラムで、ここでは動きません。model.state_dict() を保存するか、ONNX に変換してください。`,
    optimizer: (name) => `${name} にはオプティマイザーの状態しかありません。重みのファイルを選んでください。`,
    'yolo-pt': (name) =>
      `${name} は YOLO の .pt で、読むには Python が必要です。ONNX に変換してから選んでください。`,
    'unsafe-pickle': (name) =>
      `${name} は読み込み時にプログラムを実行させようとします。何も実行していません。このファイルは信用しないでください。`,
    'no-tensors': (name) => `${name} には重みがありません。model.state_dict() を保存してください。`,
    classifier: (name) => `${name} は画像全体の分類器で、位置は分かりません。検出器を選んでください。`,
    architecture: (name) =>
      `このネットワーク（${name}）にはまだ対応していません。ONNX に変換してから選んでください。`,
    'tensor-missing': (name) =>
      `テンソル ${name} がファイルにありません。state_dict 全体を保存してください。`,
    'tensor-shape': (name) =>
      `テンソル ${name} の形が合いません。変更していないネットワークのファイルを選んでください。`,
    'other-task': (name) => `このモデルの用途は「${name}」です。ここで動くのは矩形の検出器だけです。`,
    'no-picture': (name) =>
      `三色の画像を入力とするモデルではありません${name === '' ? '' : `（入力は ${name}）`}。画像の検出器を選んでください。`,
    'input-unknown': (name) =>
      `画像のほかに ${name} の入力が必要で、まだ対応していません。後処理（NMS）を除き、入力が画像だけになるように変換し直してください。`,
    'training-graph': (name) => `${name} は学習用に変換されています。推論用に変換し直してください。`,
    'external-missing': (name) => `重みは ${name} にあります。モデルと一緒に選んでください。`,
    'outputs-unknown': (name) =>
      `この種類にはまだ対応していません。出力の意味が分かりません（${name}）。入力と出力は下に表示され、コピーできます。`,
    'boxes-unordered': (name) =>
      `${name} として読むと、左右や上下が逆になります。矩形ではなく変換前の数値です。この種類にはまだ対応していません。`,
    'boxes-outside': (name) =>
      `${name} として読むと、矩形が画像の外に出ます。この種類にはまだ対応していません。`,
    'boxes-constant': (name) =>
      `${name} として読むと、矩形がすべて同じ場所になります。この種類にはまだ対応していません。`,
    'scores-outside': (name) =>
      `${name} として読むと、スコアが 0〜1 に収まりません。この種類にはまだ対応していません。`,
    'scores-zero': (name) =>
      `${name} として読むと、スコアがすべて 0 です。別の画像でも同じなら、量子化でスコアが失われています。最後の層を量子化せずに変換し直してください。`,
    'scores-constant': (name) =>
      `${name} として読むと、スコアがすべて同じです。重みが欠けているか、まだ対応していない種類です。`,
    'scores-everywhere': (name) =>
      `${name} として読むと、ほぼすべての場所で検出されます。画像の渡し方がモデルと違うか、まだ対応していない種類です。`,
    'outputs-nan': (name) => `${name} の出力が数値になりません。ファイルが壊れているか、前処理が違います。`,
    'outputs-zero': (name) => `${name} の出力がすべて 0 です。重みが欠けている可能性があります。`,
    'class-count': (name) => `モデルのクラス数と名前の数が違います（${name}）。下で対応を選んでください。`,
    'graph-refused': (name) => `モデルを読み込めません（${name}）。`,
    'run-failed': (name) => `モデルの実行に失敗しました（${name}）。入力サイズを変えてみてください。`,
    'out-of-memory': () => 'メモリーが足りません。ほかのページを閉じるか、作業サイズを小さくしてください。',
    'device-lost': () => 'グラフィックデバイスが失われました。やり直すか、実行場所に WASM を選んでください。',
  },
};

/** `about.reason` is a ModelRefusal; `about.name` or `about.path` names its subject. */
export const refusalText = (language: Language, about: About): string =>
  TEXT[language][(about['reason'] ?? 'run-failed') as ModelRefusal](
    String(about['name'] ?? about['path'] ?? ''),
    about,
  );
