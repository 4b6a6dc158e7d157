import { IMAGENET } from '../convention';
import { efficientDetAnchors } from '../conventions/efficientdet-anchors';
import { NMS_LIST_NAMES } from '../conventions/nms-lists';
import { YUNET_STRIDES } from '../conventions/yunet';
import type { TensorInfo } from '../detector';
import { cellCount, MAP_SETS, THREE_MAPS } from '../grids';
import { gridOfShape } from '../maps';
import { guess, isFloatInfo, outputNamed, rankOf, sizeAt, type Facts, type Rule } from './facts';

const hasInput = ({ signature }: Facts, name: string): boolean =>
  signature.inputs.some((info) => info.name === name);
const floatsOf = ({ signature }: Facts): readonly TensorInfo[] => signature.outputs.filter(isFloatInfo);

/**
 * PaddleDetection's exports have an input `scale_factor`. Those that also have `im_shape` and suppress by
 * `multiclass_nms` (PP-YOLO, YOLOv3), and PicoDet, subtract ImageNet's mean; PP-YOLOE and RT-DETR do not.
 */
export const paddle: Rule = (facts) => {
  if (!hasInput(facts, 'scale_factor')) return null;
  const rows = floatsOf(facts).find((info) => sizeAt(info, -1) === 6 && rankOf(info) === 2);
  if (rows === undefined) return null;
  const isOld = hasInput(facts, 'im_shape') && rows.name.includes('multiclass_nms');
  return guess('paddle', 'names', null, {
    settings: isOld || /pico/i.test(facts.fileName) ? IMAGENET : {},
  });
};

/** YOLOv3 and tiny YOLOv3 of the ONNX Model Zoo return the chosen boxes as indices. */
export const yoloV3Indices: Rule = (facts) => {
  if (!hasInput(facts, 'image_shape')) return null;
  const indices = facts.signature.outputs.find((info) => !isFloatInfo(info) && sizeAt(info, -1) === 3);
  const [boxes, scores] = floatsOf(facts);
  return indices === undefined || boxes === undefined || scores === undefined || sizeAt(boxes, -1) !== 4
    ? null
    : guess('yolo-v3-indices', 'names', sizeAt(scores, -2), {
        settings: facts.input === null ? { inputSize: { width: 416, height: 416 } } : {},
      });
};

export const nmsLists: Rule = ({ signature: { outputs } }) =>
  (['boxes', 'scores', 'classes'] as const).every((part) =>
    outputs.some(({ name }) => NMS_LIST_NAMES[part].test(name)),
  )
    ? guess('nms-lists', 'names', null)
    : null;

/**
 * Outputs with seven columns: EfficientDet puts the score before the class and the top before the left; YOLO-NAS
 * puts only the score before the class.
 */
export const sevenColumns: Rule = (facts) => {
  const [rows, ...others] = floatsOf(facts);
  if (rows === undefined || others.length > 0 || sizeAt(rows, -1) !== 7) return null;
  if (/flat_predictions$/.test(rows.name))
    return guess('end-to-end', 'names', null, { architecture: 'YOLO-NAS' });
  if (facts.layout === 'nhwc' || /^detections(:|$)/.test(rows.name) || /efficient-?det/i.test(facts.fileName))
    return guess('efficientdet', 'names', null);
  // The shape of `DetectionOutput` in Caffe and OpenVINO is `[1, 1, n, 7]`.
  if (rankOf(rows) !== 4 || sizeAt(rows, -3) !== 1) return null;
  const half = [127.5, 127.5, 127.5] as const;
  return guess('end-to-end', 'shapes', null, {
    architecture: 'SSD (DetectionOutput)',
    settings: { channels: 'bgr', range: 255, mean: half, std: half, fit: 'stretch' },
  });
};

export const yuNet: Rule = ({ signature }) =>
  YUNET_STRIDES.every((stride) =>
    ['cls', 'obj', 'bbox'].every((name) => outputNamed(signature, `${name}_${stride}`) !== undefined),
  )
    ? guess('yunet', 'names', 1)
    : null;

/** SCRFD has pairs of scores and boxes on three or five grids, and at most key points beside them. */
export const scrfd: Rule = (facts) => {
  const outputs = floatsOf(facts);
  const count = (columns: number) => outputs.filter((info) => sizeAt(info, -1) === columns).length;
  const [scores, boxes, points] = [count(1), count(4), count(10)];
  const isWhole = scores === boxes && (scores === 3 || scores === 5) && (points === 0 || points === scores);
  return isWhole && scores + boxes + points === outputs.length ? guess('scrfd', 'shapes', 1) : null;
};

export const retinaFace: Rule = (facts) => {
  const outputs = floatsOf(facts).filter((info) => rankOf(info) === 3);
  const byColumns = [4, 2, 10].map((columns) => outputs.find((info) => sizeAt(info, -1) === columns));
  if (outputs.length !== 3 || byColumns.includes(undefined)) return null;
  const rows = sizeAt(outputs[0]!, -2);
  const isGrid = facts.input !== null && rows === cellCount(facts.input, THREE_MAPS) * 2;
  return isGrid || (rows === null && facts.input === null) ? guess('retinaface', 'shapes', 1) : null;
};

