import { AppError } from '$lib/domain/errors';
import type { Identified } from '../detector';
import { ARCHITECTURES } from './all';
import { refusal } from './refusal';
import type { StateDict } from './state-dict';

/**
 * Identifies the detector of a file's weights by their names and shapes. Throws a refusal that says why if it
 * cannot run here.
 */
export function identifyPth(state: StateDict, fileName: string): Identified {
  try {
    return identify(state);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, { path: fileName, ...error.about }, { cause: error });
  }
}

function identify(state: StateDict): Identified {
  const architecture = ARCHITECTURES.find((one) => one.matches(state));
  if (architecture === undefined) {
    const reason = unknownReason(state);
    throw refusal(reason, reason === 'architecture' ? { name: namesOf(state) } : {});
  }
  const name = architecture.name(state);
  if (architecture.runs === null) throw refusal('architecture', { name });
  const described = architecture.runs.describe(state);
  const twins = ARCHITECTURES.filter(({ twinOf }) => twinOf === architecture.id);
  return {
    kind: 'pth',
    architecture: name,
    alike:
      twins.length === 0
        ? []
        : [architecture, ...twins].map((one) => ({ id: one.id, name: one.name(state) })),
    knownBy: 'keys',
    classNames: state.classNames?.length === described.classCount ? (state.classNames ?? null) : null,
    externalFiles: [],
    ...described,
  };
}

/** The last layer of a YOLO, whose repositories number their layers. */
const YOLO_HEAD = /(^|\.)\d+\.(dfl\.conv\.weight|cv2\.0\.0\.conv\.weight|anchor_grid|anchors)$/;
/** The last layer of a classifier of torchvision, timm or Hugging Face. */
const CLASSIFIER_HEAD =
  /^(fc|classifier|head|heads|head\.fc|heads\.head|classifier\.\d+|fc\.\d+|last_linear)\.weight$/;

/** The first names, which show a person the prefixes before torchvision's names. */
function namesOf({ tensors }: StateDict): string {
  const names = [...tensors.keys()];
  return names.length <= FIRST_NAMES ? names.join(', ') : `${names.slice(0, FIRST_NAMES).join(', ')}, …`;
}
const FIRST_NAMES = 3;

function unknownReason({ tensors }: StateDict): 'yolo-pt' | 'classifier' | 'architecture' {
  const names = [...tensors.keys()];
  if (names.some((name) => YOLO_HEAD.test(name))) return 'yolo-pt';
  const ends = names.some((name) => CLASSIFIER_HEAD.test(name) && tensors.get(name)!.shape.length === 2);
  return ends ? 'classifier' : 'architecture';
}
