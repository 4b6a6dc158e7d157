import type { guideEn } from './guide-en';

export const guideJa: typeof guideEn = {
  title: '学習から Kakomi へ',
  link: '学習から Kakomi へ：モデルの持ち込み方',
  lead: 'Python で学習した検出器を、このアプリで使うまでの手順です。ファイルはこのコンピューターの外に出ません。',
  lines: (about) => `Python の行：${about}`,
  pth: {
    title: 'torchvision の検出器（.pth）',
    nothing:
      '準備は要りません。重みを保存し、そのファイルを接続してください。Python も変換もなしに、そのまま読み込みます。',
    these: '次の検出器は、テンソルの名前から自動的に見分けます：',
    detectors: [
      'Faster R-CNN ResNet-50 FPN（v1 と v2。Mask R-CNN と Keypoint R-CNN は矩形のみ）',
      'Faster R-CNN MobileNetV3-Large FPN（2 種類あり、ファイルでは見分けられないので、どちらかを選びます）',
      'RetinaNet ResNet-50 FPN（v1 と v2）',
      'FCOS ResNet-50 FPN',
      'SSD300 VGG-16',
      'SSDlite320 MobileNetV3-Large',
    ],
    names: 'クラス名はこのファイルに入っていません。クラスの順に、プロジェクトのラベルを提案します。',
  },
  own: {
    title: 'そのほかの PyTorch のネットワーク（.onnx）',
    how: '矩形・ラベル・スコアを次の名前で出力すれば、何も聞かれません：',
    rules: [
      '画像は元の大きさのまま、赤・緑・青の順で 0〜1 の値として入ります。リサイズや平均・標準偏差の処理は forward の中に書きます。',
      '矩形は、その画像のピクセルで左・上・右・下です。',
      'ラベルは 1 から数えます。0 は背景です。',
      'スコアの低い矩形は残してかまいません（アプリにしきい値があります）。重なった矩形は取り除いておきます。',
      '書き出す前に eval() を呼びます。学習モードのままだと損失が出力されます。',
    ],
  },
  yolo: {
    title: 'Ultralytics の YOLO',
    how: '.pt はプログラムを含むため読み込みません。学習した環境で書き出してください。クラス名と入力の大きさは .onnx に入ります：',
  },
  traps: {
    title: 'つまずきやすい点',
    list: [
      {
        sign: '動くのに矩形がずれる、3 分の 1 ほど見つからない：opset 16 以降の RoiAlign',
        cure: '以前の torchvision は RoiAlign の画素の数え方を書き出さず、opset 16 からは既定値が変わりました。opset_version=11（15 まで）で書き出してください。該当するファイルにはアプリが警告を出します。',
      },
      {
        sign: '.onnx の横に .onnx.data がある',
        cure: '重みが入っています。2 つのファイルを一緒に選んでください。',
      },
      {
        sign: '特定の大きさの画像でしか動かない',
        cure: 'dynamic_axes がないと、例の大きさがファイルに書き込まれます。',
      },
      {
        sign: 'TorchScript（torch.jit.save の .pt）や、自作クラスの torch.save(model)',
        cure: '実行に Python が必要です。torchvision の検出器なら model.state_dict() を保存し、それ以外は .onnx に書き出してください。',
      },
      {
        sign: 'model・optimizer・epoch を 1 つのファイルに保存した',
        cure: 'そのままで大丈夫です。中から重みを見つけます。',
      },
    ],
  },
};
