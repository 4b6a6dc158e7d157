import { annotationOf } from '../../fixtures/work';
import JSZip from 'jszip';
import { describe, expect, test } from 'vitest';
import {
  aProjectWith,
  everything,
  imported,
  importing,
  PROJECT,
  taskId,
  type World,
} from '../../fixtures/exchange';

const annotation = (overrides = {}) => ({
  id: 1,
  image_id: 1,
  category_id: 1,
  bbox: [1, 2, 3, 4],
  iscrowd: 0,
  ...overrides,
});
const coco = (annotations: readonly object[], more = {}) =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'a.jpg', width: 100, height: 80 }],
    categories: [{ id: 1, name: 'polyp' }],
    annotations,
    ...more,
  });
const GOOD = coco([annotation()]);

async function refused(files: Readonly<Record<string, BlobPart>>, expected: object): Promise<void> {
  const world = await aProjectWith(['a.jpg']);
  const before = await everything(world);
  expect(await importing(world, files)).toMatchObject({ state: 'failed', ...expected });
  expect(await everything(world), 'nothing of the project is changed').toEqual(before);
}
const taken = async (files: Readonly<Record<string, BlobPart>>) => {
  const world = await aProjectWith(['a.jpg']);
  const report = await imported(world, files);
  return {
    world,
    report,
    codes: report.skipped.map(({ code }) => code),
    places: report.skipped.map(({ path, place }) => [path, place]),
  };
};
const regionsOf = async (world: World) => (await annotationOf(world.database, taskId(1)))?.regions ?? [];
const zipped = async (files: Readonly<Record<string, string>>) => {
  const zip = new JSZip();
  for (const [path, text] of Object.entries(files)) zip.file(path, text, { createFolders: false });
  return new Uint8Array(await zip.generateAsync({ type: 'arraybuffer', compression: 'DEFLATE' }));
};

