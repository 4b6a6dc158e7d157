import type { DetectorSettings } from '$lib/domain/model';
import { IMAGENET, USUAL } from '../convention';
import type { DetectContext, Detection, NamedTensors, Pipeline, Pixels, Tensor } from '../detector';
import type { Architecture } from './architecture';
import { boxDetections } from './box-detections';
import type { Boxes } from './box-deltas';
import { headGraph } from './box-head';
import { classCount } from './class-count';
import { loadGraphs, requiredNames, USUAL_EPSILON, type DrawGraphs } from './graphs';
import { imageTensor, paddedSize, resizedSize } from './image-tensor';
import { byPoolLevel } from './pool-levels';
import { proposals, rows } from './proposals';
import { refusal } from './refusal';
import { LEVELS, POOLED_MAPS, trunkGraph } from './resnet50-fpn';
import type { StateDict } from './state-dict';

const CLASS_SCORES = 'roi_heads.box_predictor.cls_score.weight';

const SETTINGS: DetectorSettings = {
  ...USUAL,
  ...IMAGENET,
  convention: 'fasterrcnn-resnet50-fpn',
  fit: 'native',
  padding: 0,
  scoreThreshold: 0.05,
  maxDetections: 100,
  batchNormEpsilon: 0,
};

/** What part of a picture's time has passed when each stage ends. */
const PART = { image: 0.02, trunk: 0.85, proposals: 0.87, head: 0.99 } as const;

/**
 * torchvision's Faster R-CNN with ResNet-50 and a feature pyramid, and Mask and Keypoint R-CNN by their boxes.
 * Two graphs over the file's own bytes (trunk and head), and between them what torchvision does outside of its layers.
 */
export const fasterRcnn: Architecture = {
  id: SETTINGS.convention,
  name({ tensors }) {
    if (tensors.has('roi_heads.mask_predictor.mask_fcn_logits.weight')) return 'Mask R-CNN ResNet-50 FPN';
    if (tensors.has('roi_heads.keypoint_predictor.kps_score_lowres.weight'))
      return 'Keypoint R-CNN ResNet-50 FPN';
    return 'Faster R-CNN ResNet-50 FPN';
  },
  matches: ({ tensors }) =>
    tensors.has(CLASS_SCORES) &&
    tensors.has('backbone.body.layer4.2.conv3.weight') &&
    // Deeper ResNets have more blocks in the third layer.
    !tensors.has('backbone.body.layer3.6.conv1.weight') &&
    !tensors.has('backbone.fpn.inner_blocks.0.1.running_mean'),
  runs: {
    describe(state) {
      const classes = classCount(state, CLASS_SCORES);
      requiredNames(state, draw(classes));
      const isFrozen = !state.tensors.has('backbone.body.bn1.num_batches_tracked');
      return {
        classCount: classes - 1,
        settings: { ...SETTINGS, batchNormEpsilon: isFrozen ? 0 : USUAL_EPSILON },
        inputs: [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
        outputs: [
          { name: 'boxes', type: 'float32', shape: ['n', 4] },
          { name: 'labels', type: 'int64', shape: ['n'] },
          { name: 'scores', type: 'float32', shape: ['n'] },
        ],
        warnings: hasMore(state) ? ['boxes-only'] : [],
      };
    },
    async pipeline(state, file, settings) {
      const classes = classCount(state, CLASS_SCORES);
      const graphs = await loadGraphs(state, file, draw(classes), settings.batchNormEpsilon);
      return { graphs, detect } satisfies Pipeline;
    },
  },
};

/** Masks or keypoints, which are left out. */
const hasMore = ({ tensors }: StateDict) =>
  [...tensors.keys()].some((name) => /^roi_heads\.(mask|keypoint)_predictor\./.test(name));

const draw =
  (classes: number): DrawGraphs =>
  (find, epsilon) => ({ trunk: trunkGraph(find, epsilon), head: headGraph(find, classes) });

async function detect(
  pixels: Pixels,
  { run, settings, signal, report }: DetectContext,
): Promise<readonly Detection[]> {
  const done = (part: number) => {
    signal.throwIfAborted();
    report(part);
  };
  signal.throwIfAborted();
  const image = resizedSize(pixels, settings.shortSide);
  const padded = paddedSize(image);
  const tensor = imageTensor(pixels, image, settings);
  done(PART.image);
  const trunk = await run('trunk', { image: tensor });
  done(PART.trunk);
  const proposed = proposals(
    LEVELS.map((level) => ({
      objectness: trunk[`objectness${level}`]!,
      deltas: trunk[`deltas${level}`]!,
    })),
    image,
    padded,
  );
  done(PART.proposals);
  const levels = byPoolLevel(proposed);
  const rank = levels.flat();
  if (rank.length === 0) return [];
  const head = await run('head', headInputs(trunk, proposed, levels));
  done(PART.head);
  const [logits, deltas] = [head['logits']!, head['deltas']!];
  if ((logits.data as Float32Array).every((logit) => logit === 0)) throw refusal('outputs-zero');
  const sizes = { image, picture: pixels };
  const found = boxDetections({ logits, deltas }, rows(proposed, rank), rank, sizes, settings);
  done(1);
  return found;
}

function headInputs(
  trunk: NamedTensors,
  proposed: Boxes,
  levels: readonly (readonly number[])[],
): NamedTensors {
  const inputs: Record<string, Tensor> = {};
  for (const [at, map] of POOLED_MAPS.entries()) {
    const boxes = levels[at]!;
    inputs[map] = trunk[map]!;
    inputs[`boxes${at}`] = { type: 'float32', shape: [boxes.length, 4], data: rows(proposed, boxes) };
    inputs[`batch${at}`] = { type: 'int64', shape: [boxes.length], data: new BigInt64Array(boxes.length) };
  }
  return inputs;
}
