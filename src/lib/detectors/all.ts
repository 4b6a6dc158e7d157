import { AppError } from '$lib/domain/errors';
import type { DetectorSettings } from '$lib/domain/model';
import type { Candidates } from './candidates';
import type { Convention, DecodeContext } from './convention';
import { boxesAndScores } from './conventions/boxes-and-scores';
import { detr } from './conventions/detr';
import { detrSigmoid } from './conventions/detr-sigmoid';
import { efficientDet } from './conventions/efficientdet';
import { efficientDetWithAnchors } from './conventions/efficientdet-anchors';
import { endToEnd } from './conventions/end-to-end';
import { fastestDet } from './conventions/fastestdet';
import { mmdetection } from './conventions/mmdetection';
import { nanodet } from './conventions/nanodet';
import { nanodetPlus } from './conventions/nanodet-plus';
import { nmsLists } from './conventions/nms-lists';
import { paddle } from './conventions/paddle';
import { rcnnCaffe } from './conventions/rcnn-caffe';
import { retinaFace } from './conventions/retinaface';
import { rfDetr } from './conventions/rf-detr';
import { scrfd } from './conventions/scrfd';
import { ssd } from './conventions/ssd';
import { targetSizes } from './conventions/target-sizes';
import { tensorflow } from './conventions/tensorflow';
import { torchvision } from './conventions/torchvision';
import { yoloDetr } from './conventions/yolo-detr';
import { yoloObb, yoloObbChosen } from './conventions/yolo-obb';
import { yoloFastestV2 } from './conventions/yolo-fastest-v2';
import { yoloV2 } from './conventions/yolo-v2';
import { yoloV3Indices } from './conventions/yolo-v3-indices';
import { yoloV5 } from './conventions/yolo-v5';
import { yoloV8 } from './conventions/yolo-v8';
import { yolox } from './conventions/yolox';
import { yuNet } from './conventions/yunet';
import type { Detection, Identified, ModelSignature, NamedTensors, Pipeline } from './detector';
import { preprocess } from './preprocess';
import { suppress } from './nms';
import { checkPlausible } from './plausible';
import { place, toPicture, type Placement } from './placement';
import { conventionOfShape } from './shapes';
import { firstMatrix, outputsUnknown } from './tensors';
import { checkOutputs } from './validate';

/**
 * For a model whose output shapes are known only at run time: each output's shape decides which convention decodes
 * it.
 */
const yoloByShape: Convention = {
  id: 'yolo-by-shape',
  name: 'YOLO (auto)',
  defaults: {},
  multiple: 32,
  answers: 'every-place',
  decode: (outputs, context) => conventionByShape(outputs, context).decode(outputs, context),
};

/** Every convention, in the order people see them. */
export const DETECTORS: readonly Convention[] = [
  yoloV8,
  yoloV5,
  yolox,
  endToEnd,
  yoloByShape,
  yoloObb,
  yoloObbChosen,
  boxesAndScores,
  nmsLists,
  yoloV2,
  yoloV3Indices,
  yoloFastestV2,
  fastestDet,
  nanodet,
  nanodetPlus,
  torchvision,
  detr,
  detrSigmoid,
  targetSizes,
  yoloDetr,
  rfDetr,
  mmdetection,
  paddle,
  tensorflow,
  efficientDet,
  efficientDetWithAnchors,
  ssd,
  rcnnCaffe,
  scrfd,
  yuNet,
  retinaFace,
];

/** Throws if no convention has been chosen. */
export function detectorOf(id: string): Convention {
  const found = DETECTORS.find((convention) => convention.id === id);
  if (found === undefined) throw new AppError('model-unsupported', { reason: 'outputs-unknown', name: id });
  return found;
}

function conventionByShape(outputs: NamedTensors, { input }: DecodeContext): Convention {
  const { rows, columns } = firstMatrix(outputs);
  const id = conventionOfShape(rows, columns, input);
  if (id === null) throw outputsUnknown(outputs);
  return detectorOf(id);
}

/**
 * The pipeline of an ordinary `.onnx`: it preprocesses the picture, runs the file's one graph and maps the boxes
 * back to the picture. Throws, before anything is opened, if `settings` choose no convention. Settings that a
 * person changes later come with each picture.
 */
export function onnxPipeline(
  { classCount }: Pick<Identified, 'classCount'>,
  { inputs, externalFiles }: Pick<ModelSignature, 'inputs' | 'externalFiles'>,
  { convention }: Pick<DetectorSettings, 'convention'>,
): Pipeline {
  const { multiple } = detectorOf(convention);
  let isChecked = false;
  return {
    preprocessPlan: { kind: 'placed', inputs, multiple },
    graphs: [
      {
        id: 'file',
        bytes: 'file',
        external: externalFiles.map((location) => ({ location, bytes: 'beside' as const })),
      },
    ],
    async detect(pixels, { run, settings, signal, report, preprocessed, isTrial = false }) {
      const detector = detectorOf(settings.convention);
      const placement = place(pixels, settings, detector.multiple);
      const tensors = preprocessed ?? preprocess(pixels, placement, settings, inputs);
      signal.throwIfAborted();
      report(0.05);
      const outputs = await run('file', tensors);
      signal.throwIfAborted();
      const { scoreThreshold } = settings;
      const context = { input: placement.input, scoreThreshold, classCount, placement };
      const read = detector === yoloByShape ? conventionByShape(outputs, context) : detector;
      if (!isChecked) checkOutputs(outputs, read);
      isChecked = true;
      if (isTrial)
        checkPlausible(read.decode(outputs, { ...context, scoreThreshold: 0 }), placement.input, read);
      const candidates = read.decode(outputs, context);
      const found = detections(candidates, placement, settings);
      report(1);
      return found;
    },
  };
}

function detections(
  candidates: Candidates,
  placement: Placement,
  { iouThreshold, maxDetections }: DetectorSettings,
): readonly Detection[] {
  const { boxes, scores, classes, angles } = candidates;
  return Array.from(suppress(candidates, iouThreshold, maxDetections), (at) => ({
    ...toPicture(placement, boxes[at * 4]!, boxes[at * 4 + 1]!, boxes[at * 4 + 2]!, boxes[at * 4 + 3]!),
    score: Math.min(1, scores[at]!),
    classNumber: classes[at]!,
    ...(angles === null ? {} : { rotation: degreesOf(angles[at]!) }),
  }));
}

/** The result lies in 0 <= degrees < 360. */
const degreesOf = (radians: number): number => ((((radians * 180) / Math.PI) % 360) + 360) % 360;
