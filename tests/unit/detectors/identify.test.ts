import { describe, expect, test } from 'vitest';
import type { ModelSignature, TensorInfo } from '$lib/detectors/detector';
import { identifyOnnx } from '$lib/detectors/identify';

type Value = readonly [name: string, shape: TensorInfo['shape'], type?: TensorInfo['type']];
const value = ([name, shape, type = 'float32']: Value): TensorInfo => ({ name, type, shape });

function signature(
  inputs: readonly Value[],
  outputs: readonly Value[],
  metadata: Readonly<Record<string, string>> = {},
): ModelSignature {
  return {
    producer: 'pytorch',
    opset: 17,
    inputs: inputs.map(value),
    outputs: outputs.map(value),
    metadata: new Map(Object.entries(metadata)),
    externalFiles: [],
    operators: new Set(),
    traps: [],
  };
}

const IMAGE: Value = ['images', [1, 3, 640, 640]];
const OTHER: Value = ['x', [1, 3, 640, 640]];
const ANY: Value = ['images', ['batch', 3, 'height', 'width']];
const POLYP = {
  author: 'Ultralytics',
  description: 'Ultralytics YOLO11n model trained on polyps.yaml',
  task: 'detect',
  names: "{0: 'polyp', 1: 'it''s not'}".replace("''", "\\'"),
  stride: '32',
  imgsz: '[480, 640]',
  args: "{'batch': 1, 'nms': False}",
};
const told = (one: ModelSignature, fileName = 'model.onnx') => {
  const { knownBy, classCount, settings } = identifyOnnx(one, fileName);
  return [settings.convention, knownBy, classCount];
};

describe('by Ultralytics metadata', () => {
  test.each<[string, Value[], Record<string, string>, string]>([
    ['YOLO11', [['output0', [1, 6, 8400]]], {}, 'yolo-v8'],
    ['dynamic', [['output0', ['batch', 6, 'anchors']]], {}, 'yolo-v8'],
    ['all symbols', [['output0', ['batch', 'a', 'b']]], {}, 'yolo-by-shape'],
    ['YOLO26', [['output0', [1, 300, 6]]], { end2end: 'True' }, 'end-to-end'],
    ['NMS in the graph', [['output0', [1, 300, 6]]], { args: "{'nms': True}" }, 'end-to-end'],
    [
      'YOLOv10, which does not say so',
      [['output0', [1, 300, 6]]],
      { names: "['a', 'b', 'c']" },
      'end-to-end',
    ],
    ['YOLOv5', [['output0', [1, 25200, 7]]], {}, 'yolo-v5'],
    ['RT-DETR', [['output0', [1, 300, 7]]], { names: "['a', 'b', 'c']" }, 'yolo-detr'],
    [
      'segmentation',
      [
        ['output0', [1, 38, 8400]],
        ['output1', [1, 32, 160, 160]],
      ],
      { task: 'segment' },
      'yolo-v8',
    ],
  ])('%s', (_, outputs, more, convention) => {
    const metadata = { ...POLYP, ...more };
    const identified = identifyOnnx(signature([IMAGE], outputs, metadata), 'best.onnx');
    expect(identified).toMatchObject({
      architecture: 'YOLO11n',
      knownBy: 'metadata',
      classNames: more['names'] === undefined ? ['polyp', "it's not"] : ['a', 'b', 'c'],
      classCount: more['names'] === undefined ? 2 : 3,
      settings: { convention },
      warnings: [],
    });
  });
  test('the size is the input’s, else what it was trained with', () => {
    const sizeOf = (input: Value) =>
      identifyOnnx(signature([input], [['output0', [1, 6, 8400]]], POLYP), '').settings.inputSize;
    expect(sizeOf(IMAGE)).toEqual({ width: 640, height: 640 });
    expect(sizeOf(ANY)).toEqual({ width: 640, height: 480 });
  });
  test.each([
    ['Ultralytics best model trained on polyps.yaml', 'Ultralytics YOLO'],
    ['Ultralytics last model', 'Ultralytics YOLO'],
    ['Ultralytics polyp-v2 model trained on polyps.yaml', 'Ultralytics YOLO'],
    ['Ultralytics YOLOv8x-worldv2 model', 'YOLOv8x-worldv2'],
    ['Ultralytics rtdetr-l model', 'rtdetr-l'],
  ])('the weights’ file is no architecture: %s', (description, architecture) => {
    const model = signature([IMAGE], [['output0', [1, 6, 8400]]], { ...POLYP, description });
    expect(identifyOnnx(model, 'best.onnx').architecture).toBe(architecture);
  });
  test.each([
    ['classify', 'classifier'],
    ['depth', 'other-task'],
  ])('the task %s is refused', (task, reason) => {
    const model = signature([IMAGE], [['output0', [1, 6, 8400]]], { ...POLYP, task });
    expect(() => identifyOnnx(model, '')).toThrow(reason);
  });
  test('names and columns that differ are told, and every column gets a name', () => {
    const model = signature([IMAGE], [['output0', [1, 8, 8400]]], POLYP);
    expect(identifyOnnx(model, '')).toMatchObject({
      classCount: 4,
      classNames: ['polyp', "it's not", '2', '3'],
      warnings: ['class-count-differs'],
    });
  });
});

