import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import { detectorOf } from '../all';
import type { Dimension, Identified, ModelSignature, TensorInfo } from '../detector';
import type { Literal } from './python-literal';
import { readLiteral } from './python-literal';

/** The facts about a model that identification rules decide by. */
export interface Facts {
  readonly signature: ModelSignature;
  readonly fileName: string;
  /** The input for the picture. */
  readonly picture: TensorInfo;
  readonly layout: DetectorSettings['layout'];
  /** The network's input size in pixels; null if it takes any size. */
  readonly input: Size | null;
  /** The class names in the metadata, in the model's order; null if there are none. */
  readonly names: readonly string[] | null;
}

/** A rule's conclusion about a model. */
export interface Guess {
  readonly convention: string;
  readonly architecture: string;
  readonly knownBy: Identified['knownBy'];
  /** The number of classes that the outputs' shapes give; null if they do not give it. */
  readonly classCount: number | null;
  /** The settings that differ from the convention's defaults. */
  readonly settings?: Partial<DetectorSettings>;
  readonly warnings?: readonly string[];
}

/** Builds a guess with the convention's name as the architecture; `more` overrides fields. */
export const guess = (
  convention: string,
  knownBy: Guess['knownBy'],
  classCount: number | null,
  more: Partial<Guess> = {},
): Guess => ({ convention, architecture: detectorOf(convention).name, knownBy, classCount, ...more });

/** Returns null if the rule does not match the model. Throws if it shows that the model is no detector. */
export type Rule = (facts: Facts) => Guess | null;

/** A dimension's number; null if it is only a symbolic name. */
export const known = (dimension: Dimension | undefined): number | null =>
  typeof dimension === 'number' ? dimension : null;

/** The dimension at `place`, where -1 is the last one; null if it is unknown. */
export const sizeAt = ({ shape }: TensorInfo, place: number): number | null => known(shape?.at(place));

export const rankOf = ({ shape }: TensorInfo): number | null => shape?.length ?? null;

export const isFloatInfo = ({ type }: TensorInfo): boolean => type.startsWith('float');

export const outputNamed = ({ outputs }: ModelSignature, name: string): TensorInfo | undefined =>
  outputs.find((info) => info.name === name || info.name.startsWith(`${name}:`));

/** `count - by`, or null if `count` is unknown or too small. */
export const minus = (count: number | null, by: number): number | null =>
  count === null || count <= by ? null : count - by;

/** A longer list cannot be a list of classes. */
const MAX_NAMES = 100_000;

/** Reads class names by number, `{0: 'polyp'}`, or in order, `['polyp']`. A missing name becomes the number. */
export function namesIn(metadata: ReadonlyMap<string, string>): readonly string[] | null {
  for (const key of ['names', 'class_names', 'classes', 'labels']) {
    const names = namesOf(readLiteral(metadata.get(key) ?? ''));
    if (names !== null) return names;
  }
  return null;
}

function namesOf(literal: Literal | undefined): readonly string[] | null {
  if (Array.isArray(literal))
    return literal.length > 0 && literal.every((name) => typeof name === 'string') ? literal : null;
  if (!(literal instanceof Map) || literal.size === 0) return null;
  const byNumber = new Map<number, string>();
  for (const [key, name] of literal as ReadonlyMap<Literal, Literal>) {
    const number = typeof key === 'string' ? Number(key) : key;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= MAX_NAMES)
      return null;
    byNumber.set(number, typeof name === 'string' ? name : String(number));
  }
  return numbered(Math.max(...byNumber.keys()) + 1, (number) => byNumber.get(number));
}

/** `count` names; a missing name becomes the number. */
export const numbered = (count: number, nameOf: (number: number) => string | undefined): readonly string[] =>
  Array.from({ length: count }, (_, number) => nameOf(number) ?? String(number));
