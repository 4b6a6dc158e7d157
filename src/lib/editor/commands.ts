import type { ToolId } from './tools/tool';

/** Everything that a key can do on the labelling page. */
export type CommandId =
  | 'submit'
  | 'submit-empty'
  | 'skip'
  | 'take-back'
  | 'undo'
  | 'redo'
  | 'next-task'
  | 'previous-task'
  | 'delete'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'paste-previous'
  | 'duplicate'
  | 'hide'
  | 'hide-all'
  | 'lock'
  | `tool-${ToolId}`
  | 'zoom-in'
  | 'zoom-out'
  | 'fit'
  | 'actual-size'
  | 'zoom-selection'
  | 'turn-view-left'
  | 'turn-view-right'
  | 'escape'
  | 'select-all'
  | 'select-next'
  | 'select-previous'
  | 'add-box'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'far-left'
  | 'far-right'
  | 'far-up'
  | 'far-down'
  | 'wider'
  | 'narrower'
  | 'taller'
  | 'shorter'
  | 'turn-left'
  | 'turn-right'
  | 'turn-far-left'
  | 'turn-far-right'
  | 'region-note'
  | 'accept-suggestion'
  | 'reject-suggestion'
  | 'accept-all'
  | 'next-suggestion'
  | 'previous-suggestion'
  | 'reset'
  | 'show-keys';

/**
 * The default keys: those of Label Studio, plus a single key for each command that is used all day. A key is written
 * as `Mod` (Ctrl, or Command on a Mac), then Alt, then Shift, then `KeyboardEvent.key` with letters in lower case.
 */
export const COMMAND_KEYS: KeyMap = {
  submit: ['Mod+Enter', 'Alt+Enter', 'f'],
  'submit-empty': ['Mod+Shift+Enter', 'Shift+s'],
  skip: ['Mod+ ', 'x'],
  'take-back': ['Shift+z'],
  undo: ['Mod+z'],
  redo: ['Mod+Shift+z', 'Mod+y'],
  'next-task': ['Mod+ArrowRight', 'd'],
  'previous-task': ['Mod+ArrowLeft', 'a'],
  delete: ['Delete', 'Backspace'],
  copy: ['Mod+c'],
  cut: ['Mod+x'],
  paste: ['Mod+v'],
  'paste-previous': ['Mod+Shift+v'],
  duplicate: ['Mod+d'],
  hide: ['Alt+h'],
  'hide-all': ['Mod+h'],
  lock: ['Alt+l'],
  'tool-select': ['v'],
  'tool-box': ['r'],
  'tool-pan': ['h'],
  'zoom-in': ['Mod++', 'Mod+=', '+', '='],
  'zoom-out': ['Mod+-', '-'],
  fit: ['Shift+1', 'Shift+!', '0'],
  'actual-size': ['Shift+2', 'Shift+"', 'Shift+@'],
  'zoom-selection': ['Shift+3', 'Shift+#', 'z'],
  'turn-view-left': ['Alt+Shift+r'],
  'turn-view-right': ['Alt+r'],
  escape: ['Escape', 'u'],
  'select-all': ['Mod+a'],
  'select-next': ['Alt+.'],
  'select-previous': ['Alt+,'],
  'add-box': ['n'],
  left: ['ArrowLeft'],
  right: ['ArrowRight'],
  up: ['ArrowUp'],
  down: ['ArrowDown'],
  'far-left': ['Shift+ArrowLeft'],
  'far-right': ['Shift+ArrowRight'],
  'far-up': ['Shift+ArrowUp'],
  'far-down': ['Shift+ArrowDown'],
  wider: ['Alt+ArrowRight'],
  narrower: ['Alt+ArrowLeft'],
  taller: ['Alt+ArrowDown'],
  shorter: ['Alt+ArrowUp'],
  'turn-left': ['['],
  'turn-right': [']'],
  'turn-far-left': ['Alt+['],
  'turn-far-right': ['Alt+]'],
  'region-note': ['Alt+m'],
  'accept-suggestion': ['g'],
  'reject-suggestion': ['b'],
  'accept-all': ['Shift+g'],
  'next-suggestion': ['j'],
  'previous-suggestion': ['k'],
  reset: ['Shift+x'],
  'show-keys': ['?'],
};

/**
 * Commands that repeat while their key is held. All others run once per press, because a command that finishes a
 * picture, creates, deletes or decides must not repeat by accident.
 */
const REPEATING: ReadonlySet<CommandId> = new Set([
  'undo',
  'redo',
  'next-task',
  'previous-task',
  'zoom-in',
  'zoom-out',
  'select-next',
  'select-previous',
  'next-suggestion',
  'previous-suggestion',
  'left',
  'right',
  'up',
  'down',
  'far-left',
  'far-right',
  'far-up',
  'far-down',
  'wider',
  'narrower',
  'taller',
  'shorter',
  'turn-left',
  'turn-right',
  'turn-far-left',
  'turn-far-right',
]);

export const isRepeating = (id: CommandId): boolean => REPEATING.has(id);

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** `KeyboardEvent.code`: the physical key, whatever the keyboard layout. */
  readonly code?: string;
}

/** The keys of each command. A person's own keys are another table of this type. */
export type KeyMap = Readonly<Record<CommandId, readonly string[]>>;

/** Returns a function that looks up the command of a key press; it returns null where the press has none. */
export function commandFinder(keys: KeyMap): (press: KeyPress) => CommandId | null {
  const commandOf = new Map(
    Object.entries(keys).flatMap(([id, names]) => names.map((name) => [name, id as CommandId] as const)),
  );
  return (press) =>
    commandOf.get(keyName(press)) ??
    // Layouts differ in whether `+` or `?` needs Shift, so Shift is ignored for punctuation.
    (isSign(press.key) ? commandOf.get(keyName({ ...press, shiftKey: false })) : undefined) ??
    null;
}

/** Looks up a key press in the default keys. */
export const commandFor = commandFinder(COMMAND_KEYS);

/** The name of a key press as the key tables write it: `Mod+Shift+z`. */
export function keyName({ key, ctrlKey, metaKey, shiftKey, altKey, code }: KeyPress): string {
  const held = `${ctrlKey || metaKey ? 'Mod+' : ''}${altKey ? 'Alt+' : ''}${shiftKey ? 'Shift+' : ''}`;
  // With Alt, a Mac types another character, so the character printed on the key is used.
  const sign = altKey ? SIGNS[code ?? ''] : undefined;
  if (sign !== undefined) return held + sign;
  const letter = altKey && !/^[a-z]$/i.test(key) ? /^Key([A-Z])$/.exec(code ?? '')?.[1] : undefined;
  if (letter !== undefined) return held + letter.toLowerCase();
  return held + (key.length === 1 ? key.toLowerCase() : key);
}

const SIGNS: Readonly<Record<string, string>> = {
  Period: '.',
  Comma: ',',
  BracketLeft: '[',
  BracketRight: ']',
};

const isSign = (key: string): boolean => /^[^\p{L}\p{N}\s]$/u.test(key);
