import { AppError } from '$lib/domain/errors';
import { COMMAND_KEYS, type CommandId, type KeyMap } from './commands';

/** Complete key tables to start from: Label Studio's keys, single keys, or both side by side. */
export type SchemeId = 'both' | 'label-studio' | 'one-key';

const ONE_KEY: Readonly<Partial<Record<CommandId, readonly string[]>>> = {
  submit: ['f'],
  'submit-empty': ['Shift+s'],
  skip: ['x'],
  'next-task': ['d'],
  'previous-task': ['a'],
};

const IDS = Object.keys(COMMAND_KEYS) as readonly CommandId[];

const mapped = (keysOf: (id: CommandId) => readonly string[]): KeyMap =>
  Object.fromEntries(IDS.map((id) => [id, keysOf(id)])) as unknown as KeyMap;

export const SCHEMES: Readonly<Record<SchemeId, KeyMap>> = {
  both: COMMAND_KEYS,
  'label-studio': mapped((id) => COMMAND_KEYS[id].filter((key) => !ONE_KEY[id]?.includes(key))),
  'one-key': mapped((id) => ONE_KEY[id] ?? COMMAND_KEYS[id]),
};

/** The scheme that a table equals; null if the person has changed it. */
export const schemeOf = (keys: KeyMap): SchemeId | null =>
  (Object.keys(SCHEMES) as SchemeId[]).find((scheme) => isSame(SCHEMES[scheme], keys)) ?? null;

/** The command that has a key; null if the key is free. */
export const ownerOf = (keys: KeyMap, key: string): CommandId | null =>
  IDS.find((id) => keys[id].includes(key)) ?? null;

/** Assigns a key to a command, and removes it from the command that had it: a key means one thing. */
export const withKey = (keys: KeyMap, id: CommandId, key: string): KeyMap =>
  mapped((each) => {
    const others = keys[each].filter((name) => name !== key);
    return each === id ? [...others, key] : others;
  });

export const withoutKey = (keys: KeyMap, id: CommandId, key: string): KeyMap =>
  mapped((each) => (each === id ? keys[each].filter((name) => name !== key) : keys[each]));

export const writeKeys = (keys: KeyMap): string => JSON.stringify({ kakomiKeys: 1, keys }, null, 2);

/**
 * Reads a key table from a file's text. Commands missing from the file keep their default keys where those are free;
 * unknown commands are ignored. Throws `keys-invalid` if the text is no key table or uses a key twice.
 */
export function readKeys(text: string): KeyMap {
  const given = tableIn(text);
  const taken = new Set<string>();
  for (const key of IDS.flatMap((id) => given[id] ?? [])) {
    if (taken.has(key)) throw new AppError('keys-invalid', { name: key });
    taken.add(key);
  }
  return mapped((id) => given[id] ?? COMMAND_KEYS[id].filter((key) => !taken.has(key)));
}

function tableIn(text: string): Readonly<Partial<Record<CommandId, readonly string[]>>> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new AppError('keys-invalid', {}, { cause: error });
  }
  const keys = isRecord(file) ? file['keys'] : null;
  if (!isRecord(keys)) throw new AppError('keys-invalid');
  for (const names of Object.values(keys)) {
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' && name !== ''))
      throw new AppError('keys-invalid');
  }
  return keys;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: KeyMap, b: KeyMap): boolean => IDS.every((id) => a[id].join(' ') === b[id].join(' '));
