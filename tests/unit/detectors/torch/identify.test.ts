import { pthPipeline } from '$lib/detectors/torch/all';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { makePth, type MadeTensor } from '../../../fixtures/pth';
import { torchvisionKeys, unreadState, type TensorShapes as Keys } from '../../../fixtures/torchvision';

const MODELS = torchvisionKeys();
const FASTER = MODELS['fasterrcnn_resnet50_fpn']!;

const WITHOUT_SLACK = [
  'fasterrcnn_resnet50_fpn_v2',
  'fasterrcnn_mobilenet_v3_large_fpn',
  'retinanet_resnet50_fpn',
  'retinanet_resnet50_fpn_v2',
  'fcos_resnet50_fpn',
  'ssd300_vgg16',
  'ssdlite320_mobilenet_v3_large',
];
const TELLING =
  /cls_logits\.weight|bbox_ctrness\.weight|layer4\.2\.conv3\.weight|conv\.[01]\.[01]\.weight|body\.16\.0\.weight|cls_score\.weight|scale_weight|extra\.0\.(1|0\.0)\.weight|classification_head\.module_list\.0\.(1\.)?weight|features\.1\.3\.0\.weight/;

const identify = (keys: Keys) => identifyPth(unreadState(keys), 'x.pth');
const without = (keys: Keys, ...names: readonly string[]) => keys.filter(([name]) => !names.includes(name));
const frozen = (keys: Keys) => keys.filter(([name]) => !name.endsWith('.num_batches_tracked'));
/** The names that torchvision had before 0.13. */
const older = (keys: Keys): Keys =>
  keys.map(([name, shape]) => [
    name
      .replace(/^(backbone\.fpn\.(?:inner|layer)_blocks\.\d)\.0\./, '$1.')
      .replace(/^rpn\.head\.conv\.0\.0\./, 'rpn.head.conv.'),
    shape,
  ]);

