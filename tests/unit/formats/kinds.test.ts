import type { IssueCode } from '$lib/domain/dataset';
import { asId } from '$lib/domain/ids';
import { REGION_OPERATIONS, type RegionKind } from '$lib/domain/region';
import { summarize } from '$lib/domain/task';
import { COCO_ENCODERS } from '$lib/formats/coco';
import { encode, type Encoders } from '$lib/formats/encoders';
import { fit } from '$lib/formats/fit';
import { FLAT_CSV_ENCODERS } from '$lib/formats/flat-csv';
import { LABEL_STUDIO_ENCODERS } from '$lib/formats/label-studio-place';
import { FORMAT_TRAITS, type FormatId, type KindCapability } from '$lib/formats/traits';
import { VOC_ENCODERS } from '$lib/formats/voc';
import { YOLO_ENCODERS } from '$lib/formats/yolo';
import { checkExport } from '$lib/services/exchange/check-export';
import { afterEach, expect, test } from 'vitest';
import { aTriangle, addTriangles } from '../../fixtures/a-triangle';
import { aBox, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId } from '../../fixtures/exchange';

/** See [Note: Encoders] and [Note: Kinds of regions]. */

const KINDS = Object.keys(REGION_OPERATIONS) as RegionKind[];
const LABEL = asId<'label'>('label-1');
const SIZE = { width: 100, height: 80 };
const triangle = aTriangle({ labelId: LABEL });

const ENCODERS: Readonly<Record<FormatId, Encoders<never, unknown>>> = {
  json: LABEL_STUDIO_ENCODERS,
  'json-min': LABEL_STUDIO_ENCODERS,
  csv: LABEL_STUDIO_ENCODERS,
  tsv: LABEL_STUDIO_ENCODERS,
  coco: COCO_ENCODERS,
  voc: VOC_ENCODERS,
  yolo: YOLO_ENCODERS.yolo,
  'yolo-obb': YOLO_ENCODERS['yolo-obb'],
  'flat-csv': FLAT_CSV_ENCODERS,
};

test.each(Object.keys(ENCODERS) as FormatId[])(
  '%s has an encoder for every kind that it says to hold, and for no other',
  (format) => {
    const { kinds } = FORMAT_TRAITS[format].capabilities;
    const encoded = KINDS.filter((kind) => ENCODERS[format][kind] !== null);
    expect(encoded).toEqual(KINDS.filter((kind) => kinds[kind] === 'exact'));
  },
);

test('a region that no encoder is there for is never written', () => {
  const encoders: Encoders<[], string> = { box: null };
  expect(() => encode(encoders, aBox())).toThrow('region-not-writable');
});

addTriangles();
const said = FORMAT_TRAITS.voc.capabilities.kinds;
const holding = (capability: KindCapability) => Object.assign(said, { triangle: capability });
afterEach(() => Reflect.deleteProperty(said, 'triangle'));

const item = {
  ...{ fileName: 'a.jpg', path: 'a.jpg', number: 1, split: null, size: SIZE, draft: null, predictions: [] },
  annotations: [
    { annotator: '', isSkipped: false, regions: [triangle, aBox()], createdAt: null, updatedAt: null },
  ],
};

test.each<[KindCapability, IssueCode, readonly object[]]>([
  ['none', 'region-kind', [{ kind: 'box', id: 'region-1' }]],
  [
    'as-box',
    'region-not-a-box',
    [
      { kind: 'box', id: 'triangle', x: 20, y: 20, width: 40, height: 40, rotation: 0 },
      { kind: 'box', id: 'region-1' },
    ],
  ],
])('a kind that a format holds as "%s" is told, and written so', (capability, code, expected) => {
  holding(capability);
  const told: IssueCode[] = [];
  const { capabilities } = FORMAT_TRAITS.voc;
  const fitted = fit(item, capabilities, new Set([LABEL]), (one) => told.push(one));
  expect(told).toEqual([code]);
  expect(fitted?.annotations[0]?.regions).toMatchObject(expected);
});

test.each<[KindCapability, IssueCode, number]>([
  ['none', 'region-kind', 1],
  ['as-box', 'region-not-a-box', 2],
])(
  'the check before an export counts a kind that the format holds as "%s"',
  async (capability, code, boxes) => {
    holding(capability);
    const world = await aProjectWith(['a.jpg']);
    const annotation = anAnnotation({ taskId: taskId(1), regions: [triangle, aBox()], imageSize: SIZE });
    await world.database.annotations.put(annotation);
    await world.database.tasks.update(taskId(1), summarize(annotation, null));
    const check = await checkExport(
      world.database,
      { projectId: PROJECT, taskIds: null, includeSkipped: false, includeUnfinished: false },
      'voc',
      new AbortController().signal,
    );
    expect(Object.fromEntries(check.counts)).toEqual({ [code]: 1 });
    expect(check).toMatchObject({ tasks: 1, boxes });
  },
);
