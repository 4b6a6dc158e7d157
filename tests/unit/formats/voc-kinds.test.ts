import { readVoc } from '$lib/formats/voc-read';
import { describe, expect, test } from 'vitest';
import { collect, inMemory, reading } from '../../fixtures/datasets';

const corners = (
  xmin: number | string,
  ymin: number | string,
  xmax: number | string,
  ymax: number | string,
) => `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>`;
const object = (place: string, name = 'cat') => `<object><name>${name}</name>${place}</object>`;
const xml = (objects: string, filename = 'a.jpg', head = '') =>
  `${head}<annotation><folder>f</folder><filename>${filename}</filename><size><width>100</width><height>80</height></size>${objects}</annotation>`;

async function read(files: Readonly<Record<string, string | Uint8Array>>, vocOrigin: 0 | 1 | null = null) {
  const context = { ...reading(), vocOrigin };
  const dataset = await readVoc(inMemory(files), context);
  const items = await collect(dataset.items());
  return {
    items,
    boxes: items.flatMap(({ annotations }) =>
      annotations.flatMap(({ regions }) =>
        regions.map(({ labelId, x, y, width, height, rotation }) => [labelId, x, y, width, height, rotation]),
      ),
    ),
    untaken: items.map(({ annotations: [first] }) => first?.unsupportedCount ?? 0),
    origin: dataset.vocOrigin,
    told: context.issues.map(({ code }) => code),
  };
}

describe('a place', () => {
  test.each([
    ['swapped corners', corners(30, 40, 10, 20), [10, 20, 20, 20, 0], 'corners-swapped'],
    ['corners between pixels', corners(10.5, 20.25, 30, 40), [10.5, 20.25, 19.5, 19.75, 0], null],
    ['corners as 1e1', corners('1e1', '20', '30.0', '40'), [10, 20, 20, 20, 0], null],
    [
      'an outline',
      '<polygon><x1>10</x1><y1>20</y1><x2>30</x2><y2>25</y2><x3>12</x3><y3>40</y3></polygon>',
      [10, 20, 20, 20, 0],
      'region-not-a-box',
    ],
    [
      'an outline of points',
      '<polygon><pt><x>10</x><y>20</y></pt><pt><x>30</x><y>40</y></pt></polygon>',
      [10, 20, 20, 20, 0],
      'region-not-a-box',
    ],
    [
      'a turned box',
      '<robndbox><cx>20</cx><cy>30</cy><w>20</w><h>20</h><angle>1.570796</angle></robndbox>',
      [10, 20, 20, 20, 90],
      null,
    ],
    [
      'a turn beside it',
      `${corners(10, 20, 30, 40)}<attributes><attribute><name>rotation</name><value>12.5</value></attribute></attributes>`,
      [10, 20, 20, 20, 0],
      'turn-left-out',
    ],
    [
      'no turn beside it',
      `${corners(10, 20, 30, 40)}<attributes><attribute><name>rotation</name><value>0.0</value></attribute></attributes>`,
      [10, 20, 20, 20, 0],
      null,
    ],
    [
      'a box and an outline',
      `${corners(10, 20, 30, 40)}<polygon><x1>1</x1><y1>1</y1><x2>2</x2><y2>2</y2></polygon>`,
      [10, 20, 20, 20, 0],
      null,
    ],
  ] as const)('with %s', async (_, place, box, note) => {
    const { boxes, told } = await read({ 'a.xml': xml(object(place)) });
    expect(boxes).toEqual([['cat', ...box]]);
    expect(told).toEqual(note === null ? [] : [note]);
  });

  test.each([
    ['nothing', ''],
    ['half of its corners', '<bndbox><xmin>1</xmin><ymin>2</ymin></bndbox>'],
    ['words', corners('a', 2, 3, 4)],
    ['an outline that breaks off', '<polygon><x1>1</x1><y1>2</y1><x2>3</x2></polygon>'],
    ['half of a turned box', '<robndbox><cx>20</cx><cy>30</cy></robndbox>'],
  ])('with %s leaves its picture open, told', async (_, place) => {
    const { boxes, untaken, told } = await read({ 'a.xml': xml(object(place)) });
    expect([boxes, untaken, told]).toEqual([[], [1], ['number-invalid']]);
  });

  test('counts from where its boxes say, and that is said', async () => {
    const last = corners(51, 1, 100, 80);
    expect(await read({ 'a.xml': xml(object(last)) })).toMatchObject({
      origin: 1,
      boxes: [['cat', 50, 0, 50, 80, 0]],
    });
    expect(await read({ 'a.xml': xml(object(last)) }, 0)).toMatchObject({
      origin: 0,
      boxes: [['cat', 51, 1, 49, 79, 0]],
    });
    expect(await read({ 'a.xml': xml(object(last) + object(corners(0, 5, 9, 9))) })).toMatchObject({
      origin: 0,
    });
    expect(await read({ 'a.xml': xml(object(last) + object(corners(10.5, 5, 20, 9))) })).toMatchObject({
      origin: 0,
    });
    expect(await read({ 'a.xml': xml(object(corners(100, 80, 51, 1))) })).toMatchObject({ origin: 1 });
  });
});

