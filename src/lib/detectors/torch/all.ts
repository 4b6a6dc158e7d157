import type { DetectorSettings } from '$lib/domain/model';
import type { Identified, Pipeline } from '../detector';
import type { Architecture } from './architecture';
import { fasterRcnn } from './fasterrcnn';
import { refusal } from './refusal';
import type { StateDict } from './state-dict';

const BOXES = 'roi_heads.box_predictor.cls_score.weight';

/** Told by name until it runs here: then it gets a file of its own, beside fasterrcnn.ts. */
const named = (id: string, name: string, keys: readonly string[]): Architecture => ({
  id,
  name: () => name,
  matches: ({ tensors }) => keys.every((key) => tensors.has(key)),
  runs: null,
});

/** Every detector of torchvision, the telling ones first; the last is any other two-stage one. */
export const ARCHITECTURES: readonly Architecture[] = [
  named('maskrcnn-resnet50-fpn-v2', 'Mask R-CNN ResNet-50 FPN v2', [
    BOXES,
    'rpn.head.conv.1.0.weight',
    'roi_heads.mask_predictor.mask_fcn_logits.weight',
  ]),
  named('fasterrcnn-resnet50-fpn-v2', 'Faster R-CNN ResNet-50 FPN v2', [BOXES, 'rpn.head.conv.1.0.weight']),
  // The 320-pixel variant has the very same weights; which one it is has to be asked.
  named('fasterrcnn-mobilenet-v3-large-fpn', 'Faster R-CNN MobileNetV3-Large FPN', [
    BOXES,
    'backbone.body.16.0.weight',
  ]),
  fasterRcnn,
  named('fcos-resnet50-fpn', 'FCOS ResNet-50 FPN', ['head.regression_head.bbox_ctrness.weight']),
  named('retinanet-resnet50-fpn-v2', 'RetinaNet ResNet-50 FPN v2', [
    'head.classification_head.cls_logits.weight',
    'head.classification_head.conv.0.1.weight',
  ]),
  named('retinanet-resnet50-fpn', 'RetinaNet ResNet-50 FPN', [
    'head.classification_head.cls_logits.weight',
    'head.classification_head.conv.0.0.weight',
  ]),
  named('ssd300-vgg16', 'SSD300 VGG-16', ['backbone.scale_weight', 'backbone.extra.0.1.weight']),
  named('ssdlite320-mobilenet-v3-large', 'SSDlite320 MobileNetV3-Large', ['backbone.extra.0.0.0.weight']),
  named('fasterrcnn-other', 'Faster R-CNN', [BOXES]),
];

/** The graphs of a `.pth` over the file's own bytes, and the glue between them. */
export async function pthPipeline(
  state: StateDict,
  file: Blob,
  identified: Identified,
  settings: DetectorSettings,
): Promise<Pipeline> {
  const architecture = ARCHITECTURES.find(({ id }) => id === identified.settings.convention);
  if (!architecture?.runs) throw refusal('architecture', { name: identified.architecture });
  return architecture.runs.pipeline(state, file, settings);
}
