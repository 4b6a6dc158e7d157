import { AppError } from '$lib/domain/errors';
import type { Label } from '$lib/domain/project';
import {
  COMMAND_KEYS,
  commandFinder,
  type CommandId,
  type KeyMap,
  type KeyPress,
} from '$lib/editor/commands';
import { readKeys, writeKeys } from '$lib/editor/key-map';
import type { Preferences } from '$lib/services/ports/shell';

/** The keys as this person wants them, kept in this browser. */
export class Keyboard {
  readonly #preferences: Preferences;
  keys = $state.raw<KeyMap>(COMMAND_KEYS);
  readonly #find = $derived(commandFinder(this.keys));

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
    this.keys = kept(preferences);
  }

  command(press: KeyPress): CommandId | null {
    return this.#find(press);
  }

  change(keys: KeyMap): void {
    this.keys = keys;
    this.#preferences.set('keys', keys === COMMAND_KEYS ? '' : writeKeys(keys));
  }
}

/** What cannot be read any more is as by default. */
function kept(preferences: Preferences): KeyMap {
  try {
    return readKeys(preferences.get('keys') ?? '');
  } catch (error) {
    if (error instanceof AppError) return COMMAND_KEYS;
    throw error;
  }
}

/** The label that a key press arms. Its keys come before all others: they are pressed most. */
export const labelFor = (press: KeyPress, labels: readonly Label[]): Label | undefined =>
  press.ctrlKey || press.metaKey || press.altKey || press.key === ''
    ? undefined
    : labels.find(({ hotkey }) => hotkey === press.key.toLowerCase());

/** The labels with another key for one of them; who had that key has none any more. */
export const withLabelKey = (labels: readonly Label[], id: Label['id'], hotkey: string): readonly Label[] =>
  labels.map((label) =>
    label.id === id ? { ...label, hotkey } : label.hotkey === hotkey ? { ...label, hotkey: '' } : label,
  );

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Mod: 'Ctrl',
    ' ': 'Space',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
  }),
);

/** `Mod+Shift+z` as it stands on a keyboard. */
export const shownKey = (key: string): string =>
  key
    .split(/\+(?=.)/)
    .map((part) => NAMES.get(part) ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' + ');
