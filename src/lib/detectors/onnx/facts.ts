import type { Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';
import { detectorOf } from '../all';
import type { Dimension, Identified, ModelSignature, TensorInfo } from '../detector';
import type { Literal } from './python-literal';
import { readLiteral } from './python-literal';

/** What the rules of recognition look at. */
export interface Facts {
  readonly signature: ModelSignature;
  readonly fileName: string;
  /** The input that the picture goes into. */
  readonly picture: TensorInfo;
  readonly layout: DetectorSettings['layout'];
  /** Of the network's input, in pixels; null where it takes any. */
  readonly input: Size | null;
  /** The classes' names that the metadata tells, in the model's order. */
  readonly names: readonly string[] | null;
}

/** What a rule makes of a model. */
export interface Guess {
  readonly convention: string;
  readonly architecture: string;
  readonly knownBy: Identified['knownBy'];
  /** By the outputs' shapes; null: they do not tell. */
  readonly classCount: number | null;
  /** Where it differs from what is usual for the convention. */
  readonly settings?: Partial<DetectorSettings>;
  readonly warnings?: readonly string[];
}

/** A guess in the words of its convention; `more` says what differs. */
export const guess = (
  convention: string,
  knownBy: Guess['knownBy'],
  classCount: number | null,
  more: Partial<Guess> = {},
): Guess => ({ convention, architecture: detectorOf(convention).name, knownBy, classCount, ...more });

/** Null: the rule says nothing about such a model. Throws where it knows that it is no detector. */
export type Rule = (facts: Facts) => Guess | null;

/** A size as a number; null while it is only a symbol. */
export const known = (dimension: Dimension | undefined): number | null =>
  typeof dimension === 'number' ? dimension : null;

/** From the end: -1 is the last; null where it is not told. */
export const sizeAt = ({ shape }: TensorInfo, place: number): number | null => known(shape?.at(place));

export const rankOf = ({ shape }: TensorInfo): number | null => shape?.length ?? null;

export const isFloatInfo = ({ type }: TensorInfo): boolean => type.startsWith('float');

export const outputNamed = ({ outputs }: ModelSignature, name: string): TensorInfo | undefined =>
  outputs.find((info) => info.name === name || info.name.startsWith(`${name}:`));

/** Fewer than a number; null stays null. */
export const less = (count: number | null, by: number): number | null =>
  count === null || count <= by ? null : count - by;

/** Longer lists are no classes. */
const MOST_NAMES = 100_000;

/** Names by number, `{0: 'polyp'}`, or in order, `['polyp']`; a number without a name is called by it. */
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
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= MOST_NAMES)
      return null;
    byNumber.set(number, typeof name === 'string' ? name : String(number));
  }
  return numbered(Math.max(...byNumber.keys()) + 1, (number) => byNumber.get(number));
}

/** So many names; where there is none, the number. */
export const numbered = (count: number, nameOf: (number: number) => string | undefined): readonly string[] =>
  Array.from({ length: count }, (_, number) => nameOf(number) ?? String(number));
