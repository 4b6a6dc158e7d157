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

/** The person's keyboard shortcuts, stored in this browser. */
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

/** Reads the stored keys. The default keys replace those that cannot be read. */
function kept(preferences: Preferences): KeyMap {
  try {
    return readKeys(preferences.get('keys') ?? '');
  } catch (error) {
    if (error instanceof AppError) return COMMAND_KEYS;
    throw error;
  }
}

/** The label that a key press arms. Labels' keys come before commands' keys, because they are pressed most. */
export const labelFor = (press: KeyPress, labels: readonly Label[]): Label | undefined =>
  press.ctrlKey || press.metaKey || press.altKey || press.key === ''
    ? undefined
    : labels.find(({ hotkey }) => hotkey === press.key.toLowerCase());

/** Sets a label's hotkey, and removes it from the label that had it. */
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

/** Formats a key name for display: `Mod+Shift+z` becomes `Ctrl + Shift + Z`. */
export const shownKey = (key: string): string =>
  key
    .split(/\+(?=.)/)
    .map((part) => NAMES.get(part) ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' + ');