describe('the eleven detectors of torchvision are known by their tensors', () => {
  test.each([
    ['fasterrcnn_resnet50_fpn', 'Faster R-CNN ResNet-50 FPN', []],
    ['maskrcnn_resnet50_fpn', 'Mask R-CNN ResNet-50 FPN', ['boxes-only']],
    ['keypointrcnn_resnet50_fpn', 'Keypoint R-CNN ResNet-50 FPN', ['boxes-only']],
  ])('%s runs here as %s', (model, architecture, warnings) => {
    expect(identify(MODELS[model]!)).toMatchObject({
      kind: 'pth',
      architecture,
      knownBy: 'keys',
      classNames: null,
      classCount: 1,
      warnings,
      settings: { convention: 'fasterrcnn-resnet50-fpn', batchNormEpsilon: 1e-5, shortSide: null },
    });
  });

  test.each([
    ['retinanet_resnet50_fpn', 'RetinaNet ResNet-50 FPN', 'retinanet-resnet50-fpn', 1e-5],
    ['retinanet_resnet50_fpn_v2', 'RetinaNet ResNet-50 FPN v2', 'retinanet-resnet50-fpn-v2', 1e-5],
    ['fcos_resnet50_fpn', 'FCOS ResNet-50 FPN', 'fcos-resnet50-fpn', 1e-5],
    ['ssd300_vgg16', 'SSD300 VGG-16', 'ssd300-vgg16', 1e-5],
    ['ssdlite320_mobilenet_v3_large', 'SSDlite320 MobileNetV3-Large', 'ssdlite320-mobilenet-v3-large', 1e-3],
  ])('%s runs here as %s, of one stage', (model, architecture, convention, batchNormEpsilon) => {
    const identified = identify(MODELS[model]!);
    expect(identified).toMatchObject({
      kind: 'pth',
      architecture,
      knownBy: 'keys',
      classCount: 1,
      warnings: [],
      settings: { convention, shortSide: null },
    });
    if (model !== 'ssd300_vgg16') expect(identified.settings.batchNormEpsilon).toBe(batchNormEpsilon);
  });

  test.each(WITHOUT_SLACK)(
    '%s with one tensor missing, or of another shape, is refused by its name',
    (model) => {
      const keys = MODELS[model]!.filter(([name]) => !name.endsWith('.num_batches_tracked'));
      for (const [at, [name, shape]] of keys.entries()) {
        // What an architecture is known by cannot be missing without it being another.
        if (at % 7 !== 0 || TELLING.test(name)) continue;
        expect(() => identify(without(keys, name)), `without ${name}`).toThrow(
          expect.objectContaining({ about: { reason: 'tensor-missing', path: 'x.pth', name } }),
        );
        const other = keys.map((one): Keys[number] => (one[0] === name ? [name, [...shape, 2]] : one));
        expect(() => identify(other), `${name} of another shape`).toThrow(
          expect.objectContaining({ about: { reason: 'tensor-shape', path: 'x.pth', name } }),
        );
      }
    },
  );

  test('fasterrcnn_resnet50_fpn_v2 runs here as Faster R-CNN ResNet-50 FPN v2', () => {
    expect(identify(MODELS['fasterrcnn_resnet50_fpn_v2']!)).toMatchObject({
      architecture: 'Faster R-CNN ResNet-50 FPN v2',
      classCount: 1,
      warnings: [],
      settings: { convention: 'fasterrcnn-resnet50-fpn-v2', batchNormEpsilon: 1e-5 },
    });
  });

  test.each(['fasterrcnn_mobilenet_v3_large_fpn', 'fasterrcnn_mobilenet_v3_large_320_fpn'])(
    '%s may be either of two, which a person has to say',
    (model) => {
      expect(identify(MODELS[model]!)).toMatchObject({
        architecture: 'Faster R-CNN MobileNetV3-Large FPN',
        alike: [
          { id: 'fasterrcnn-mobilenet-v3-large-fpn', name: 'Faster R-CNN MobileNetV3-Large FPN' },
          { id: 'fasterrcnn-mobilenet-v3-large-320-fpn', name: 'Faster R-CNN MobileNetV3-Large 320 FPN' },
        ],
        settings: { convention: 'fasterrcnn-mobilenet-v3-large-fpn', batchNormEpsilon: 1e-5 },
      });
    },
  );

  test('no other is like another', () => {
    for (const [model, keys] of Object.entries(MODELS))
      if (!model.includes('mobilenet_v3_large_fpn') && !model.includes('320_fpn'))
        expect(identify(keys).alike, model).toEqual([]);
  });

  test('none is left out', () => {
    expect(Object.keys(MODELS)).toHaveLength(11);
  });
});

describe('of Faster R-CNN', () => {
  test.each([
    ['frozen batch norm has no epsilon', frozen(FASTER), 0],
    ['plain batch norm has 1e-5', FASTER, 1e-5],
    ['the older names do as well', older(frozen(FASTER)), 0],
  ])('%s', (_, keys, batchNormEpsilon) => {
    expect(identify(keys).settings.batchNormEpsilon).toBe(batchNormEpsilon);
  });

  test('the classes are those of the last layer but the background', () => {
    const ninety = FASTER.map(([name, shape]): Keys[number] =>
      name.startsWith('roi_heads.box_predictor.cls_score')
        ? [name, [91, ...shape.slice(1)]]
        : name.startsWith('roi_heads.box_predictor.bbox_pred')
          ? [name, [364, ...shape.slice(1)]]
          : [name, shape],
    );
    expect(identify(ninety).classCount).toBe(90);
  });

  test('a missing tensor is told by its name', () => {
    expect(() => identify(without(FASTER, 'rpn.head.bbox_pred.bias'))).toThrow(
      expect.objectContaining({
        about: { reason: 'tensor-missing', path: 'x.pth', name: 'rpn.head.bbox_pred.bias' },
      }),
    );
  });

  test('other anchors than torchvision has are told by the tensor', () => {
    const more = FASTER.map(([name, shape]): Keys[number] =>
      name === 'rpn.head.cls_logits.weight' ? [name, [5, 256, 1, 1]] : [name, shape],
    );
    expect(() => identify(more)).toThrow(
      expect.objectContaining({
        about: { reason: 'tensor-shape', path: 'x.pth', name: 'rpn.head.cls_logits.weight' },
      }),
    );
  });

  test('another backbone is told apart', () => {
    const deeper: Keys = [...FASTER, ['backbone.body.layer3.6.conv1.weight', [256, 1024, 1, 1]]];
    expect(() => identify(deeper)).toThrow(
      expect.objectContaining({ about: { reason: 'architecture', path: 'x.pth', name: 'Faster R-CNN' } }),
    );
  });
});

