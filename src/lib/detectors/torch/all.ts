import type { DetectorSettings } from '$lib/domain/model';
import type { Identified, Pipeline } from '../detector';
import type { Architecture } from './architecture';
import { fasterRcnn } from './fasterrcnn';
import { fcos } from './fcos';
import { refusal } from './refusal';
import { retinaNet1, retinaNet2 } from './retinanet';
import { ssd300 } from './ssd300';
import { ssdLite320 } from './ssdlite320';
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
  fcos,
  retinaNet2,
  retinaNet1,
  ssd300,
  ssdLite320,
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
