import { COMMAND_KEYS, type KeyPress } from '$lib/editor/commands';
import { SCHEMES, withKey } from '$lib/editor/key-map';
import { Keyboard, labelFor, shownKey, withLabelKey } from '$lib/features/annotate/keyboard.svelte';
import { asId } from '$lib/domain/ids';
import { describe, expect, test } from 'vitest';
import { aLabel } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const press = (key: string, overrides: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...overrides,
});
const preferences = () => aWorld().ports.preferences;

describe('the keys', () => {
  test('that a person changes mean the new thing at once, and again in the next tab', () => {
    const kept = preferences();
    const keyboard = new Keyboard(kept);
    expect(keyboard.command(press('f'))).toBe('submit');
    keyboard.change(withKey(keyboard.keys, 'skip', 'f'));
    expect(keyboard.command(press('f'))).toBe('skip');
    expect(new Keyboard(kept).command(press('f'))).toBe('skip');
  });

  test('that are set back are the default ones again, also in the next tab', () => {
    const kept = preferences();
    const keyboard = new Keyboard(kept);
    keyboard.change(SCHEMES['label-studio']);
    expect(new Keyboard(kept).command(press('f'))).toBeNull();
    keyboard.change(COMMAND_KEYS);
    expect(new Keyboard(kept).keys).toBe(COMMAND_KEYS);
  });

  test.each(['', 'no table', '[]', '{"kakomiKeys":1,"keys":{"submit":["f"],"skip":["f"]}}'])(
    'are the default ones where what was kept is %j',
    (text) => {
      const kept = preferences();
      kept.set('keys', text);
      expect(new Keyboard(kept).keys).toBe(COMMAND_KEYS);
    },
  );
});

describe('the key of a label', () => {
  const labels = [aLabel(), aLabel({ id: asId<'label'>('l2'), name: 'fold', hotkey: 'q' })];

  test('arms it, in either case, and not together with Ctrl, Alt or the command key', () => {
    expect(labelFor(press('Q', { shiftKey: true }), labels)?.name).toBe('fold');
    expect(labelFor(press('1'), labels)?.name).toBe('polyp');
    for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const)
      expect(labelFor(press('q', { [held]: true }), labels)).toBeUndefined();
  });

  test('that no label has arms none; nor does a press that says nothing', () => {
    const keyless = [aLabel({ hotkey: '' })];
    expect([labelFor(press('z'), labels), labelFor(press(''), keyless)]).toEqual([undefined, undefined]);
  });

  test('is taken from the label that had it', () => {
    const hotkeys = withLabelKey(labels, asId<'label'>('l2'), '1').map(({ hotkey }) => hotkey);
    expect(hotkeys).toEqual(['', '1']);
  });
});

test.each([
  ['Mod+Shift+z', 'Ctrl + Shift + Z'],
  ['ArrowLeft', '←'],
  [' ', 'Space'],
  ['+', '+'],
  ['Mod++', 'Ctrl + +'],
])('the key %j is shown as %j', (key, shown) => {
  expect(shownKey(key)).toBe(shown);
});