describe('text that is not what it should be', () => {
  test('JSON that is cut in the middle', () =>
    refused(
      { 'c.json': GOOD.slice(0, GOOD.length - 40) },
      { code: 'format-invalid', about: { path: 'c.json', reason: 'cut-off' } },
    ));
  test('JSON that is wrong in the middle, with the place', () =>
    refused(
      { 'c.json': GOOD.replace('"bbox":[', '"bbox":[NaN,') },
      { code: 'format-invalid', about: { path: 'c.json', reason: 'not-json' } },
    ));
  test('a long JSON that is cut after thousands of boxes', () => {
    const text = coco(Array.from({ length: 20_000 }, (_, at) => annotation({ id: at })));
    return refused({ 'c.json': text.slice(0, -3) }, { code: 'format-invalid', about: { path: 'c.json' } });
  });
  test('Shift_JIS in JSON', () =>
    refused(
      {
        'c.json': Uint8Array.from([
          ...new TextEncoder().encode('{"images":[],"categories":[{"id":1,"name":"'),
          0x83,
          0x7c,
          0x83,
          0x8a,
          0x22,
          0x7d,
          0x5d,
          0x7d,
        ]),
      },
      { code: 'text-encoding', about: { path: 'c.json', position: 43 } },
    ));
  test('UTF-16 and a byte order mark are read', async () => {
    const utf16 = Uint8Array.from([
      0xff,
      0xfe,
      ...new Uint8Array(Uint16Array.from(Array.from(GOOD, (letter) => letter.charCodeAt(0))).buffer),
    ]);
    for (const content of [utf16, `\ufeff${GOOD}`])
      expect((await taken({ 'c.json': content })).report.counts).toMatchObject({ annotations: 1 });
  });
  test('nothing that is known', () =>
    refused({ 'x.dat': 'hello' }, { code: 'format-unknown', about: { path: 'in' } }));
  test('a table whose quote never ends', () =>
    refused(
      { 'b.csv': 'file,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3,4,"pol' },
      { code: 'format-invalid', about: { path: 'b.csv', place: 'row 2' } },
    ));
  test('YAML that is none', () =>
    refused(
      { 'data.yaml': 'names: [a: b: c', 'labels/a.txt': '0 0.5 0.5 0.1 0.1' },
      { code: 'format-invalid', about: { path: 'data.yaml' } },
    ));
  test('XML that is cut off costs itself alone', async () => {
    const whole =
      '<annotation><filename>a.jpg</filename><size><width>100</width><height>80</height></size><object><name>polyp</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object></annotation>';
    const { report, codes } = await taken({ 'a.xml': whole, 'b.xml': whole.slice(0, 90) });
    expect(codes).toEqual(['entry-unreadable']);
    expect(report.counts).toMatchObject({ annotations: 1 });
  });
  test('XML that names itself a thousand times does not grow', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "${'&x;'.repeat(500)}"><!ENTITY z "${'&y;'.repeat(500)}">]><annotation><filename>&z;</filename></annotation>`;
    const outcome = await importing(await aProjectWith(['a.jpg']), { 'a.xml': bomb });
    expect(JSON.stringify(outcome).length).toBeLessThan(100_000);
  });
});

const xmlOf = (name: string, more = '') =>
  `${more}<annotation><filename>${name}</filename><size><width>100</width><height>80</height></size><object><name>polyp</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object></annotation>`;

describe('one bad file among many costs itself alone, and is named', () => {
  const two = async (files: Readonly<Record<string, BlobPart>>, bad: string) => {
    const world = await aProjectWith(['a.jpg', 'b.jpg']);
    const report = await imported(world, files);
    expect(report.skipped.map(({ path, code }) => [path, code])).toEqual([[bad, 'entry-unreadable']]);
    expect(report.counts).toMatchObject({ annotations: 1 });
    expect(await regionsOf(world)).toHaveLength(1);
    expect(await annotationOf(world.database, taskId(2))).toBeUndefined();
  };

  test.each([
    ['an entity of its own', '<!DOCTYPE annotation [<!ENTITY who "polyp">]>'],
    ['an entity from elsewhere', '<!DOCTYPE annotation [<!ENTITY who SYSTEM "file:///etc/passwd">]>'],
    ['a document type from elsewhere', '<!DOCTYPE annotation SYSTEM "http://example.org/a.dtd">'],
    ['entities without an end', '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'],
  ])('VOC with %s', async (_, more) => {
    for (const files of [
      { 'Annotations/a.xml': xmlOf('a.jpg'), 'Annotations/b.xml': xmlOf('b.jpg', more) },
      { 'set.zip': await zipped({ 'Annotations/b.xml': xmlOf('b.jpg', more), 'c.xml': xmlOf('a.jpg') }) },
    ])
      await two(files, 'Annotations/b.xml');
  });

  const SHIFT_JIS = Uint8Array.from([0x83, 0x7c, 0x83, 0x8a]);
  test('VOC, YOLO, CSV and JSON in an encoding that nobody knows', async () => {
    await two({ 'a.xml': xmlOf('a.jpg'), 'b.xml': SHIFT_JIS }, 'b.xml');
    await two({ 'classes.txt': 'polyp', 'a.txt': '0 0.5 0.5 0.1 0.1', 'b.txt': SHIFT_JIS }, 'b.txt');
    const table = 'file,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3,4,polyp\n';
    await two({ 'a.csv': table, 'b.csv': SHIFT_JIS }, 'b.csv');
    await two({ 'a.json': GOOD, 'b.json': SHIFT_JIS }, 'b.json');
  });

  test('JSON and tables that are cut off, wherever they stand', async () => {
    const other = GOOD.replace('a.jpg', 'b.jpg');
    await two({ 'a.json': other.slice(0, -9), 'b.json': GOOD }, 'a.json');
    await two({ 'a.json': GOOD, 'b.json': other.slice(0, -9) }, 'b.json');
    const table = 'file,xmin,ymin,xmax,ymax,label\na.jpg,1,2,3,4,polyp\n';
    await two({ 'a.csv': table, 'b.csv': 'file,xmin,ymin,xmax,ymax,label\nb.jpg,1,2,3,4,"pol' }, 'b.csv');
    const tasks = (name: string) =>
      JSON.stringify([
        {
          id: 1,
          data: { image: name },
          meta: { width: 100, height: 80 },
          annotations: [
            {
              result: [
                {
                  type: 'rectanglelabels',
                  original_width: 100,
                  original_height: 80,
                  value: { x: 1, y: 1, width: 9, height: 9, rectanglelabels: ['polyp'] },
                },
              ],
            },
          ],
        },
      ]);
    await two({ 'a.json': tasks('a.jpg'), 'b.json': tasks('b.jpg').slice(0, -5) }, 'b.json');
    await two({ 'a.json': tasks('b.jpg').slice(0, -5), 'b.json': tasks('a.jpg') }, 'a.json');
  });

  test('an entry of a zip whose bytes are not what its checksum says', async () => {
    const zip = await zipped({ 'a.xml': xmlOf('a.jpg'), 'b.xml': xmlOf('b.jpg', ' '.repeat(2000)) });
    const at = zip.lastIndexOf('b.xml'.charCodeAt(0), zip.length);
    const local = Buffer.from(zip).indexOf('b.xml') + 5;
    expect(at).toBeGreaterThan(local);
    zip.fill(0xff, local, local + 20);
    await two({ 'set.zip': zip }, 'b.xml');
  });

  test('where all are bad, the reason is said', () =>
    refused(
      { 'a.json': GOOD.slice(0, -9), 'b.json': GOOD.slice(0, -9) },
      { code: 'format-invalid', about: { path: 'a.json' } },
    ));
});

describe('boxes and ids that are not what they should be', () => {
  test.each([
    ['NaN and nothing', { bbox: [null, 'x', 3, 4] }, 'number-invalid'],
    ['huge ones', { bbox: [1, 2, 3e30, 4] }, 'number-invalid'],
    ['too few numbers', { bbox: [1, 2, 3] }, 'number-invalid'],
    ['an unknown picture', { image_id: 99 }, 'image-unknown'],
    ['a mask alone', { bbox: undefined, segmentation: { counts: 'abc', size: [80, 100] } }, 'region-mask'],
  ])('%s: told with its place, and the rest is taken', async (_, wrong, code) => {
    const { world, codes, places } = await taken({
      'c.json': coco([annotation(), annotation({ id: 2, ...wrong })]),
    });
    expect(codes).toEqual([code]);
    expect(places[0]![1]).toMatch(/2$/);
    expect(await regionsOf(world)).toHaveLength(1);
  });
  test('corners that are swapped and a class without a name are told, and taken', async () => {
    const { world, codes, places } = await taken({
      'c.json': coco([annotation({ bbox: [4, 6, -3, -4] }), annotation({ id: 2, category_id: 99 })]),
    });
    expect(codes).toEqual(['category-unnamed', 'corners-swapped']);
    expect(places[0]).toEqual(['c.json', 'category 99']);
    expect((await regionsOf(world)).map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect((await world.database.projects.get(PROJECT))!.labels.at(-1)!.name).toBe('99');
  });
  test('numbers as text are numbers; a mask beside a box is kept beside it; no area and outside are kept, all told', async () => {
    const { world, codes } = await taken({
      'c.json': coco([
        annotation({ id: '1', image_id: '1', category_id: '1', bbox: ['1', '2', '3', '4'] }),
        annotation({ id: 2, segmentation: { counts: 'abc', size: [80, 100] } }),
        annotation({ id: 3, bbox: [5, 5, 0, 3] }),
        annotation({ id: 4, bbox: [500, 5, 9, 3] }),
        annotation({ id: 4, bbox: [6, 5, 9, 3] }),
      ]),
    });
    expect(codes).toEqual(['id-repeated', 'region-empty', 'region-outside']);
    expect((await regionsOf(world)).map(({ x, width }) => [x, width])).toEqual([
      [1, 3],
      [1, 3],
      [5, 0],
      [500, 9],
      [6, 9],
    ]);
  });
  test('two images of one id, two categories of one id', async () => {
    const image = { id: 1, file_name: 'a.jpg', width: 100, height: 80 };
    const { codes } = await taken({
      'c.json': coco([annotation()], {
        images: [image, { ...image, file_name: 'b.jpg' }],
        categories: [
          { id: 1, name: 'polyp' },
          { id: 1, name: 'x' },
        ],
      }),
    });
    // Nobody can tell which picture the box is of: neither has it, and neither is said to be empty.
    expect(codes.sort()).toEqual([
      'category-repeated',
      'id-repeated',
      'image-ambiguous',
      'nothing-taken',
      'picture-unmatched',
    ]);
  });
  test('lines of YOLO that are wrong are told by their number', async () => {
    const { world, places } = await taken({
      'classes.txt': 'polyp',
      'labels/a.txt': '0 0.5 0.5 0.1 0.1\n0 a b c d\n-1 0.5 0.5 0.1 0.1\n0 0.1\n',
    });
    expect(places).toEqual([
      ['labels/a.txt', 'line 2'],
      ['labels/a.txt', 'line 3'],
      ['labels/a.txt', 'line 4'],
    ]);
    expect(await regionsOf(world)).toHaveLength(1);
  });
  test('a picture of another size than its task is left out', async () => {
    const { codes } = await taken({
      'c.json': GOOD.replace('"width":100', '"width":80').replace('"height":80', '"height":100'),
    });
    expect(codes).toEqual(['size-differs']);
  });
  test('script in names and notes stays text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { world } = await taken({ 'c.json': GOOD.replace('polyp', name) });
    expect((await world.database.projects.get(PROJECT))!.labels.at(-1)!.name).toBe(name);
  });
});

describe('zips', () => {
  test('that climb out, are absolute or have endless names are read without those entries', async () => {
    const files = {
      'ok/c.json': GOOD,
      '../evil.json': GOOD,
      '/etc/passwd.json': GOOD,
      'C:\\x.json': GOOD,
      [`${'n'.repeat(300)}.json`]: GOOD,
    };
    const { report, codes } = await taken({ 'd.zip': await zipped(files) });
    expect(codes).toEqual(['path-unsafe', 'path-unsafe', 'path-unsafe', 'path-unsafe']);
    expect(report.counts).toMatchObject({ annotations: 1, pictures: 1 });
  });
  test('that are cut off', async () => {
    const whole = await zipped({ 'c.json': GOOD });
    await refused(
      { 'd.zip': whole.subarray(0, whole.length - 10) },
      { code: 'archive-damaged', about: { path: 'd.zip' } },
    );
    await refused({ 'd.zip': whole.subarray(0, 60) }, { code: 'archive-damaged' });
  });
  test('with one flipped bit in what they hold', async () => {
    const whole = await zipped({ 'c.json': GOOD });
    for (const at of [50, 70, 90, 120]) {
      const flipped = whole.slice();
      flipped[at]! ^= 8;
      await refused({ 'd.zip': flipped }, { code: 'archive-damaged', about: { path: 'c.json' } });
    }
  });
  test('that unpack to a thousand times their size', async () => {
    const bomb = await zipped({ 'c.json': `[${' '.repeat(100 * 2 ** 20)}` });
    await refused({ 'd.zip': bomb }, { code: 'archive-too-large', about: { path: 'c.json' } });
  }, 120_000);
  test('that lie about what they unpack to', async () => {
    const bomb = await zipped({ 'c.json': `[${' '.repeat(2 ** 20)}` });
    const view = new DataView(bomb.buffer);
    const central = new TextDecoder('latin1').decode(bomb).lastIndexOf('PK\x01\x02');
    view.setUint32(central + 24, 10, true);
    await refused({ 'd.zip': bomb }, { code: 'archive-damaged', about: { path: 'c.json' } });
  });
  test('of ten million entries are refused before their directory is read', async () => {
    const end = new Uint8Array(4 + 76 + 22);
    const view = new DataView(end.buffer);
    view.setUint32(0, 0x04034b50, true);
    view.setUint32(4, 0x06064b50, true);
    view.setBigUint64(4 + 32, 10_000_000n, true);
    view.setBigUint64(4 + 40, 460_000_000n, true);
    view.setUint32(4 + 56, 0x07064b50, true);
    view.setBigUint64(4 + 64, 4n, true);
    view.setUint32(4 + 76, 0x06054b50, true);
    await refused({ 'd.zip': end }, { code: 'archive-too-large', about: { entries: 10_000_000 } });
  });
});
