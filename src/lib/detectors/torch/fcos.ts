import type { DetectorSettings } from '$lib/domain/model';
import { IMAGENET, USUAL } from '../convention';
import type { NamedTensors } from '../detector';
import type { OnnxGraph } from '../onnx/write';
import { levelMap } from './anchors';
import type { Architecture } from './architecture';
import type { ClassBoxes } from './best-boxes';
import { clipBox } from './box-deltas';
import { ByClass } from './by-class';
import { classCount } from './class-count';
import { bestOfLevel, sigmoid } from './dense-level';
import { coarserLevels, PYRAMID_CHANNELS, pyramid } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { NetworkImage } from './image-tensor';
import { oneStage } from './one-stage';
import { resnet50 } from './resnet50';

const CLASS_LOGITS = 'head.classification_head.cls_logits.weight';
/** The unit of each level's distances to a box's sides, in pixels of the network's image. */
const UNITS = [8, 16, 32, 64, 128];
const LEVELS = UNITS.map((_, level) => level);
/** The indices of the head's convolutions; after each follow its normalization and its activation. */
const HEAD_CONVOLUTIONS = [0, 3, 6, 9];
const GROUPS = 32;
const GROUP_EPSILON = 1e-5;

/**
 * torchvision's FCOS with ResNet-50. It has no anchors; it predicts the distances from each place to a box's sides.
 */
export const fcos: Architecture = {
  id: 'fcos-resnet50-fpn',
  name: () => 'FCOS ResNet-50 FPN',
  matches: ({ tensors }) =>
    tensors.has('head.regression_head.bbox_ctrness.weight') &&
    tensors.has('backbone.body.layer4.2.conv3.weight'),
  runs: oneStage({
    settings: {
      ...USUAL,
      ...IMAGENET,
      convention: 'fcos-resnet50-fpn',
      fit: 'native',
      padding: 0,
      scoreThreshold: 0.2,
      iouThreshold: 0.6,
      maxDetections: 100,
    },
    frozenEpsilon: 1e-5,
    fixed: null,
    classes: (state) => classCount(state, CLASS_LOGITS, 1, 1),
    graph,
    boxes,
  }),
};

/**
 * Input: `image` [1, 3, H, W]. Outputs of five levels: `logits<i>` [1, classes, h, w] and `centredness<i>` [1, 1,
 * h, w], both before the sigmoid, and `distances<i>` [1, 4, h, w].
 */
function graph(find: FindWeight, classes: number, epsilon: number): OnnxGraph {
  const network = new Network(find);
  const maps = pyramid(network, resnet50(network, epsilon).slice(1), null);
  const coarser = coarserLevels(network, { map: maps.at(-1)!, channels: PYRAMID_CHANNELS });
  const last = { from: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
  for (const [level, map] of [...maps, ...coarser].entries()) {
    const what = tower(network, map, 'head.classification_head');
    network.convolve(
      what,
      ['head.classification_head.cls_logits'],
      { ...last, to: classes },
      `logits${level}`,
    );
    const where = tower(network, map, 'head.regression_head');
    const distances = network.convolve(where, ['head.regression_head.bbox_reg'], { ...last, to: 4 });
    network.node('Relu', [distances], {}, `distances${level}`);
    network.convolve(where, ['head.regression_head.bbox_ctrness'], { ...last, to: 1 }, `centredness${level}`);
  }
  return network.graph(
    'network',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    LEVELS.flatMap((level) => [
      network.output(`logits${level}`, classes),
      network.output(`distances${level}`, 4),
      network.output(`centredness${level}`, 1),
    ]),
  );
}

const tower = (network: Network, map: string, head: string): string =>
  HEAD_CONVOLUTIONS.reduce((x, at) => {
    const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
    const next = network.convolve(x, [`${head}.conv.${at}`], same);
    const norm = `${head}.conv.${at + 1}`;
    return network.relu(network.normaliseGroups(next, norm, PYRAMID_CHANNELS, GROUPS, GROUP_EPSILON));
  }, map);

function boxes(
  outputs: NamedTensors,
  classes: number,
  { image, padded }: NetworkImage,
  { scoreThreshold }: DetectorSettings,
): readonly ClassBoxes[] {
  const { fround } = Math;
  const found = new ByClass(classes);
  const box = new Float32Array(4);
  for (const level of LEVELS) {
    const logits = outputs[`logits${level}`]!;
    const distances = outputs[`distances${level}`]!.data as Float32Array;
    const centredness = (outputs[`centredness${level}`]!.data as Float32Array).map(sigmoid);
    const { width, height, strideX, strideY } = levelMap(logits, padded);
    const cells = height * width;
    const scores = { logits, classes, centredness };
    for (const { score, classNumber, anchor: cell } of bestOfLevel(scores, scoreThreshold)) {
      const away = (side: number) => fround(distances[side * cells + cell]! * UNITS[level]!);
      const x = (cell % width) * strideX;
      const y = Math.floor(cell / width) * strideY;
      box.set([x - away(0), y - away(1), x + away(2), y + away(3)]);
      clipBox(box, 0, image, 0);
      found.add(classNumber, score, box);
    }
  }
  return found.lists();
}
