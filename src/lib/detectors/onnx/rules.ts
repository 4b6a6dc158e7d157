import { AppError } from '$lib/domain/errors';
import { IMAGENET } from '../convention';
import type { TensorInfo } from '../detector';
import { conventionOfShape } from '../shapes';
import {
  guess,
  isFloatInfo,
  minus,
  outputNamed,
  rankOf,
  sizeAt,
  type Facts,
  type Guess,
  type Rule,
} from './facts';
import * as more from './more-rules';
import { ultralytics } from './ultralytics';

/** Raw maps of anchors, `[1, 3, H, W, 5 + C]`, are outputs of a training graph of YOLOv5. */
const trainingGraph: Rule = ({ signature: { outputs } }) => {
  if (!outputs.every((output) => rankOf(output) === 5)) return null;
  throw new AppError('model-unsupported', { reason: 'training-graph' });
};

/** Matches a classifier: one row of numbers per picture, and no output that could hold boxes. */
const classifier: Rule = ({ signature: { outputs }, picture }) => {
  const [output] = outputs;
  if (outputs.length !== 1 || output === undefined) return null;
  const [batch, second, ...rest] = output.shape ?? [];
  const isFlat = second !== undefined && rest.every((size) => size === 1) && rank(output, [2, 4]);
  const isOneEach = batch === 1 || (typeof batch === 'string' && batch === picture.shape?.[0]);
  if (!isFlat || !isOneEach) return null;
  throw new AppError('model-unsupported', { reason: 'classifier' });
};

const rank = (info: TensorInfo, ranks: readonly number[]): boolean => ranks.includes(rankOf(info) ?? 0);

/**
 * The number of mask channels: for an output `[1, K, H, W]` beside the boxes, each row ends in K mask coefficients.
 */
const maskChannels = ({ signature: { outputs } }: Facts): number => {
  const masks = outputs.filter(isFloatInfo).filter((output) => rankOf(output) === 4);
  return masks.length === 1 ? (sizeAt(masks[0]!, 1 - 4) ?? 0) : 0;
};

/** The single output that can hold boxes; raw maps and masks beside it are ignored. */
function onlyMatrix({ signature: { outputs } }: Facts): TensorInfo | null {
  const floats = outputs.filter(isFloatInfo);
  const matrices = floats.filter((output) => rankOf(output) === 3);
  if (matrices.length === 1) return matrices[0]!;
  return floats.length === 1 && rankOf(floats[0]!) === 2 ? floats[0]! : null;
}

/** Guesses by shape alone; `knownBy` says whether the names fit too. */
function byShape(facts: Facts, knownBy: Guess['knownBy']): Guess | null {
  const output = onlyMatrix(facts);
  if (output === null) return null;
  const rows = sizeAt(output, -2);
  const columns = sizeAt(output, -1);
  if (rows !== null && columns !== null) {
    const convention = conventionOfShape(rows, columns, facts.input);
    if (convention === null) return null;
    const columnsOfMasks = convention === 'yolo-v8' || convention === 'yolo-v5' ? maskChannels(facts) : 0;
    return guess(
      convention,
      knownBy,
      minus(classesOf(convention, rows, columns), columnsOfMasks),
      asYoloV6(facts, convention),
    );
  }
  if (rankOf(output) === 2) return columns === 6 || columns === 7 ? guess('end-to-end', knownBy, null) : null;
  if (rows !== null && rows > 4) return guess('yolo-v8', knownBy, rows - 4);
  if (rows !== null || (columns !== null && columns < 6)) return null;
  return guess('yolo-by-shape', knownBy, null, { warnings: ['convention-open'] });
}

/**
 * YOLOv6 has one row per cell like YOLOX, but returns pixels and takes the input of YOLOv5; its exporter names the
 * output `outputs`.
 */
const asYoloV6 = ({ signature }: Facts, convention: string): Partial<Guess> =>
  convention === 'yolox' && outputNamed(signature, 'outputs') !== undefined
    ? { convention: 'yolo-v5', architecture: 'YOLOv6' }
    : {};

function classesOf(convention: string, rows: number, columns: number): number | null {
  const count: Readonly<Record<string, number | null>> = {
    'yolo-v8': minus(Math.min(rows, columns), 4),
    'yolo-v5': minus(columns, 5),
    yolox: minus(columns, 5),
    'nanodet-plus': minus(columns, 32),
  };
  return count[convention] ?? null;
}

/**
 * The exporters of YOLOv5 and YOLOX both use the names `images` and `output`; the number of rows tells them apart.
 */
const yolo: Rule = (facts) => {
  const isNamed =
    facts.picture.name === 'images' &&
    facts.signature.outputs.some(({ name }) => name === 'output0' || name === 'output' || name === 'outputs');
  return isNamed ? byShape(facts, 'names') : null;
};

const hasSizes = ({ inputs }: Facts['signature']): boolean =>
  inputs.some(({ name }) => name === 'orig_target_sizes');

