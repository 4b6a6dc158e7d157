import { isFields, MAX_KEPT_LENGTH, type KeptText } from './kept';

/**
 * Checks a value: null if it has the shape, otherwise the error and its place, as in `regions[3].x: a finite number`.
 * The type parameter is the type of a valid value; it exists for the compiler alone.
 */
export interface Shape<T> {
  (value: unknown): string | null;
  readonly of?: (value: T) => T;
}

/** The shape of a field that may be absent. */
export interface OptionalShape<T> extends Shape<T> {
  readonly isOptional: true;
}

export const text =
  <T extends string = string>(): Shape<T> =>
  (value) =>
    typeof value === 'string' ? null : 'a text';

/** Ids and similar texts, which must not be empty because rows are looked up by them. */
export const someText =
  <T extends string = string>(): Shape<T> =>
  (value) =>
    typeof value === 'string' && value !== '' ? null : 'a text that is not empty';

export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? null : 'true or false');

/** A finite number within inclusive bounds. */
export const number =
  <T extends number = number>(least = -Infinity, most = Infinity): Shape<T> =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
      ? null
      : `a finite number${least === -Infinity ? '' : most === Infinity ? ` from ${least}` : ` from ${least} to ${most}`}`;

export const whole =
  <T extends number = number>(least = 0): Shape<T> =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least ? null : `a whole number from ${least}`;

export const oneOf =
  <const T extends string | number | boolean>(...values: readonly T[]): Shape<T> =>
  (value) =>
    values.includes(value as T) ? null : `one of ${values.join(', ')}`;

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : shape(value);

export const optional = <T>(shape: Shape<T>): OptionalShape<T> =>
  Object.assign((value: unknown) => (value === undefined ? null : shape(value)), {
    isOptional: true as const,
  });

export const list =
  <T>(item: Shape<T>): Shape<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value)) return 'a list';
    for (let at = 0; at < value.length; at += 1) {
      const wrong = item(value[at]);
      if (wrong !== null) return within(`[${at}]`, wrong);
    }
    return null;
  };

/** A list of a fixed length whose elements have one shape. */
export const listOf =
  <T extends readonly unknown[]>(length: T['length'], item: Shape<T[number]>): Shape<T> =>
  (value) =>
    Array.isArray(value) && value.length !== length ? `a list of ${length}` : list(item)(value);

export const mapOf =
  <K extends string, V>(key: Shape<K>, item: Shape<V>): Shape<ReadonlyMap<K, V>> =>
  (value) => {
    if (!(value instanceof Map)) return 'a map';
    for (const [name, part] of value as ReadonlyMap<unknown, unknown>) {
      const wrong = key(name) ?? item(part);
      if (wrong !== null) return within(`[${String(name)}]`, wrong);
    }
    return null;
  };

type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalShape<Required<T>[K]> : Shape<T[K]>;
};

/** The text of a JSON object, within the length limit. See [Note: Kept beside] in kept.ts. */
export const keptText: Shape<KeptText> = (value) => {
  if (typeof value !== 'string') return 'a text';
  if (value.length > MAX_KEPT_LENGTH) return `a text of at most ${MAX_KEPT_LENGTH} letters`;
  try {
    return isFields(JSON.parse(value)) ? null : 'the text of a JSON object';
  } catch {
    return 'the text of a JSON object';
  }
};

/** An object with these fields. A field of the type that is missing here does not compile. */
export function fields<T extends object>(shapes: Fields<T>): Shape<T> {
  const entries = Object.entries(shapes) as readonly (readonly [string, Shape<unknown>])[];
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an object';
    for (const [name, shape] of entries) {
      const part = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
      const wrong = shape(part);
      if (wrong !== null) return within(name, wrong);
    }
    return null;
  };
}

/** A discriminated union: one of several kinds of objects, selected by a field. */
export function byField<T extends object>(
  name: keyof T & string,
  kinds: Readonly<Record<string, (value: unknown) => string | null>>,
): Shape<T> {
  const known = new Map(Object.entries(kinds));
  return (value) => {
    if (typeof value !== 'object' || value === null) return 'an object';
    const kind = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const shape = typeof kind === 'string' ? known.get(kind) : undefined;
    return shape === undefined ? within(name, `one of ${[...known.keys()].join(', ')}`) : shape(value);
  };
}

/** Adds a check of the relations between fields to a shape. */
export const also =
  <T>(shape: Shape<T>, what: string, holds: (value: T) => boolean): Shape<T> =>
  (value) =>
    shape(value) ?? (holds(value as T) ? null : what);

const within = (place: string, wrong: string): string =>
  /^[^ ]*: /.test(wrong) ? `${place}${wrong.startsWith('[') ? '' : '.'}${wrong}` : `${place}: ${wrong}`;
