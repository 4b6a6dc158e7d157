import type { DetectorSettings } from '$lib/domain/model';
import { IMAGENET, USUAL } from '../convention';
import type { NamedTensors } from '../detector';
import type { OnnxGraph } from '../onnx/write';
import { baseAnchors, levelMap, placeAnchor } from './anchors';
import type { Architecture } from './architecture';
import type { ClassBoxes } from './best-boxes';
import { applyDeltas, clipBox } from './box-deltas';
import { ByClass } from './by-class';
import { classCount } from './class-count';
import { bestOfLevel } from './dense-level';
import { coarserLevels, PYRAMID_CHANNELS, pyramid } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { NetworkImage } from './image-tensor';
import { oneStage } from './one-stage';
import { resnet50 } from './resnet50';

const CLASS_LOGITS = 'head.classification_head.cls_logits.weight';
/** The anchors of each level: three sizes, each a third of an octave larger, in three shapes. */
const SIDES = [32, 64, 128, 256, 512].map((side) => [
  side,
  Math.trunc(side * 2 ** (1 / 3)),
  Math.trunc(side * 2 ** (2 / 3)),
]);
const ANCHORS = 9;
const LEVELS = SIDES.map((_, level) => level);
const HEAD_CONVOLUTIONS = [0, 1, 2, 3];
const GROUPS = 32;
const GROUP_EPSILON = 1e-5;

const SETTINGS: DetectorSettings = {
  ...USUAL,
  ...IMAGENET,
  convention: 'retinanet-resnet50-fpn',
  fit: 'native',
  padding: 0,
  scoreThreshold: 0.05,
  iouThreshold: 0.5,
  maxDetections: 300,
};

/**
 * torchvision's RetinaNet with ResNet-50: the first version, and the second, whose head has group normalization.
 */
const retinaNet = (version: 1 | 2): Architecture => {
  const isSecond = version === 2;
  const convention = isSecond ? 'retinanet-resnet50-fpn-v2' : SETTINGS.convention;
  return {
    id: convention,
    name: () => `RetinaNet ResNet-50 FPN${isSecond ? ' v2' : ''}`,
    matches: ({ tensors }) =>
      tensors.has(CLASS_LOGITS) &&
      tensors.has('backbone.body.layer4.2.conv3.weight') &&
      !tensors.has('head.regression_head.bbox_ctrness.weight') &&
      tensors.has('head.classification_head.conv.0.1.weight') === isSecond,
    runs: oneStage({
      settings: { ...SETTINGS, convention },
      // torchvision sets this value for its own weights of the first version.
      frozenEpsilon: isSecond ? 1e-5 : 0,
      fixed: null,
      classes: (state) => classCount(state, CLASS_LOGITS, ANCHORS, 1),
      graph: (find, classes, epsilon) => graph(find, classes, epsilon, isSecond),
      boxes,
    }),
  };
};

export const retinaNet1 = retinaNet(1);
export const retinaNet2 = retinaNet(2);

/**
 * Input: `image` [1, 3, H, W]. Outputs of five levels: `logits<i>` [1, 9 * classes, h, w] before the sigmoid, and
 * `deltas<i>` [1, 36, h, w].
 */
function graph(find: FindWeight, classes: number, epsilon: number, isSecond: boolean): OnnxGraph {
  const network = new Network(find);
  const layers = resnet50(network, epsilon).slice(1);
  const maps = pyramid(network, layers, null);
  const finest = { map: maps.at(-1)!, channels: PYRAMID_CHANNELS };
  const coarser = coarserLevels(network, isSecond ? layers.at(-1)! : finest);
  const last = { from: PYRAMID_CHANNELS, kernel: 3, hasBias: true };
  for (const [level, map] of [...maps, ...coarser].entries()) {
    const what = tower(network, map, 'head.classification_head', isSecond);
    network.convolve(
      what,
      ['head.classification_head.cls_logits'],
      { ...last, to: ANCHORS * classes },
      `logits${level}`,
    );
    const where = tower(network, map, 'head.regression_head', isSecond);
    network.convolve(
      where,
      ['head.regression_head.bbox_reg'],
      { ...last, to: ANCHORS * 4 },
      `deltas${level}`,
    );
  }
  return network.graph(
    'network',
    [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
    LEVELS.flatMap((level) => [
      network.output(`logits${level}`, ANCHORS * classes),
      network.output(`deltas${level}`, ANCHORS * 4),
    ]),
  );
}

/** Four convolutions; files from before torchvision 0.13 have other names for them. */
function tower(network: Network, map: string, head: string, isSecond: boolean): string {
  const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: !isSecond };
  return HEAD_CONVOLUTIONS.reduce((x, at) => {
    const modules = [`${head}.conv.${at}.0`, ...(isSecond ? [] : [`${head}.conv.${at * 2}`])];
    const next = network.convolve(x, modules, same);
    const even = isSecond
      ? network.normaliseGroups(next, `${head}.conv.${at}.1`, PYRAMID_CHANNELS, GROUPS, GROUP_EPSILON)
      : next;
    return network.relu(even);
  }, map);
}

function boxes(
  outputs: NamedTensors,
  classes: number,
  { image, padded }: NetworkImage,
  { scoreThreshold }: DetectorSettings,
): readonly ClassBoxes[] {
  const found = new ByClass(classes);
  const anchorBox = { boxes: new Float32Array(4), at: 0 };
  const box = new Float32Array(4);
  for (const level of LEVELS) {
    const logits = outputs[`logits${level}`]!;
    const offsets = outputs[`deltas${level}`]!.data as Float32Array;
    const map = levelMap(logits, padded);
    const cells = map.height * map.width;
    const base = baseAnchors(SIDES[level]!);
    for (const { score, classNumber, anchor } of bestOfLevel({ logits, classes }, scoreThreshold)) {
      const shape = anchor % ANCHORS;
      const cell = (anchor - shape) / ANCHORS;
      const delta = (part: number) => offsets[(shape * 4 + part) * cells + cell]!;
      placeAnchor(base, anchor, map, anchorBox.boxes);
      applyDeltas(anchorBox, [delta(0), delta(1), delta(2), delta(3)], { boxes: box, at: 0 });
      clipBox(box, 0, image, 0);
      found.add(classNumber, score, box);
    }
  }
  return found.lists();
}
