import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import { detectorOf } from './all';
import { USUAL } from './convention';
import type { Identified, ModelSignature, TensorInfo } from './detector';
import { pictureInput, unknownInputs } from './preprocess';
import { namesIn, numbered, sizeAt, type Facts, type Guess } from './onnx/facts';
import { RULES } from './onnx/rules';

/** The input size for a network that takes any size and does not say what it was trained with. */
const USUAL_SIZE: Size = { width: 640, height: 640 };

const UNKNOWN: Guess = { convention: '', architecture: '', knownBy: 'unknown', classCount: null };

/**
 * Identifies an ordinary `.onnx` by the first rule that matches: what it is, how to preprocess pictures for it and
 * how to decode its outputs. If no rule matches, the convention stays empty for a person to choose. Throws if the
 * file is known to be no detector.
 */
export function identifyOnnx(signature: ModelSignature, fileName: string): Identified {
  const facts = factsOf(signature, fileName);
  const guess = firstOf(facts) ?? UNKNOWN;
  const { names } = facts;
  const classCount = guess.classCount ?? names?.length ?? null;
  const differs = names !== null && classCount !== null && names.length !== classCount;
  return {
    kind: 'onnx',
    architecture: guess.architecture,
    knownBy: guess.knownBy,
    classNames: differs ? numbered(classCount, (number) => names[number]) : names,
    classCount,
    settings: settingsOf(facts, guess),
    inputs: signature.inputs,
    outputs: signature.outputs,
    externalFiles: signature.externalFiles,
    warnings: [...signature.traps, ...(guess.warnings ?? []), ...(differs ? ['class-count-differs'] : [])],
  };
}

function firstOf(facts: Facts): Guess | null {
  for (const rule of RULES) {
    const guess = rule(facts);
    if (guess !== null) return guess;
  }
  return null;
}

function factsOf(signature: ModelSignature, fileName: string): Facts {
  const picture = pictureInput(signature.inputs);
  if (picture === undefined) throw new AppError('model-unsupported', { reason: 'no-picture', name: '' });
  const layout = layoutOf(picture);
  const unknown = unknownInputs(signature.inputs)[0];
  if (unknown !== undefined)
    throw new AppError('model-unsupported', { reason: 'input-unknown', name: unknown.name });
  const height = sizeAt(picture, layout === 'nhwc' ? -3 : -2);
  const width = sizeAt(picture, layout === 'nhwc' ? -2 : -1);
  return {
    signature,
    fileName,
    picture,
    layout,
    input: height === null || width === null ? null : { width, height },
    names: namesIn(signature.metadata),
  };
}

/** Which axis holds the colours. Throws if none can, because such an input takes no picture. */
function layoutOf({ name, type, shape }: TensorInfo): DetectorSettings['layout'] {
  if (shape === null) return type === 'uint8' ? 'nhwc' : 'nchw';
  const isColour = (at: number) => typeof shape.at(at) !== 'number' || shape.at(at) === 3;
  if (type !== 'other' && (shape.length === 3 || shape.length === 4)) {
    if (shape.at(-1) === 3 && shape.at(-3) !== 3) return 'nhwc';
    if (isColour(-3)) return type === 'uint8' && shape.at(-3) !== 3 && isColour(-1) ? 'nhwc' : 'nchw';
  }
  throw new AppError('model-unsupported', {
    reason: 'no-picture',
    name: `${name} [${shape.join(', ')}]`,
  });
}

function settingsOf({ picture, layout, input }: Facts, guess: Guess): DetectorSettings {
  const defaults = guess.convention === '' ? {} : detectorOf(guess.convention).defaults;
  // An integer input takes the picture's bytes as they are; the graph normalizes them itself.
  const isBytes = !picture.type.startsWith('float');
  const settings: DetectorSettings = {
    ...USUAL,
    ...defaults,
    ...(isBytes ? { range: 255, mean: USUAL.mean, std: USUAL.std } : {}),
    ...guess.settings,
    convention: guess.convention,
    layout,
  };
  if (input !== null)
    return { ...settings, inputSize: input, fit: settings.fit === 'native' ? 'corner' : settings.fit };
  if (settings.fit === 'native') return settings;
  return { ...settings, inputSize: guess.settings?.inputSize ?? USUAL_SIZE };
}