describe('by names and types', () => {
  const BOXES: Value[] = [
    ['boxes', ['n', 4]],
    ['labels', ['n'], 'int64'],
    ['scores', ['n']],
  ];
  const SIZES: Value = ['orig_target_sizes', ['batch', 2], 'int64'];
  test.each<[string, ModelSignature, string, string | number | null, number | null]>([
    ['YOLOv5', signature([IMAGE], [['output', [1, 25200, 85]]]), 'yolo-v5', 'names', 80],
    [
      'YOLOv5 beside its raw maps',
      signature(
        [IMAGE],
        [
          ['output', [1, 25200, 6]],
          ['350', [1, 3, 80, 80, 6]],
        ],
      ),
      'yolo-v5',
      'names',
      1,
    ],
    ['YOLOX', signature([IMAGE], [['output', [1, 8400, 85]]]), 'yolox', 'names', 80],
    ['any size', signature([ANY], [['output', ['batch', 'rows', 85]]]), 'yolo-by-shape', 'names', null],
    ['torchvision', signature([['input', [3, 'h', 'w']]], BOXES), 'torchvision', 'names', null],
    [
      'torchvision without names',
      signature(
        [['0', [3, 'h', 'w']]],
        [
          ['1', ['n', 4]],
          ['2', ['n'], 'int64'],
          ['3', ['n']],
        ],
      ),
      'torchvision',
      'shapes',
      null,
    ],
    [
      'RT-DETR with sizes',
      signature([IMAGE, SIZES], [BOXES[1]!, BOXES[0]!, BOXES[2]!]),
      'target-sizes',
      'names',
      null,
    ],
    [
      'DETR',
      signature(
        [ANY],
        [
          ['logits', ['b', 100, 92]],
          ['pred_boxes', ['b', 100, 4]],
        ],
      ),
      'detr',
      'names',
      91,
    ],
    [
      'RT-DETR',
      signature(
        [ANY],
        [
          ['logits', ['b', 300, 80]],
          ['pred_boxes', ['b', 300, 4]],
        ],
      ),
      'detr-sigmoid',
      'names',
      80,
    ],
    [
      'RF-DETR of three classes',
      signature(
        [OTHER],
        [
          ['dets', [1, 300, 4]],
          ['labels', [1, 300, 4]],
        ],
      ),
      'rf-detr',
      'names',
      3,
    ],
    [
      'MMDetection',
      signature(
        [OTHER],
        [
          ['dets', [1, 'n', 5]],
          ['labels', [1, 'n'], 'int64'],
        ],
      ),
      'mmdetection',
      'names',
      null,
    ],
    [
      'TensorFlow',
      signature(
        [['image_tensor:0', [1, 'h', 'w', 3], 'uint8']],
        [
          ['detection_boxes:0', [1, 100, 4]],
          ['detection_scores:0', [1, 100]],
          ['detection_classes:0', [1, 100]],
          ['num_detections:0', [1]],
        ],
      ),
      'tensorflow',
      'names',
      null,
    ],
    [
      'SSD',
      signature(
        [OTHER],
        [
          ['scores', [1, 4420, 2]],
          ['boxes', [1, 4420, 4]],
        ],
      ),
      'ssd',
      'names',
      1,
    ],
  ])('%s', (_, model, ...expected) => expect(told(model)).toEqual(expected));

  test('a file named after a DETR with sigmoid is read as one', () => {
    const model = signature(
      [ANY],
      [
        ['logits', ['b', 100, 92]],
        ['pred_boxes', ['b', 100, 4]],
      ],
    );
    expect(told(model, 'conditional-detr.onnx')).toEqual(['detr-sigmoid', 'names', 92]);
    expect(identifyOnnx(model, '').warnings).toEqual(['activation-guessed']);
  });
});

