import { COMMAND_KEYS, commandFinder } from '$lib/editor/commands';
import { ownerOf, readKeys, SCHEMES, schemeOf, withKey, withoutKey, writeKeys } from '$lib/editor/key-map';
import { describe, expect, test } from 'vitest';

const press = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe('the keys', () => {
  test.each([
    ['both', 'f', 'submit'],
    ['both', 'Mod+Enter', 'submit'],
    ['label-studio', 'f', null],
    ['label-studio', 'Mod+Enter', 'submit'],
    ['one-key', 'f', 'submit'],
    ['one-key', 'Mod+Enter', null],
    ['label-studio', 'Mod+Shift+Enter', 'submit-empty'],
    ['one-key', 'Shift+s', 'submit-empty'],
    ['both', 'Shift+z', 'take-back'],
  ] as const)('of the scheme %s: %s means %s', (scheme, key, command) => {
    expect(ownerOf(SCHEMES[scheme], key)).toBe(command);
    expect(schemeOf(SCHEMES[scheme])).toBe(scheme);
  });

  test('mean one thing each: a key given to another command is taken from the first', () => {
    const changed = withKey(COMMAND_KEYS, 'submit', 'd');
    expect(changed.submit).toEqual([...COMMAND_KEYS.submit, 'd']);
    expect(changed['next-task']).toEqual(['Mod+ArrowRight']);
    expect(commandFinder(changed)({ ...press, key: 'd' })).toBe('submit');
    expect(schemeOf(changed)).toBeNull();
    expect(schemeOf(withoutKey(changed, 'submit', 'd'))).toBeNull();
  });

  test('come back from their file as they went into it', () => {
    const changed = withoutKey(withKey(COMMAND_KEYS, 'skip', ' '), 'undo', 'Mod+z');
    expect(readKeys(writeKeys(changed))).toEqual(changed);
  });

  test('that a file does not name are as by default, unless they are taken; strange names are left out', () => {
    const read = readKeys('{"kakomiKeys": 1, "keys": {"submit": ["d"], "paint-it-red": ["q"]}}');
    expect(read.submit).toEqual(['d']);
    expect(read['next-task']).toEqual(['Mod+ArrowRight']);
    expect(read.undo).toEqual(COMMAND_KEYS.undo);
    expect(ownerOf(read, 'q')).toBeNull();
  });

  test.each([
    ['no JSON', 'keys'],
    ['a list', '[]'],
    ['no table', '{"keys": 3}'],
    ['a key that is no text', '{"keys": {"submit": [1]}}'],
    ['no list of keys', '{"keys": {"submit": "f"}}'],
    ['a key twice', '{"keys": {"submit": ["f"], "skip": ["f"]}}'],
  ])('in a file with %s are refused', (_, text) => {
    expect(() => readKeys(text)).toThrow(expect.objectContaining({ code: 'keys-invalid' }) as Error);
  });
});