test.each<[string, Keys, string]>([
  [
    'a ResNet',
    [
      ['conv1.weight', [64, 3, 7, 7]],
      ['fc.weight', [1000, 2048]],
      ['fc.bias', [1000]],
    ],
    'classifier',
  ],
  [
    'a VGG',
    [
      ['features.0.weight', [64, 3, 3, 3]],
      ['classifier.6.weight', [1000, 4096]],
    ],
    'classifier',
  ],
  [
    'a YOLO without its classes',
    [
      ['0.conv.weight', [16, 3, 3, 3]],
      ['22.dfl.conv.weight', [1, 16, 1, 1]],
    ],
    'yolo-pt',
  ],
  ['something else', [['encoder.weight', [16, 16]]], 'architecture'],
])('%s is refused', (_, keys, reason) => {
  expect(() => identify(keys)).toThrow(
    expect.objectContaining({
      code: 'model-unsupported',
      // An architecture that nobody knows is told by the name of its first weight.
      about: { reason, path: 'x.pth', ...(reason === 'architecture' ? { name: keys[0]?.[0] } : {}) },
    }),
  );
});

/** Everything of the right shape and nearly nothing in it: enough for a session. */
const made = (
  keys: Keys,
  change: (name: string, shape: readonly number[]) => Partial<MadeTensor> = () => ({}),
) => makePth(new Map(keys.map(([name, shape]) => [name, { shape, ...change(name, shape) }])));

async function pipelineOf(file: Blob) {
  const state = await readPth(file, 'x.pth');
  const identified = identifyPth(state, 'x.pth');
  return { identified, pipeline: await pthPipeline(state, file, identified, identified.settings) };
}

describe('the graphs over a file', () => {
  test.each(['maskrcnn_resnet50_fpn', 'keypointrcnn_resnet50_fpn'])(
    'of %s are those of Faster R-CNN, to the last byte',
    async (model) => {
      const graphs = async (keys: Keys) => {
        const identified = identify(keys);
        return (await pthPipeline(unreadState(keys), new Blob(), identified, identified.settings)).graphs;
      };
      expect(await graphs(MODELS[model]!)).toEqual(await graphs(FASTER));
    },
  );

  test.each([
    ['plain batch norm, names of today', FASTER],
    ['frozen batch norm, names before 0.13', older(frozen(FASTER))],
  ])('are ones that the runtime takes: %s', async (_, keys) => {
    const file = made(keys, (_name, shape) => (shape.length === 0 ? { storage: 'LongStorage' } : {}));
    const { pipeline } = await pipelineOf(file);
    const bytes = new Uint8Array(await file.arrayBuffer());
    ort.env.wasm.numThreads = 2;
    for (const graph of pipeline.graphs) {
      expect(graph.external).toEqual([{ location: 'w', bytes: 'file' }]);
      expect((graph.bytes as Uint8Array).length).toBeLessThan(100_000);
      const session = await ort.InferenceSession.create(graph.bytes as Uint8Array, {
        executionProviders: ['wasm'],
        externalData: [{ path: 'w', data: bytes }],
      });
      expect(session.outputNames).toEqual(
        graph.id === 'head'
          ? ['logits', 'deltas']
          : [
              'p2',
              'p3',
              'p4',
              'p5',
              ...[0, 1, 2, 3, 4].map((i) => `objectness${i}`),
              ...[0, 1, 2, 3, 4].map((i) => `deltas${i}`),
            ],
      );
      await session.release();
    }
  });
});
