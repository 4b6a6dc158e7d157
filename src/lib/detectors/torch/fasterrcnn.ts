import type { DetectorSettings } from '$lib/domain/model';
import { IMAGENET, USUAL } from '../convention';
import type { Architecture } from './architecture';
import { connectedFeatures, convolvedFeatures } from './box-head';
import { USUAL_SIDES } from './image-tensor';
import { MOBILE_MAPS, MOBILE_SIDES, mobileTrunk } from './mobilenet-v3-fpn';
import { USUAL_PROPOSALS, type ProposalRules } from './proposals';
import { RESNET_MAPS, resnetTrunk } from './resnet50-fpn';
import type { StateDict } from './state-dict';
import { CLASS_SCORES, twoStage } from './two-stage';

const SETTINGS: Omit<DetectorSettings, 'convention'> = {
  ...USUAL,
  ...IMAGENET,
  fit: 'native',
  padding: 0,
  scoreThreshold: 0.05,
  maxDetections: 100,
  batchNormEpsilon: 0,
};

const RESNET = 'backbone.body.layer4.2.conv3.weight';
/** A deeper ResNet has this block in its third layer. */
const DEEPER = 'backbone.body.layer3.6.conv1.weight';
const PYRAMID_NORM = 'backbone.fpn.inner_blocks.0.1.running_mean';
const SECOND_CONVOLUTION = 'rpn.head.conv.1.0.weight';
const MOBILE = 'backbone.body.16.0.weight';

/** Mask R-CNN and Keypoint R-CNN run here without their masks and key points. */
function family({ tensors }: StateDict): string {
  if (tensors.has('roi_heads.mask_predictor.mask_fcn_logits.weight')) return 'Mask R-CNN';
  if (tensors.has('roi_heads.keypoint_predictor.kps_score_lowres.weight')) return 'Keypoint R-CNN';
  return 'Faster R-CNN';
}

/**
 * torchvision's Faster R-CNN with ResNet-50 and a feature pyramid; also Mask R-CNN and Keypoint R-CNN, of which
 * only the boxes are used.
 */
export const fasterRcnn: Architecture = {
  id: 'fasterrcnn-resnet50-fpn',
  name: (state) => `${family(state)} ResNet-50 FPN`,
  matches: ({ tensors }) =>
    tensors.has(CLASS_SCORES) && tensors.has(RESNET) && !tensors.has(DEEPER) && !tensors.has(PYRAMID_NORM),
  runs: twoStage({
    settings: { ...SETTINGS, convention: 'fasterrcnn-resnet50-fpn' },
    // torchvision sets this value for its own weights.
    frozenEpsilon: 0,
    sides: USUAL_SIDES,
    trunk: (find, epsilon) => resnetTrunk(find, epsilon, 1),
    maps: RESNET_MAPS,
    proposals: USUAL_PROPOSALS,
    features: connectedFeatures,
  }),
};

/**
 * The second version has batch normalization in the pyramid and in the head too, and convolutions in the head.
 */
export const fasterRcnn2: Architecture = {
  id: 'fasterrcnn-resnet50-fpn-v2',
  name: (state) => `${family(state)} ResNet-50 FPN v2`,
  matches: ({ tensors }) =>
    tensors.has(CLASS_SCORES) &&
    tensors.has(RESNET) &&
    !tensors.has(DEEPER) &&
    tensors.has(SECOND_CONVOLUTION),
  runs: twoStage({
    settings: { ...SETTINGS, convention: 'fasterrcnn-resnet50-fpn-v2' },
    frozenEpsilon: 1e-5,
    sides: USUAL_SIDES,
    trunk: (find, epsilon) => resnetTrunk(find, epsilon, 2),
    maps: RESNET_MAPS,
    proposals: USUAL_PROPOSALS,
    features: convolvedFeatures,
  }),
};

const MOBILE_PROPOSALS: ProposalRules = { ...USUAL_PROPOSALS, sides: MOBILE_SIDES, scoreThreshold: 0.05 };

const mobile = (
  about: Pick<Architecture, 'id' | 'twinOf'> & { readonly label: string },
  rules: { readonly sides: typeof USUAL_SIDES; readonly proposals: ProposalRules },
): Architecture => ({
  ...about,
  name: () => about.label,
  matches: ({ tensors }) => tensors.has(CLASS_SCORES) && tensors.has(MOBILE),
  runs: twoStage({
    settings: { ...SETTINGS, convention: about.id },
    frozenEpsilon: 1e-5,
    trunk: mobileTrunk,
    maps: MOBILE_MAPS,
    features: connectedFeatures,
    ...rules,
  }),
});

const LARGE = 'fasterrcnn-mobilenet-v3-large-fpn';

export const fasterRcnnMobile = mobile(
  { id: LARGE, label: 'Faster R-CNN MobileNetV3-Large FPN' },
  { sides: USUAL_SIDES, proposals: MOBILE_PROPOSALS },
);

/** The variant for small pictures, with fewer proposals; its weights have the same names and shapes. */
export const fasterRcnnMobile320 = mobile(
  {
    id: 'fasterrcnn-mobilenet-v3-large-320-fpn',
    twinOf: LARGE,
    label: 'Faster R-CNN MobileNetV3-Large 320 FPN',
  },
  {
    sides: { short: 320, long: 640 },
    proposals: { ...MOBILE_PROPOSALS, before: 150, after: 150 },
  },
);