describe('by shape', () => {
  test.each<[string, Value, Value[], string, number | null]>([
    ['v8', OTHER, [['a', [1, 84, 8400]]], 'yolo-v8', 80],
    ['v8 with a finer map', OTHER, [['a', [1, 84, 34000]]], 'yolo-v8', 80],
    ['v8 with a coarser map', ['x', [1, 3, 1280, 1280]], [['a', [1, 84, 34000]]], 'yolo-v8', 80],
    ['v8 on its side', OTHER, [['a', [1, 8400, 84]]], 'yolo-v8', 80],
    ['v5', OTHER, [['a', [1, 25200, 85]]], 'yolo-v5', 80],
    ['v5 of one class at a small size', ['x', [1, 3, 64, 64]], [['a', [1, 252, 6]]], 'yolo-v5', 1],
    ['YOLOX', OTHER, [['a', [1, 8400, 85]]], 'yolox', 80],
    ['NanoDet-Plus', ['x', [1, 3, 320, 320]], [['a', [1, 2125, 112]]], 'nanodet-plus', 80],
    ['chosen boxes', OTHER, [['a', [1, 300, 6]]], 'end-to-end', null],
    ['chosen boxes without a batch', ['x', ['b', 3, 640, 640]], [['a', ['n', 7]]], 'end-to-end', null],
    [
      'maps',
      ['x', [1, 3, 416, 416]],
      [2704, 676, 169].flatMap((n): Value[] => [
        [`c${n}`, [1, n, 80]],
        [`b${n}`, [1, n, 32]],
      ]),
      'nanodet',
      80,
    ],
  ])('%s', (_, input, outputs, convention, classCount) => {
    expect(told(signature([input], outputs))).toEqual([convention, 'shapes', classCount]);
  });

  test.each<[string, Value[]]>([
    ['a segmentation', [['a', [1, 21, 640, 640]]]],
    ['a matrix of no known number of rows', [['a', [1, 5000, 60]]]],
    ['the same on its side', [['a', [1, 60, 5000]]]],
    ['words of a picture', [['a', [1, 197, 768]]]],
    [
      'two matrices',
      [
        ['a', [1, 8400, 4]],
        ['b', [1, 8300, 80]],
      ],
    ],
    ['untold', [['a', null]]],
  ])('%s is left to the person', (_, outputs) => {
    const identified = identifyOnnx(signature([OTHER], outputs), '');
    expect(identified).toMatchObject({
      architecture: '',
      knownBy: 'unknown',
      settings: { convention: '', inputSize: { width: 640 } },
    });
  });

  test.each<[string, Value[], Value[], string]>([
    ['a classifier', [OTHER], [['a', [1, 1000]]], 'classifier'],
    ['a classifier of any batch', [ANY], [['a', ['batch', 6]]], 'classifier'],
    ['a classifier that keeps its sides', [OTHER], [['a', [1, 1000, 1, 1]]], 'classifier'],
    [
      'raw maps only',
      [IMAGE],
      [
        ['a', [1, 3, 80, 80, 85]],
        ['b', [1, 3, 40, 40, 85]],
      ],
      'training-graph',
    ],
    ['no input', [], [['a', [1, 84, 8400]]], 'no-picture'],
    ['an input nobody can give', [IMAGE, ['tide', [1, 2]]], [['a', [1, 84, 8400]]], 'input-unknown'],
    ['words', [['input_ids', ['batch', 'length'], 'int64']], [['a', [1, 84, 8400]]], 'no-picture'],
    ['grey pictures', [['x', [1, 1, 640, 640]]], [['a', [1, 84, 8400]]], 'no-picture'],
  ])('%s is refused', (_, inputs, outputs, reason) => {
    expect(() => identifyOnnx(signature(inputs, outputs), '')).toThrow(reason);
  });
});

describe('how a model is preprocessed', () => {
  const preprocessed = (input: Value, outputs: Value[], fileName = '') =>
    identifyOnnx(signature([input], outputs), fileName).settings;
  test('YOLOX gets BGR bytes in the corner', () => {
    expect(preprocessed(IMAGE, [['output', [1, 8400, 85]]])).toMatchObject({
      channels: 'bgr',
      range: 255,
      fit: 'corner',
      padding: 114,
    });
  });
  test('bytes with the channels last are given as they are', () => {
    expect(preprocessed(['x', [1, 320, 416, 3], 'uint8'], [['a', [1, 300, 6]]])).toMatchObject({
      layout: 'nhwc',
      range: 255,
      inputSize: { width: 416, height: 320 },
    });
  });
  test('torchvision gets the picture as it is, and in the corner where the size is fixed', () => {
    const boxes: Value[] = [
      ['boxes', ['n', 4]],
      ['labels', ['n'], 'int64'],
      ['scores', ['n']],
    ];
    expect(preprocessed(['x', [3, 'h', 'w']], boxes)).toMatchObject({ fit: 'native', inputSize: null });
    expect(preprocessed(['x', [3, 480, 640]], boxes)).toMatchObject({
      fit: 'corner',
      inputSize: { width: 640, height: 480 },
    });
  });
  test('PicoDet is preprocessed otherwise than NanoDet', () => {
    const maps = (cells: number[]) =>
      cells.flatMap((n): Value[] => [
        [`c${n}`, [1, n, 80]],
        [`b${n}`, [1, n, 32]],
      ]);
    const nano = identifyOnnx(signature([['x', [1, 3, 320, 320]]], maps([1600, 400, 100])), '');
    const pico = identifyOnnx(signature([['x', [1, 3, 320, 320]]], maps([1600, 400, 100, 25])), '');
    expect([nano.architecture, nano.settings.channels, nano.settings.fit]).toEqual([
      'NanoDet',
      'bgr',
      'letterbox',
    ]);
    expect([pico.architecture, pico.settings.channels, pico.settings.fit]).toEqual([
      'PicoDet',
      'rgb',
      'stretch',
    ]);
  });
});

test('what was seen in the nodes is told on', () => {
  const model = { ...signature([IMAGE], [['output', [1, 8400, 85]]]), traps: ['roi-align-half-pixel'] };
  expect(identifyOnnx(model, '').warnings).toEqual(['roi-align-half-pixel']);
});
