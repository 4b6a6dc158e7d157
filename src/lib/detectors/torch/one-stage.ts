import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import type { DetectContext, Detection, NamedTensors, Pipeline, Pixels, Resizing } from '../detector';
import type { OnnxGraph } from '../onnx/write';
import type { RunnableArchitecture } from './architecture';
import { bestBoxes, type ClassBoxes } from './best-boxes';
import { FOUND, isFrozen, loadGraphs, requiredNames, USUAL_EPSILON } from './graphs';
import { imageInput, networkImage, USUAL_SIDES, type NetworkImage } from './image-tensor';
import type { FindWeight } from './network';
import { refusal } from './refusal';
import type { StateDict } from './state-dict';

/** A detector of one graph, which predicts class and box for every place at once. */
export interface OneStage {
  readonly settings: DetectorSettings;
  /** The epsilon of batch normalization if it is frozen. */
  readonly frozenEpsilon: number;
  /** The epsilon if it is not frozen. */
  readonly epsilon?: number;
  /** The fixed size of the network's image; null if it follows from the picture's size. */
  readonly fixed: Size | null;
  /** The number of classes, background included. */
  classes(state: StateDict): number;
  graph(find: FindWeight, classes: number, epsilon: number, state: StateDict): OnnxGraph;
  /** Returns the candidate boxes per class, background included. */
  boxes(
    outputs: NamedTensors,
    classes: number,
    image: NetworkImage,
    settings: DetectorSettings,
  ): readonly ClassBoxes[];
}

/** The fraction of a picture's time that has passed when each stage ends. */
const PART = { image: 0.02, graph: 0.97 } as const;
const GRAPH = 'network';

export function oneStage(detector: OneStage): RunnableArchitecture {
  const draw = (state: StateDict, classes: number) => (find: FindWeight, epsilon: number) => ({
    [GRAPH]: detector.graph(find, classes, epsilon, state),
  });
  return {
    describe(state) {
      const classes = detector.classes(state);
      requiredNames(state, draw(state, classes));
      const epsilon = isFrozen(state) ? detector.frozenEpsilon : (detector.epsilon ?? USUAL_EPSILON);
      const size = detector.fixed ?? { width: 'width', height: 'height' };
      return {
        classCount: namedClasses(classes),
        settings: { ...detector.settings, batchNormEpsilon: epsilon },
        inputs: [{ name: 'image', type: 'float32', shape: [1, 3, size.height, size.width] }],
        outputs: FOUND,
        warnings: [],
      };
    },
    async pipeline(state, file, settings) {
      const classes = detector.classes(state);
      const graphs = await loadGraphs(state, file, draw(state, classes), settings.batchNormEpsilon);
      return {
        graphs,
        preprocessPlan: { kind: 'resized', ...resizing(detector) },
        detect: (pixels, context) => detect(detector, classes, pixels, context),
      } satisfies Pipeline;
    },
  };
}

const resizing = ({ fixed }: OneStage): Resizing => ({ fixed, sides: USUAL_SIDES });

/** Class 0 is the background, unless it is the only class. */
const firstClass = (classes: number) => (classes === 1 ? 0 : 1);
const namedClasses = (classes: number) => classes - firstClass(classes);

async function detect(
  detector: OneStage,
  classes: number,
  pixels: Pixels,
  { run, settings, signal, report, preprocessed }: DetectContext,
): Promise<readonly Detection[]> {
  signal.throwIfAborted();
  const { image, padded } = networkImage(pixels, resizing(detector), settings.shortSide);
  const inputs = preprocessed ?? imageInput(pixels, resizing(detector), settings);
  signal.throwIfAborted();
  report(PART.image);
  const outputs = await run(GRAPH, inputs);
  signal.throwIfAborted();
  report(PART.graph);
  if (Object.values(outputs).every(({ data }) => (data as Float32Array).every((value) => value === 0)))
    throw refusal('outputs-zero');
  const found = bestBoxes(
    detector.boxes(outputs, classes, { image, padded }, settings),
    { image, picture: pixels },
    settings,
  );
  report(1);
  const first = firstClass(classes);
  return found.flatMap((one) =>
    one.classNumber < first ? [] : [{ ...one, classNumber: one.classNumber - first }],
  );
}
