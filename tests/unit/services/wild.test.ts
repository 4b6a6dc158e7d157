import { afterAll, describe, expect, test } from 'vitest';
import { importingFiles } from '../../fixtures/exchange';
import { aWildProject, difference, foundIn } from '../../fixtures/wild';
import { WILD_CASES, type WildCase } from '../../fixtures/wild-cases';

/** What is known to come out wrong. Whoever mends one takes it off this list: being right is then a failure here. */
const KNOWN_WRONG: ReadonlySet<string> = new Set<string>([]);

const rows: string[] = [];
afterAll(() => console.log(rows.join('\n')));

/** Runs a case as a person does: reads the preview, then imports. Null: as it should be. */
async function whyNot({ pictures, files, wanted, tells = [], refused }: WildCase): Promise<string | null> {
  const world = await aWildProject(pictures());
  const preview = await importingFiles(world, files(), { isPreview: true });
  const outcome = await importingFiles(world, files());
  const differs = difference(await foundIn(world), wanted);
  if (outcome.state !== 'done') {
    const said =
      outcome.state === 'failed' ? `${outcome.code} ${JSON.stringify(outcome.about)}` : outcome.state;
    if (differs !== null || refused === undefined) return `${said}: ${differs}`;
    return inOrder(said, refused) ? null : `${said}, not ${refused}`;
  }
  if (differs !== null) return differs;
  if (refused !== undefined) return `taken, not refused as ${refused}`;
  const lines = outcome.report.skipped.map(({ code, path, place }) => `${code} ${path} ${place ?? ''}`);
  const untold = tells.find((tell) => !lines.some((line) => inOrder(line, tell)));
  if (untold !== undefined) return `not told: ${untold}; told: ${lines.join('; ') || 'nothing'}`;
  if (preview.state !== 'done') return 'the preview failed';
  const foretold = preview.report.skipped.map(({ code, path, place }) => `${code} ${path} ${place ?? ''}`);
  if (foretold.join('\n') !== lines.join('\n'))
    return `the preview says ${foretold.join('; ')}, the report ${lines.join('; ')}`;
  return null;
}

const inOrder = (line: string, words: string): boolean => {
  let at = 0;
  return words.split(' ').every((word) => (at = line.indexOf(word, at) + 1) > 0);
};

describe('a file from the wild, imported as it is', () => {
  test.each(WILD_CASES)('$name', async (one) => {
    const why = await whyNot(one);
    rows.push(`${one.name.padEnd(32)} ${(why ?? 'right').slice(0, 200)}`);
    if (KNOWN_WRONG.has(one.name)) expect(why, 'is right now: take it off the list').not.toBeNull();
    else expect(why).toBeNull();
  });
});

test('every case that is known to be wrong is one that runs', () => {
  const names = WILD_CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...KNOWN_WRONG].filter((name) => !names.includes(name))).toEqual([]);
});