export const efficientDetAnchored: Rule = (facts) => {
  const matrices = floatsOf(facts).filter((info) => rankOf(info) === 3);
  const offsets =
    outputNamed(facts.signature, 'regression') ?? matrices.find((info) => sizeAt(info, -1) === 4);
  const scores =
    outputNamed(facts.signature, 'classification') ??
    matrices.find((info) => info !== offsets && sizeAt(info, -1) !== 4);
  if (offsets === undefined || scores === undefined || facts.input === null) return null;
  const count = efficientDetAnchors(facts.input);
  return sizeAt(offsets, -2) === count && sizeAt(scores, -2) === count
    ? guess('efficientdet-anchors', 'shapes', sizeAt(scores, -1))
    : null;
};

/** YOLOv4 has this many boxes per cell. */
const ANCHORS = 3;

/** Matches separate outputs for boxes and scores with one row per cell of the input's grids. */
export const boxesAndScores: Rule = (facts) => {
  const outputs = floatsOf(facts);
  const [first, second] = outputs;
  if (first === undefined || second === undefined || outputs.length !== 2) return null;
  const isBoxes = (info: TensorInfo) =>
    sizeAt(info, -1) === 4 && (rankOf(info) === 3 || (rankOf(info) === 4 && sizeAt(info, -2) === 1));
  const boxes = isBoxes(first) ? first : isBoxes(second) ? second : null;
  const scores = boxes === first ? second : first;
  if (boxes === null || rankOf(scores) !== 3 || facts.input === null) return null;
  const isAnchored = rankOf(boxes) === 4;
  const places = sizeAt(boxes, isAnchored ? -3 : -2);
  const counts = MAP_SETS.map((strides) => cellCount(facts.input!, strides));
  const isGrid = counts.some((count) => places === count || (isAnchored && places === count * ANCHORS));
  const [rows, columns] = [sizeAt(scores, -2), sizeAt(scores, -1)];
  if (!isGrid || (rows !== places && columns !== places)) return null;
  const classCount = rows === places ? columns : rows;
  if (isAnchored)
    return guess('boxes-and-scores', 'shapes', classCount, {
      architecture: 'YOLOv4',
      settings: { fit: 'stretch' },
    });
  const isDamo = /damo/i.test(facts.fileName) || (first.name === 'output' && first === scores);
  return isDamo
    ? guess('boxes-and-scores', 'names', classCount, {
        architecture: 'DAMO-YOLO',
        settings: { range: 255, fit: 'corner', padding: 0 },
      })
    : guess('boxes-and-scores', 'shapes', classCount, { architecture: 'YOLO-NAS' });
};

/** Matches raw grids, which differ in their strides and channels. */
export const grids: Rule = (facts) => {
  const { input } = facts;
  const outputs = floatsOf(facts);
  const maps = outputs.map(({ shape }) =>
    shape === null || input === null ? null : gridOfShape(shape, input),
  );
  const strides = new Set(maps.map((map) => map?.stride));
  if (maps.includes(null) || input === null) return null;
  const [first, second, third] = maps;
  const channels = first?.channels ?? 0;
  if (maps.length === 1 && first?.stride === 16 && !first.isLast && channels >= 6)
    return guess('fastestdet', 'shapes', channels - 5);
  if (maps.length === 1 && first?.stride === 32 && !first.isLast && channels % 5 === 0 && channels >= 30)
    return guess('yolo-v2', 'shapes', channels / 5 - 5, { settings: yoloV2Preprocessing(facts) });
  if (!strides.has(16) || !strides.has(32) || strides.size !== 2) return null;
  if (maps.length === 2 && first?.isLast === true && channels > 15 && second?.channels === channels)
    return guess('yolo-fastest-v2', 'shapes', channels - 15);
  if (maps.length === 6 && channels === 12 && second?.channels === 3)
    return guess('yolo-fastest-v2', 'shapes', third?.channels ?? null);
  return null;
};

/**
 * Exports of Custom Vision and the ONNX Model Zoo's tiny YOLOv2 scale bytes in the graph; the former take BGR.
 */
function yoloV2Preprocessing({ picture, signature }: Facts) {
  if (outputNamed(signature, 'model_outputs') !== undefined && picture.name === 'data')
    return { channels: 'bgr', range: 255 } as const;
  return outputNamed(signature, 'grid') !== undefined ? ({ range: 255 } as const) : {};
}

/**
 * Faster R-CNN and Mask R-CNN of the ONNX Model Zoo have these numbers as names of their outputs, and take Caffe's
 * colours.
 */
export const zooRcnn: Rule = ({ signature, input }) =>
  ['6379', '6568'].some((name) => outputNamed(signature, name) !== undefined)
    ? guess('rcnn-caffe', 'names', null, {
        settings: input === null ? { inputSize: { width: 1088, height: 800 } } : {},
      })
    : null;

/** The ONNX Model Zoo's SSD: `bboxes` as fractions of the input, `labels` from 1, `scores`. */
export const zooSsd: Rule = ({ signature }) =>
  ['bboxes', 'labels', 'scores'].every((name) => outputNamed(signature, name) !== undefined)
    ? guess('torchvision', 'names', null, {
        architecture: 'SSD (ONNX Model Zoo)',
        settings: { ...IMAGENET, fit: 'stretch' },
      })
    : null;