describe('the picture', () => {
  test.each([
    ['a.xml', 'a.jpg', 'a.jpg', false],
    ['a.xml', 'old.jpg', 'a', true],
    ['a.xml', '', 'a', true],
    ['a.xml', 'a', 'a', true],
    ['a.jpg.xml', 'a.jpg', 'a.jpg', false],
    ['a.xml.xml', 'old.jpg', 'a', true],
    ['set/Annotations/a.xml', 'a.jpg', 'set/a.jpg', false],
    ['cam1/a.xml', 'C:\\x\\a.jpg', 'cam1/a.jpg', false],
    ['A.xml', 'a.JPG', 'a.JPG', false],
  ])('of %s, which says %j, is %s', async (path, filename, wanted, isStem) => {
    const { items } = await read({ [path]: xml('', filename) });
    expect(items[0]).toMatchObject({ path: wanted, isStem });
    if (filename !== '' && !wanted.endsWith(filename)) expect(items[0]!.otherNames).toContain(filename);
  });
});

describe('an encoding', () => {
  const utf16 = (text: string, isLittle: boolean, mark: boolean) => {
    const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
    return new Uint8Array(isLittle ? bytes : bytes.swap16());
  };
  const text = xml(object(corners(10, 20, 30, 40), '猫'), 'a.jpg', '<?xml version="1.0" encoding="utf-16"?>');
  test.each([
    ['UTF-16 with a mark', utf16(text, true, true)],
    ['UTF-16 the other way round', utf16(text, false, true)],
    ['UTF-16 without a mark', utf16(text, true, false)],
    ['UTF-16 the other way round, without a mark', utf16(text, false, false)],
    ['UTF-8 that says UTF-16', text],
    ['UTF-8 with a mark', `\ufeff${text}`],
  ])('%s', async (_, content) => {
    expect((await read({ 'a.xml': content })).boxes).toEqual([['猫', 10, 20, 20, 20, 0]]);
  });

  test('that is declared is used; one that nobody knows, or that is none, costs its file alone', async () => {
    const latin = (head: string) =>
      Buffer.from(xml(object(corners(1, 2, 3, 4), 'é'), 'a.jpg', head), 'latin1');
    const declared = (encoding: string) => `<?xml version='1.0' encoding='${encoding}' ?>`;
    const { boxes, told } = await read({
      'a.xml': new Uint8Array(latin(declared('ISO-8859-1'))),
      'b.xml': new Uint8Array(latin('')),
      'c.xml': new Uint8Array(latin(declared('klingon'))),
      'd.xml': new Uint8Array(latin(declared('windows-1252'))),
    });
    expect(boxes.map(([label]) => label)).toEqual(['é', 'é']);
    expect(told).toEqual(['entry-unreadable', 'entry-unreadable']);
  });
});
