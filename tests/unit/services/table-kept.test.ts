import { annotationOf } from '../../fixtures/work';
import { checkExport } from '$lib/services/exchange/check-export';
import { expect, test } from 'vitest';
import Papa from 'papaparse';
import { aProjectWith, exported, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { seeded } from '../../fixtures/datasets';

type Row = Readonly<Record<string, unknown>>;
const KINDS = ['json-min', 'csv', 'tsv'] as const;
type Kind = (typeof KINDS)[number];
const PATHS = ['a.jpg', 'b.jpg', 'c.jpg'];
const DELIMITER = { csv: ',', tsv: '\t' } as const;

const box = (x: number, label = 'polyp') => ({
  x,
  y: 10,
  width: 20,
  height: 25,
  rotation: 0,
  rectanglelabels: [label],
  original_width: 100,
  original_height: 80,
});
const row = (name: string, id: number, more: Row): Row => ({
  image: `/data/upload/1/0a1b2c3d-${name}`,
  patient: `P-${id}`,
  id,
  ...more,
  annotator: 3,
  annotation_id: 40 + id,
  created_at: '2024-05-01T01:02:03.456789Z',
  updated_at: '2024-05-02T01:02:03.456789Z',
  lead_time: 12.5,
});
const ROWS: readonly Row[] = [
  row('a.jpg', 1, { bbox: [box(10), box(50, 'tool')], quality: { choices: ['良い', 'sharp'] } }),
  row('b.jpg', 2, { quality: 'blurred', comment: ['a "b"', '=1+1'] }),
  row('c.jpg', 3, {}),
];

const textOf = (rows: readonly Row[], kind: Kind): string => {
  if (kind === 'json-min') return JSON.stringify(rows);
  const columns = [...new Set(rows.flatMap((one) => Object.keys(one)))];
  const order = [
    'image',
    'patient',
    'id',
    ...columns.filter((name) => !['image', 'patient', 'id'].includes(name)),
  ];
  const cells = rows.map((one) =>
    order.map((name) => (typeof one[name] === 'object' ? JSON.stringify(one[name]) : one[name])),
  );
  return Papa.unparse([order, ...cells], { delimiter: DELIMITER[kind] });
};
/** Rows with what they say: a blank cell says nothing, and one of a table that is JSON is what it means. */
const said = (text: string, kind: Kind): readonly Row[] => {
  const rows =
    kind === 'json-min'
      ? (JSON.parse(text) as Row[])
      : Papa.parse<Row>(text, { header: true, delimiter: DELIMITER[kind], skipEmptyLines: true }).data;
  const cell = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (/^[[{]/.test(value)) return JSON.parse(value) as unknown;
    return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value.replace(/^'=/, '=');
  };
  return rows.map((one) =>
    Object.fromEntries(
      Object.entries(one).flatMap(([key, value]) =>
        value === '' || value === null ? [] : [[key, cell(value)] as const],
      ),
    ),
  );
};
const taken = async (kind: Kind, rows: readonly Row[]) => {
  const world = await aProjectWith(PATHS);
  const report = await imported(world, { [`t.${kind === 'json-min' ? 'json' : kind}`]: textOf(rows, kind) });
  return { world, report };
};
const back = async (world: World, kind: Kind) => {
  const { files } = await exported(world, { kind, includeUnfinished: true, includeSkipped: true });
  return said(files.get('out') as string, kind);
};

test.each(KINDS)(
  '%s: columns of one’s own, choices and texts are kept, told, and come back',
  async (kind) => {
    const { world, report } = await taken(kind, ROWS);
    expect(await back(world, kind)).toEqual(said(textOf(ROWS, kind), kind));
    const kept = Object.fromEntries(report.detail.kept);
    expect(kept['data']).toBe(3);
    expect((kept['choice'] ?? 0) + (kept['answer'] ?? 0)).toBe(3);
  },
);

test.each(KINDS)(
  '%s: a row of answers without boxes leaves its picture open; one without either is empty',
  async (kind) => {
    const { world, report } = await taken(kind, ROWS);
    const progress = async (number: number) => (await world.database.tasks.get(taskId(number)))!.progress;
    expect([await progress(1), await progress(2), await progress(3)]).toEqual([
      'submitted',
      'unlabelled',
      'submitted',
    ]);
    expect(report.skipped.map(({ code, path }) => [code, path])).toEqual([['nothing-taken', 'b.jpg']]);
  },
);

test.each(KINDS)('%s: what was changed is written as it is now, the rest as it was', async (kind) => {
  const { world } = await taken(kind, ROWS);
  const stored = (await annotationOf(world.database, taskId(1)))!;
  const [first, second] = stored.regions;
  const updatedAt = (stored.updatedAt + 1000) as typeof stored.updatedAt;
  await world.database.annotations.put({ ...stored, updatedAt, regions: [{ ...first!, x: 15 }, second!] });
  const [a, ...rest] = await back(world, kind);
  const [was, ...others] = said(textOf(ROWS, kind), kind);
  expect(a).toEqual({
    ...was,
    bbox: [box(50, 'tool'), box(15)],
    updated_at: '2024-05-02T01:02:04.456Z',
  });
  expect(rest).toEqual(others);
});

test('what a table says beside its boxes is told where another format has no place for it', async () => {
  const { world } = await taken('csv', ROWS);
  const selection = { projectId: PROJECT, taskIds: null, includeSkipped: true, includeUnfinished: true };
  for (const [kind, count] of [
    ['json', 3],
    ['coco', 3],
    ['csv', undefined],
    ['json-min', undefined],
  ] as const) {
    const check = await checkExport(world.database, selection, kind, new AbortController().signal);
    expect(check.counts.get('kept-not-written'), kind).toBe(count);
  }
});

test.each(KINDS)('%s: random tables come back as they were', async (kind) => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const random = seeded(seed);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    const rows = PATHS.flatMap((name, at) => {
      const count = 1 + Math.floor(random() * 2);
      return Array.from({ length: count }, (_, index) => ({
        ...row(name, at + 1, {
          ...(random() < 0.7 ? { bbox: [box(1 + Math.floor(random() * 60), pick(['polyp', 'tool']))] } : {}),
          ...(random() < 0.5 ? { quality: pick(['ok', { choices: ['a', 'b'] }]) } : {}),
          ...(random() < 0.4 ? { 注: pick(['x,"y"', 'two\nlines', '良い']) } : {}),
        }),
        annotator: index + 1,
        annotation_id: 1000 + at * 10 + index,
      }));
    });
    const { world } = await taken(kind, rows);
    expect(await back(world, kind), `seed ${seed}`).toEqual(said(textOf(rows, kind), kind));
  }
});
