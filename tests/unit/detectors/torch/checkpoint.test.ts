import { readdirSync, readFileSync } from 'node:fs';
import { identifyPth } from '$lib/detectors/torch/identify';
import { readPth } from '$lib/detectors/torch/read-pth';
import { describe, expect, test } from 'vitest';
import { dictionary, pickle, tensor, unicode } from '../../../fixtures/pickle';
import { pthOf } from '../../../fixtures/pth';
import { torchvisionKeys } from '../../../fixtures/torchvision';
import { hasShared, shared } from '../../../fixtures/shared';

const MODELS = torchvisionKeys();
type Keys = readonly (readonly [string, readonly number[]])[];
type Bytes = readonly number[];

/** Every tensor a view of one number: only names and shapes count. */
const entry = (name: string, shape: readonly number[]): Bytes => {
  return [
    ...unicode(name),
    ...tensor({ storage: 'FloatStorage', key: '0', count: 1, shape, stride: shape.map(() => 0) }),
  ];
};
const weights = (keys: Keys, prefix = ''): Bytes =>
  dictionary(...keys.map(([name, shape]) => entry(prefix + name, shape)));
const under = (...parts: readonly (readonly [string, Bytes])[]): Bytes =>
  dictionary(...parts.map(([name, value]) => [...unicode(name), ...value]));
const file = (root: Bytes) => pthOf(pickle(root), [['made/data/0', new Uint8Array(4)]]);
const identified = async (root: Bytes) => {
  const made = file(root);
  return identifyPth(await readPth(made, 'x.pth'), 'x.pth');
};

const FASTER = MODELS['fasterrcnn_resnet50_fpn']!;
const RETINA = MODELS['retinanet_resnet50_fpn']!;
const stray: Keys = [
  ['criterion.weight', [4]],
  ['val_map._dummy', [1]],
];
const joined = (...parts: readonly Bytes[]): Bytes => dictionary(...parts.map((part) => part));
const both = (keys: Keys, prefix: string, more: Keys): Bytes =>
  joined(
    ...keys.map(([name, shape]) => entry(prefix + name, shape)),
    ...more.map(([name, shape]) => entry(name, shape)),
  );

describe('a detector inside a training framework’s checkpoint', () => {
  test.each<[string, Bytes]>([
    ['Lightning, with a loss and a metric beside it', under(['state_dict', both(FASTER, 'model.', stray)])],
    ['a prefix of the trainer’s own', under(['model_state_dict', weights(FASTER, 'detector.')])],
    ['distributed, within an average', under(['ema', under(['shadow', weights(FASTER, 'module.model.')])])],
    ['an average that the script names', under(['model_ema', weights(FASTER, 'module.')])],
    ['compiled and distributed', under(['state_dict', weights(FASTER, 'module._orig_mod.')])],
    ['under a key nobody knows', under(['my_detector', under(['best', weights(FASTER, 'net.det.')])])],
    [
      'a student beside its teacher',
      both(
        FASTER,
        'student.',
        RETINA.map(([name, shape]) => [`teacher.${name}`, shape]),
      ),
    ],
  ])('%s', async (_, root) => {
    expect(await identified(root)).toMatchObject({
      architecture: 'Faster R-CNN ResNet-50 FPN',
      classCount: 1,
    });
  });

  test('an optimizer’s tensors are no network', async () => {
    const root = under(['optimizer_state_dict', under(['exp_avg', weights(FASTER)])]);
    await expect(identified(root)).rejects.toMatchObject({ about: { reason: 'optimizer' } });
  });

  test('of a network that is not known the first names are told', async () => {
    const keys: Keys = Array.from(
      { length: 30 },
      (_, at) => [`wrapped.encoder.layer${at}.w`, [3, 3, 3]] as const,
    );
    await expect(identified(weights(keys))).rejects.toMatchObject({
      about: {
        reason: 'architecture',
        name: 'wrapped.encoder.layer0.w, wrapped.encoder.layer1.w, wrapped.encoder.layer2.w, …',
      },
    });
  });

  const REPORT = shared('reports/R41/model');
  test.skipIf(!hasShared).each(hasShared ? readdirSync(REPORT) : ['-'])('the report’s %s', async (name) => {
    const blob = new Blob([readFileSync(`${REPORT}/${name}`)]);
    const found = identifyPth(await readPth(blob, name), name);
    expect(found).toMatchObject({
      architecture: 'Faster R-CNN ResNet-50 FPN',
      classCount: 1,
      settings: { convention: 'fasterrcnn-resnet50-fpn' },
    });
    if (/lightning|epoch/.test(name)) expect(found.classNames).toEqual(['polyp']);
  });
});
