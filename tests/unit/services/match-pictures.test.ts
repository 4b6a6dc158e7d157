import { asId } from '$lib/domain/ids';
import { Claims } from '$lib/services/exchange/claims';
import { PictureMatcher, type Asked } from '$lib/services/exchange/match-pictures';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../fixtures/datasets';

const SIZE = { width: 100, height: 80 };

function matcherOf(paths: readonly string[], sizes: Readonly<Record<string, typeof SIZE>> = {}) {
  const matcher = new PictureMatcher();
  for (const path of paths)
    matcher.add({
      id: asId<'task'>(path),
      sourceId: asId<'source'>('s'),
      path,
      page: 1,
      size: sizes[path] ?? SIZE,
      isTurned: false,
    });
  return matcher;
}
const found = (paths: readonly string[], asked: Asked | string, sizes = {}) => {
  const match = matcherOf(paths, sizes).find(typeof asked === 'string' ? { path: asked } : asked, SIZE);
  return typeof match === 'string' ? match : match.picture.path;
};

describe('a picture is found', () => {
  test.each([
    ['by its path', ['a.jpg', 'x/a.jpg'], 'x/a.jpg', 'x/a.jpg'],
    ['by its path at the top', ['a.jpg', 'x/a.jpg'], 'a.jpg', 'a.jpg'],
    ['by the folders that agree', ['x/1/a.jpg', 'x/2/a.jpg'], 'C:\\data\\2\\a.jpg', 'x/2/a.jpg'],
    ['by its name alone', ['x/a.jpg'], '/home/me/pictures/a.jpg', 'x/a.jpg'],
    ['whatever its case', ['x/A.JPG'], 'a.jpg', 'x/A.JPG'],
    ['by its case, where that is all', ['a.jpg', 'A.jpg'], 'A.jpg', 'A.jpg'],
    ['in another Unicode form', ['か\u3099.jpg'], 'が.jpg', 'か\u3099.jpg'],
    ['by a name without an ending', ['x/scan.tif'], 'scan', 'x/scan.tif'],
    ['by an address', ['set/猫 d.png'], '/data/local-files/?d=set%2F%E7%8C%AB%20d.png', 'set/猫 d.png'],
    ['by a name with percent signs of its own', ['100%25.png', '100%.png'], '100%25.png', '100%25.png'],
    ['without the prefix of an upload', ['a.jpg'], 'images/90fbb0c7-a.jpg', 'a.jpg'],
    [
      'by a real name that looks like a prefix',
      ['deadbeef-e.png', 'e.png'],
      'deadbeef-e.png',
      'deadbeef-e.png',
    ],
    ['where it has the prefix itself', ['upload/0a1b2c3d-a.jpg'], 'a.jpg', 'upload/0a1b2c3d-a.jpg'],
    ['before Roboflow', ['IMG 1.jpg'], `IMG-1_jpg.rf.${'0a'.repeat(16)}.jpg`, 'IMG 1.jpg'],
    [
      'as Roboflow calls it, where the project does',
      [`a_jpg.rf.${'0a'.repeat(16)}.jpg`],
      `a_jpg.rf.${'0a'.repeat(16)}.jpg`,
      `a_jpg.rf.${'0a'.repeat(16)}.jpg`,
    ],
  ])('%s', (_, paths, asked, wanted) => expect(found(paths, asked)).toBe(wanted));

  test.each([
    ['two folders that agree alike', ['1/a.jpg', '2/a.jpg'], 'a.jpg'],
    ['a folder that neither has', ['1/a.jpg', '2/a.jpg'], '3/a.jpg'],
    ['two uploads of one name', ['0a1b2c3d-a.jpg', 'ffffffff-a.jpg'], 'a.jpg'],
  ])('by nobody where it may be one of several: %s', (_, paths, asked) =>
    expect(found(paths, asked)).toBe('ambiguous'),
  );

  test('by its size where nothing else tells', () => {
    const other = { width: 9, height: 9 };
    expect(found(['1/a.jpg', '2/a.jpg'], 'a.jpg', { '1/a.jpg': other })).toBe('2/a.jpg');
  });

  test('by its stem before a name that is spelt like the stem', () => {
    expect(found(['f.jpg', 'f.jpg.png'], { path: 'f.jpg', isStem: true })).toBe('f.jpg.png');
    expect(found(['f.jpg'], { path: 'f.jpg', isStem: true })).toBe('f.jpg');
    expect(found(['a.jpg', 'a.png'], { path: 'a', isStem: true })).toBe('ambiguous');
  });

  test('by another name of the file, after its first', () => {
    expect(found(['old.jpg'], { path: 'new', isStem: true, otherNames: ['old.jpg'] })).toBe('old.jpg');
    expect(found(['old.jpg', 'new.jpg'], { path: 'new', isStem: true, otherNames: ['old.jpg'] })).toBe(
      'new.jpg',
    );
  });

  test('by nobody where there is none', () => {
    for (const asked of ['b.jpg', '', '..', '/', 'x/', 'data:image/png;base64,AAAA', 'a.png'])
      expect(found(['a.jpg'], asked)).toBe('unmatched');
  });
});

test('of two pictures that fit one task, the one whose folders agree more is meant; else neither', () => {
  const holds = (paths: readonly string[], asked: readonly string[]) => {
    const matcher = matcherOf(paths);
    const claims = new Claims();
    const matches = asked.map((path) => ({ path, match: matcher.find({ path }, SIZE) }));
    for (const { path, match } of matches) if (typeof match !== 'string') claims.add({ path }, match);
    return matches.map(({ path, match }) => typeof match !== 'string' && claims.holds({ path }, match));
  };
  expect(holds(['cam1/f.png'], ['cam1/f.png', 'cam2/f.png'])).toEqual([true, false]);
  expect(holds(['cam1/f.png'], ['cam2/f.png', 'cam1/f.png'])).toEqual([false, true]);
  expect(holds(['x/f.png'], ['cam1/f.png', 'cam2/f.png'])).toEqual([false, false]);
  expect(holds(['x/f.png'], ['cam1/f.png', 'cam1/f.png'])).toEqual([true, true]);
  expect(holds(['f.png'], ['f.png', './f.png'])).toEqual([true, true]);
  expect(holds(['x/f.png'], ['cam1/f.png', 'cam2/f.png', 'y/x/f.png'])).toEqual([false, false, true]);
});

test('no picture is ever found by a name that another one has: 300 random projects', () => {
  const random = seeded(11);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  for (let turn = 0; turn < 300; turn += 1) {
    const paths = [
      ...new Set(
        Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
          [
            ...Array.from({ length: Math.floor(random() * 3) }, () => pick(['a', 'b', 'cam1'])),
            pick(['f.png', 'F.png', 'g.png', '0a1b2c3d-f.png']),
          ].join('/'),
        ),
      ),
    ];
    const matcher = matcherOf(paths);
    for (const path of paths) {
      const match = matcher.find({ path }, SIZE);
      expect(typeof match === 'string' ? match : match.picture.path).toBe(path);
      // With folders in front of it: itself, or nobody.
      const deeper = matcher.find({ path: `zz/${path}` }, SIZE);
      if (typeof deeper !== 'string') expect(deeper.picture.path.toLowerCase()).toBe(path.toLowerCase());
    }
  }
});
