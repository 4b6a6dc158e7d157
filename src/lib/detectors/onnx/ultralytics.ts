import { AppError } from '$lib/domain/errors';
import { minus, sizeAt, type Facts, type Guess, type Rule } from './facts';
import { readLiteral, type Literal } from './python-literal';

/** The tasks whose outputs have boxes; masks and key points beside the boxes are not read. */
const TASKS: readonly string[] = ['detect', 'segment', 'pose', 'obb'];
/** A network that has chosen its boxes itself returns at most this many rows. */
const MAX_CHOSEN = 1000;

/** Models exported by Ultralytics describe themselves in their metadata, as Python literals. */
export const ultralytics: Rule = (facts) => {
  const { metadata, outputs } = facts.signature;
  const metadataValue = (key: string) => readLiteral(metadata.get(key) ?? '');
  const isTold = ['task', 'names', 'stride'].every((key) => metadata.has(key));
  if (metadata.get('author') !== 'Ultralytics' && !isTold) return null;
  const task = metadata.get('task') ?? 'detect';
  if (task === 'classify') throw new AppError('model-unsupported', { reason: 'classifier' });
  if (!TASKS.includes(task)) throw new AppError('model-unsupported', { reason: 'other-task', name: task });
  const [output] = outputs;
  if (output === undefined) return null;
  const rows = sizeAt(output, -2);
  const columns = sizeAt(output, -1);
  const isChosen = metadataValue('end2end') === true || entry(metadataValue('args'), 'nms') === true;
  const how =
    task === 'obb'
      ? turnedConvention(rows, columns, isChosen)
      : conventionOf(rows, columns, isChosen, facts.names?.length ?? null);
  const size = imageSize(metadataValue('imgsz'));
  return {
    convention: how.convention,
    architecture: architectureIn(metadata.get('description') ?? '') ?? 'Ultralytics YOLO',
    knownBy: 'metadata',
    classCount: task === 'detect' ? how.classCount : (facts.names?.length ?? null),
    settings: facts.input === null && size !== null ? { inputSize: size } : {},
  } satisfies Guess;
};

/** Oriented boxes have an angle after the classes, or, if the network has chosen the boxes, after the class. */
const turnedConvention = (
  rows: number | null,
  columns: number | null,
  isChosen: boolean,
): Pick<Guess, 'convention' | 'classCount'> => ({
  convention:
    isChosen || (columns === 7 && rows !== null && rows <= MAX_CHOSEN) ? 'yolo-obb-chosen' : 'yolo-obb',
  classCount: null,
});

/** The description contains the name of the weights' file: "best" and "last" are no architecture. */
const architectureIn = (description: string): string | undefined =>
  /Ultralytics ((?:yolo|rt-?detr)\S*) model/i.exec(description)?.[1];

function conventionOf(
  rows: number | null,
  columns: number | null,
  isChosen: boolean,
  classes: number | null,
): Pick<Guess, 'convention' | 'classCount'> {
  const isShort = rows !== null && rows <= MAX_CHOSEN;
  if (isChosen || (columns === 6 && isShort && rows !== 4 + (classes ?? 0)))
    return { convention: 'end-to-end', classCount: classes };
  if (classes !== null && columns === 4 + classes && isShort && rows > columns)
    return { convention: 'yolo-detr', classCount: classes };
  const isWide = rows !== null && (columns === null || rows < columns);
  if (isWide || rows === 4 + (classes ?? NaN)) return { convention: 'yolo-v8', classCount: minus(rows, 4) };
  if (classes !== null && columns !== null && columns >= 5 + classes)
    return { convention: 'yolo-v5', classCount: minus(columns, 5) };
  if (classes !== null && columns === 4 + classes) return { convention: 'yolo-v8', classCount: classes };
  return { convention: 'yolo-by-shape', classCount: classes };
}

/** The value of a key in a dictionary. */
const entry = (literal: Literal | undefined, key: string): Literal | undefined =>
  literal instanceof Map ? (literal as ReadonlyMap<Literal, Literal>).get(key) : undefined;

/** Reads `[height, width]`, or one number for both. */
function imageSize(literal: Literal | undefined): Facts['input'] {
  const [height, width = height] = Array.isArray(literal) ? (literal as readonly Literal[]) : [literal];
  const isSide = (side: unknown): side is number => typeof side === 'number' && side > 0 && side <= 16384;
  return isSide(height) && isSide(width) ? { width, height } : null;
}
