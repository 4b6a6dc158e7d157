import { plainCell, textCell } from '$lib/domain/spreadsheet';
import { FORMATS } from '$lib/formats/all';
import { csvText } from '$lib/formats/table';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';
import {
  aDataset,
  anItem,
  categoriesOf,
  collect,
  done,
  inMemory,
  reading,
  written,
} from '../../fixtures/datasets';

const STARTS = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', "'", "'=", "''@"];
const NAMES = STARTS.map((start) => `${start}cmd|' /C calc'!A0`);
const RUNS = /^[=+\-@\t\r\n＝＋－＠]/;

const text = async (pieces: AsyncIterable<string>) => (await collect(pieces)).join('');
const cellsOf = (table: string, delimiter: string) =>
  Papa.parse<string[]>(table, { delimiter, skipEmptyLines: true }).data.flat();

/** Nothing starts as a formula does but what is a number. */
const formulas = (cells: readonly string[]) =>
  cells.filter((cell) => RUNS.test(cell) && !/^-\d+(\.\d+)?$/.test(cell));

describe.each([
  ['csv', ','],
  ['tsv', '\t'],
  ['flat-csv', ','],
])('%s', (id, delimiter) => {
  const format = FORMATS.find((one) => one.id === id)!;

  test.each(NAMES)('%j runs in no spreadsheet and comes back as it was', async (name) => {
    const categories = categoriesOf([name]);
    const item = anItem({
      fileName: `${name}.jpg`.replaceAll('/', '-'),
      path: `${name}.jpg`.replaceAll('/', '-'),
      annotations: [
        done([aBox({ labelId: categories[0]!.labelId, x: -4, width: 20, note: name })], { annotator: name }),
      ],
    });
    const files = await written(
      format.write(aDataset([item], categories), { splits: [], withImages: false }),
    );
    const table = Object.values(files).join('');
    expect(formulas(cellsOf(table.replace('\ufeff', ''), delimiter))).toEqual([]);
    // A number below zero is still one.
    if (id === 'flat-csv') expect(cellsOf(table, delimiter)).toContain('-4');
    const [back] = await collect((await format.read(inMemory(files), reading([item]))).items());
    expect(back!.path).toBe(item.path);
    expect(back!.annotations[0]!.annotator).toBe(name);
    expect(back!.annotations[0]!.regions[0]).toMatchObject({
      x: -4,
      labelId: name.trim(),
      ...(format.capabilities.notes ? { note: name } : {}),
    });
  });
});

test('whoever writes a table cannot forget it', async () => {
  const rows = (async function* () {
    await Promise.resolve();
    yield NAMES;
    yield [-1, -0.5, 7, '', null, true];
  })();
  const table = await text(csvText(NAMES, rows, '\t'));
  expect(formulas(cellsOf(table, '\t'))).toEqual([]);
  expect(table.split('\r\n').at(-2)).toBe('-1\t-0.5\t7\t\t\ttrue');
});

test('every text comes back from its cell', () => {
  for (const name of [...NAMES, '', 'polyp', "it's", 'ポリープ', '7', '-7', "'", "''"]) {
    expect(RUNS.test(textCell(name))).toBe(false);
    expect(plainCell(textCell(name))).toBe(name);
  }
});
