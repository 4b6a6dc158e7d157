import type { DetectorSettings } from '$lib/domain/model';
import { IMAGENET, USUAL } from '../convention';
import type { DetectContext, Detection, NamedTensors, Pipeline, Pixels, Tensor } from '../detector';
import { writeOnnx } from '../onnx/write';
import type { Architecture } from './architecture';
import { boxDetections } from './box-detections';
import type { Boxes } from './box-deltas';
import { headGraph } from './box-head';
import { imageTensor, paddedSize, resizedSize } from './image-tensor';
import type { FindWeight } from './network';
import { byPoolLevel } from './pool-levels';
import { proposals, rows } from './proposals';
import { refusal } from './refusal';
import { LEVELS, POOLED_MAPS, trunkGraph } from './resnet50-fpn';
import type { StateDict } from './state-dict';
import { CONVERTED, findTensor, IN_FILE, loadWeights, readFloats } from './weights';

const CLASS_SCORES = 'roi_heads.box_predictor.cls_score.weight';
/** More than any data set has; what a damaged file might say would fill the memory. */
const MAX_CLASSES = 10_000;
/** ResNet-50's batch normalisation when it is not frozen, and when frozen without torchvision's own weights. */
const USUAL_EPSILON = 1e-5;

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
      const classes = classCount(state);
      requiredNames(state, classes);
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
      const classes = classCount(state);
      const names = requiredNames(state, classes);
      const { find, converted } = await loadWeights(state, file, names);
      const epsilon = await safeEpsilon(state, file, names, settings.batchNormEpsilon);
      const external = [
        { location: IN_FILE, bytes: 'file' as const },
        ...(converted.length > 0 ? [{ location: CONVERTED, bytes: converted }] : []),
      ];
      return {
        graphs: [
          { id: 'trunk', bytes: writeOnnx(trunkGraph(find, epsilon)), external },
          { id: 'head', bytes: writeOnnx(headGraph(find, classes)), external },
        ],
        detect,
      } satisfies Pipeline;
    },
  },
};

/** Masks or keypoints, which are left out. */
const hasMore = ({ tensors }: StateDict) =>
  [...tensors.keys()].some((name) => /^roi_heads\.(mask|keypoint)_predictor\./.test(name));

/** Background counted. */
function classCount({ tensors }: StateDict): number {
  const count = tensors.get(CLASS_SCORES)?.shape[0] ?? 0;
  if (count < 2 || count > MAX_CLASSES) throw refusal('tensor-shape', { name: CLASS_SCORES });
  return count;
}

/** The file's names for all weights that the graphs use; refuses what is missing or of another shape. */
function requiredNames(state: StateDict, classes: number): readonly string[] {
  const names = new Set<string>();
  const find: FindWeight = (wanted, shape) => {
    const { name, tensor } = findTensor(state, wanted, shape);
    names.add(name);
    return { name, values: { location: IN_FILE, offset: tensor.byteOffset, length: tensor.byteLength } };
  };
  trunkGraph(find, USUAL_EPSILON);
  headGraph(find, classes);
  return [...names];
}

/** Without an epsilon a channel that never varied would be divided by zero; torchvision's weights have none such. */
async function safeEpsilon(state: StateDict, file: Blob, names: readonly string[], epsilon: number) {
  if (epsilon > 0) return epsilon;
  const variances = names.filter((name) => name.endsWith('.running_var'));
  const values = await Promise.all(variances.map((name) => readFloats(file, state.tensors.get(name)!)));
  return values.some((some) => some.includes(0)) ? USUAL_EPSILON : epsilon;
}

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
    paddedSize(image),
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