const torchvision: Rule = ({ signature }) => {
  const { outputs } = signature;
  if (hasSizes(signature)) return null;
  if (['boxes', 'labels', 'scores'].every((name) => outputNamed(signature, name) !== undefined))
    return guess('torchvision', 'names', null);
  const isBoxes = (info: TensorInfo) => isFloatInfo(info) && rankOf(info) === 2 && sizeAt(info, -1) === 4;
  const isLabels = (info: TensorInfo) => info.type === 'int64' && rankOf(info) === 1;
  const isScores = (info: TensorInfo) => isFloatInfo(info) && rankOf(info) === 1;
  return [isBoxes, isLabels, isScores].every((looks) => outputs.some(looks))
    ? guess('torchvision', 'shapes', null)
    : null;
};

/**
 * The names `logits` and `pred_boxes` fit both softmax and sigmoid; the file's name or the number of queries hints
 * at one.
 */
const SIGMOID = /rt-?_?detr|d-?_?fine|deim|deformable|conditional/i;
const SOFTMAX_QUERIES = 100;

const detr: Rule = ({ signature, fileName, input }) => {
  const logits = outputNamed(signature, 'logits') ?? outputNamed(signature, 'pred_logits');
  if (logits === undefined || outputNamed(signature, 'pred_boxes') === undefined) return null;
  const columns = sizeAt(logits, -1);
  const isSoftmax = !SIGMOID.test(fileName) && sizeAt(logits, -2) === SOFTMAX_QUERIES && columns !== 1;
  const warnings = ['activation-guessed'];
  if (!isSoftmax) return guess('detr-sigmoid', 'names', columns, { warnings });
  const settings = input === null ? { inputSize: { width: 800, height: 800 } } : {};
  return guess('detr', 'names', minus(columns, 1), { warnings, settings });
};

const targetSizes: Rule = ({ signature }) =>
  hasSizes(signature) &&
  ['boxes', 'labels', 'scores'].every((name) => outputNamed(signature, name) !== undefined)
    ? guess('target-sizes', 'names', null)
    : null;

/**
 * Both RF-DETR and MMDetection name their outputs `dets` and `labels`; RF-DETR's labels are floats per class,
 * MMDetection's are integers.
 */
const detsAndLabels: Rule = ({ signature }) => {
  const dets = outputNamed(signature, 'dets');
  const labels = outputNamed(signature, 'labels');
  if (dets === undefined || labels === undefined) return null;
  if (isFloatInfo(labels) && rankOf(labels) === 3)
    return guess('rf-detr', 'names', minus(sizeAt(labels, -1), 1));
  return isFloatInfo(labels) ? null : guess('mmdetection', 'names', null);
};

const tensorflow: Rule = ({ signature, input }) =>
  ['detection_boxes', 'detection_scores', 'detection_classes'].every(
    (name) => outputNamed(signature, name) !== undefined,
  )
    ? guess('tensorflow', 'names', null, { settings: input === null ? { fit: 'native' } : {} })
    : null;

const ssd: Rule = ({ signature }) => {
  const scores = outputNamed(signature, 'scores');
  const boxes = outputNamed(signature, 'boxes');
  if (scores === undefined || boxes === undefined || signature.outputs.length !== 2) return null;
  return rankOf(scores) === 3 && rankOf(boxes) === 3
    ? guess('ssd', 'names', minus(sizeAt(scores, -1), 1))
    : null;
};

/** Matches NanoDet's three maps and PicoDet's four; each map is two outputs with the same number of cells. */
const headMaps: Rule = ({ signature: { outputs }, fileName }) => {
  const pairs = new Map<number | null, TensorInfo[]>();
  for (const output of outputs) {
    const cells = rankOf(output) === 3 ? sizeAt(output, -2) : null;
    pairs.set(cells, [...(pairs.get(cells) ?? []), output]);
  }
  if (outputs.length < 4 || pairs.has(null) || [...pairs.values()].some((pair) => pair.length !== 2))
    return null;
  const [first, second] = [...pairs.values()][0]!.map((output) => sizeAt(output, -1));
  if (
    first == null ||
    second == null ||
    ![first, second].some((columns) => columns % 4 === 0 && columns >= 16)
  )
    return null;
  const isPico = /pico/i.test(fileName) || (pairs.size === 4 && !/nano/i.test(fileName));
  return guess('nanodet', 'shapes', first === 32 ? second : first, {
    architecture: isPico ? 'PicoDet' : 'NanoDet',
    settings: isPico ? { ...IMAGENET, channels: 'rgb', range: 1, fit: 'stretch' } : {},
  });
};

/** The rules in order; the first match wins: metadata before names, names before shapes. */
export const RULES: readonly Rule[] = [
  ultralytics,
  more.paddle,
  more.yoloV3Indices,
  more.nmsLists,
  more.sevenColumns,
  trainingGraph,
  more.boxesAndScores,
  yolo,
  more.zooRcnn,
  more.zooSsd,
  torchvision,
  detr,
  targetSizes,
  detsAndLabels,
  tensorflow,
  more.yuNet,
  more.efficientDetAnchored,
  more.retinaFace,
  more.scrfd,
  ssd,
  headMaps,
  more.grids,
  classifier,
  (facts) => byShape(facts, 'shapes'),
];
