import type { DetectorSettings } from '$lib/domain/model';
import type {
  DetectContext,
  Detection,
  NamedTensors,
  Pipeline,
  Pixels,
  Resizing,
  Sides,
  Tensor,
} from '../detector';
import type { OnnxGraph } from '../onnx/write';
import type { RunnableArchitecture } from './architecture';
import { boxDetections } from './box-detections';
import type { Boxes } from './box-deltas';
import { headGraph, type BoxFeatures } from './box-head';
import { classCount } from './class-count';
import { FOUND, isFrozen, loadGraphs, requiredNames, USUAL_EPSILON, type DrawGraphs } from './graphs';
import { imageInput, networkImage } from './image-tensor';
import type { FindWeight } from './network';
import { byPoolLevel, type PooledMap } from './pool-levels';
import { proposals, rows, type ProposalRules } from './proposals';
import { refusal } from './refusal';
import type { StateDict } from './state-dict';

export const CLASS_SCORES = 'roi_heads.box_predictor.cls_score.weight';

/** A detector of two graphs: the trunk proposes boxes, the head classifies and refines them. */
export interface TwoStage {
  readonly settings: DetectorSettings;
  /** The epsilon of batch normalization if it is frozen; if not, it is the usual one. */
  readonly frozenEpsilon: number;
  /** The sides that the picture is resized to. */
  readonly sides: Sides;
  /** Outputs `maps` and, for each level, `objectness<i>` and `deltas<i>`. */
  trunk(find: FindWeight, epsilon: number): OnnxGraph;
  readonly maps: readonly PooledMap[];
  readonly proposals: ProposalRules;
  readonly features: BoxFeatures;
}

/** The fraction of a picture's time that has passed when each stage ends. */
const PART = { image: 0.02, trunk: 0.85, proposals: 0.87, head: 0.99 } as const;

export function twoStage(detector: TwoStage): RunnableArchitecture {
  const draw =
    (classes: number): DrawGraphs =>
    (find, epsilon) => ({
      trunk: detector.trunk(find, epsilon),
      head: headGraph(find, classes, epsilon, detector.maps, detector.features),
    });
  return {
    describe(state) {
      const classes = classCount(state, CLASS_SCORES);
      requiredNames(state, draw(classes));
      const epsilon = isFrozen(state) ? detector.frozenEpsilon : USUAL_EPSILON;
      return {
        classCount: classes - 1,
        settings: { ...detector.settings, batchNormEpsilon: epsilon },
        inputs: [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
        outputs: FOUND,
        warnings: hasMore(state) ? ['boxes-only'] : [],
      };
    },
    async pipeline(state, file, settings) {
      const classes = classCount(state, CLASS_SCORES);
      const graphs = await loadGraphs(state, file, draw(classes), settings.batchNormEpsilon);
      return {
        graphs,
        preprocessPlan: { kind: 'resized', ...resizing(detector.sides) },
        detect: (pixels, context) => detect(detector, pixels, context),
      } satisfies Pipeline;
    },
  };
}

const resizing = (sides: Sides): Resizing => ({ fixed: null, sides });

/** Whether the model also predicts masks or key points, which are left out. */
const hasMore = ({ tensors }: StateDict) =>
  [...tensors.keys()].some((name) => /^roi_heads\.(mask|keypoint)_predictor\./.test(name));

async function detect(
  { maps, proposals: rules, sides }: TwoStage,
  pixels: Pixels,
  { run, settings, signal, report, preprocessed }: DetectContext,
): Promise<readonly Detection[]> {
  const done = (part: number) => {
    signal.throwIfAborted();
    report(part);
  };
  signal.throwIfAborted();
  const { image, padded } = networkImage(pixels, resizing(sides), settings.shortSide);
  const inputs = preprocessed ?? imageInput(pixels, resizing(sides), settings);
  done(PART.image);
  const trunk = await run('trunk', inputs);
  done(PART.trunk);
  const levels = rules.sides.map((_, level) => ({
    objectness: trunk[`objectness${level}`]!,
    deltas: trunk[`deltas${level}`]!,
  }));
  const proposed = proposals(levels, image, padded, rules);
  done(PART.proposals);
  const pooled = byPoolLevel(proposed, maps);
  const rank = pooled.flat();
  if (rank.length === 0) return [];
  const head = await run('head', headInputs(trunk, proposed, maps, pooled));
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
  maps: readonly PooledMap[],
  pooled: readonly (readonly number[])[],
): NamedTensors {
  const inputs: Record<string, Tensor> = {};
  for (const [at, { name }] of maps.entries()) {
    const boxes = pooled[at]!;
    inputs[name] = trunk[name]!;
    inputs[`boxes${at}`] = { type: 'float32', shape: [boxes.length, 4], data: rows(proposed, boxes) };
    inputs[`batch${at}`] = { type: 'int64', shape: [boxes.length], data: new BigInt64Array(boxes.length) };
  }
  return inputs;
}
