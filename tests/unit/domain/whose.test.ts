import { NO_CHOICES } from '$lib/domain/change';
import { asId, epochMs } from '$lib/domain/ids';
import { nameOf, namesOf, NOBODY, NOBODY_ELSE, profileIdOf, profileNamed } from '$lib/domain/profile';
import {
  annotationsOf,
  draftShown,
  EVERYBODY,
  profileToEdit,
  REFERENCE,
  referenceOf,
} from '$lib/domain/whose';
import { describe, expect, test } from 'vitest';
import { anAnnotation } from '../../fixtures/builders';
import { by, ME } from '../../fixtures/work';

const [AOI, KEN] = [profileIdOf('aoi'), profileIdOf('ken')];
const aoi = anAnnotation({ ...by('aoi'), updatedAt: epochMs(5) });
const ken = anAnnotation({ ...by('ken'), updatedAt: epochMs(9) });
const draft = (profileId: typeof AOI, savedAt: number) => ({
  ...{ taskId: aoi.taskId, projectId: aoi.projectId, profileId, regions: [], choices: NO_CHOICES },
  ...{ basedOn: 0, imageSize: { width: 1, height: 1 }, savedAt: epochMs(savedAt) },
});

describe('the annotation that counts', () => {
  test.each([
    ['the one that the task points to', [aoi, ken], AOI, AOI],
    ['the latest, where the task points to nobody', [aoi, ken], null, KEN],
    ['the latest, where the one that it points to is gone', [aoi, ken], ME, KEN],
    [
      'of two of one time the smaller id, in any order',
      [{ ...ken, updatedAt: aoi.updatedAt }, aoi],
      null,
      AOI,
    ],
  ])('is %s', (_, annotations, reference, expected) => {
    expect(referenceOf(annotations, reference)?.profileId).toBe(expected);
  });

  test('is none where nobody has annotated', () => {
    expect(referenceOf([], AOI)).toBeNull();
  });
});

test('one person, the one that counts, or everybody with that one first', () => {
  const people = (whose: Parameters<typeof annotationsOf>[2]) =>
    annotationsOf([aoi, ken], KEN, whose).map(({ profileId }) => profileId);
  expect(people(REFERENCE)).toEqual([KEN]);
  expect(people(EVERYBODY)).toEqual([KEN, AOI]);
  expect(people({ of: 'profile', id: AOI })).toEqual([AOI]);
  expect(people({ of: 'profile', id: ME })).toEqual([]);
});

test('unsent work opens before anything else, then what counts, else a new annotation of one’s own', () => {
  expect(profileToEdit([aoi], [draft(ME, 1), draft(KEN, 2)], AOI, ME)).toBe(KEN);
  expect(profileToEdit([aoi, ken], [], AOI, ME)).toBe(AOI);
  expect(profileToEdit([], [], null, ME)).toBe(ME);
  expect(draftShown([])).toBeNull();
});

describe('a name', () => {
  const names = namesOf([{ id: ME, name: '花子', createdAt: epochMs(1), updatedAt: epochMs(1) }]);

  test('of a file means the person known by it, else one of that name alone', () => {
    expect(profileNamed('花子', names)).toBe(ME);
    expect(profileNamed(' 花子 ', names)).toBe(ME);
    expect(profileNamed('太郎', names)).toBe(profileIdOf('太郎'));
    expect(profileNamed('', names)).toBe(NOBODY);
  });

  test('is shown of everybody, and is empty where nobody knows it', () => {
    const of = (id: typeof ME) => nameOf(id, names);
    expect([ME, profileIdOf('太郎'), NOBODY, NOBODY_ELSE, asId<'profile'>('x')].map(of)).toEqual([
      '花子',
      '太郎',
      '',
      '',
      '',
    ]);
  });
});
