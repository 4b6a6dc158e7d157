import { makeProfiles } from '$lib/services/profiles/profiles';
import { annotationOf, by, ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import { asId, epochMs, type ProjectId } from '$lib/domain/ids';
import { BACKED_UP_TABLES } from '$lib/domain/tables';
import type { Row } from '$lib/domain/row';
import type { DetectorModel } from '$lib/domain/model';
import type { Prediction } from '$lib/domain/prediction';
import { ROW_SHAPES, wrongInRow } from '$lib/domain/row-shapes';
import { summarize } from '$lib/domain/task';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { sha256, type BackupManifest } from '$lib/services/backup/backup-file';
import { backup } from '$lib/services/backup/backup';
import { runJob } from '$lib/services/job';
import { restore } from '$lib/services/backup/restore';
import { contentsOf, isCountedRight, recount } from '$lib/services/recount';
import { placeText } from '$lib/ui/place-text';
import JSZip from 'jszip';
import { describe, expect, test } from 'vitest';
import { aBox, anAnnotation } from '../../fixtures/builders';
import { aProjectWith, everything, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { aWorld } from '../../fixtures/world';

const SIZE = { width: 100, height: 80 };

const MODEL: DetectorModel = {
  id: asId<'model'>('model-1'),
  projectId: PROJECT,
  version: 1,
  name: 'Small',
  fileName: 'small.onnx',
  size: 5,
  hash: 'abc',
  kind: 'onnx',
  architecture: 'YOLOX',
  classNames: ['polyp'],
  labelOfClass: [asId<'label'>('label-1')],
  settings: {
    convention: 'yolox',
    channels: 'rgb',
    range: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    fit: 'letterbox',
    padding: 114,
    inputSize: { width: 64, height: 64 },
    layout: 'nchw',
    scoreThreshold: 0.05,
    iouThreshold: 0.5,
    maxDetections: 100,
    batchNormEpsilon: 0.00001,
    shortSide: null,
  },
  isInteractive: true,
  provider: 'auto',
  ranOn: { provider: 'wasm', threads: 1, fallBack: null },
  createdAt: epochMs(1),
};

const PREDICTION: Prediction = {
  id: asId<'prediction'>('prediction-1'),
  taskId: taskId(1),
  projectId: PROJECT,
  modelId: MODEL.id,
  modelVersion: 1,
  regions: [
    { x: 1, y: 2, width: 3, height: 4, labelId: null, classNumber: 0, className: 'polyp', score: 0.5 },
  ],
  rejected: [0],
  createdAt: epochMs(2),
};

/** A row in every table that a backup holds. */
async function aFullProject(): Promise<World> {
  const world = await aProjectWith(['a.jpg', 'b.jpg', 'c.jpg']);
  const { database } = world;
  const annotation = anAnnotation({
    taskId: taskId(1),
    regions: [aBox(), aBox({ id: asId<'region'>('r2') })],
  });
  await database.annotations.put(annotation);
  await database.tasks.update(taskId(1), summarize(annotation, null));
  await database.annotations.put({ ...annotation, ...by('花子'), updatedAt: epochMs(0) });
  const opened = await makeAnnotations(world.ports).open(taskId(2));
  await opened.journal.append(
    changeOfRegions({ before: new Map(), after: new Map([[aBox().id, aBox()]]) }),
    SIZE,
  );
  await makeProfiles(world.ports).renameOwn('Aki');
  const { createdAt: _, ...kept } = annotation;
  const rows: Record<string, readonly object[]> = {
    versions: [{ ...kept, changed: { added: 2, changed: 0, removed: 0 } }],
    work: [{ taskId: taskId(1), profileId: ME, projectId: PROJECT, note: '=1', spentMs: 5, orderByHand: [] }],
    kept: [{ taskId: taskId(1), projectId: PROJECT, path: 'a.jpg', extra: '{"labelStudio":{}}' }],
    tombstones: [
      {
        id: 'action/1',
        table: 'tasks',
        projectId: PROJECT,
        taskIds: [asId<'task'>('gone')],
        deletedAt: epochMs(1),
      },
    ],
    draftsBehind: [{ taskId: taskId(2) }],
    models: [MODEL],
    predictions: [PREDICTION],
  };
  for (const [table, more] of Object.entries(rows)) await database.dump.put(table, more as readonly Row[]);
  await database.write(() => recount(database, [1, 2, 3].map(taskId)));
  return world;
}

async function backedUp(world: World): Promise<File> {
  const outcome = await runJob(
    backup,
    {
      projectId: null,
      withPictures: false,
      // Their rows come along; a file that is nowhere is the backup's to tell.
      withModels: true,
      passphrase: null,
      madeBy: ME,
      target: { name: 'b.kakomi', kind: 'download', handle: null },
    },
    world.context,
  );
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}

/** The same backup with other lines in a table, and checksums that hold. */
async function tampered(
  file: File,
  table: string,
  change: (lines: readonly string[]) => readonly string[],
): Promise<File> {
  const zip = await JSZip.loadAsync(await file.arrayBuffer());
  const manifest = JSON.parse(await zip.file('manifest.json')!.async('text')) as BackupManifest;
  const [first, ...others] = manifest.entries.filter(({ path }) => path.startsWith(`tables/${table}/`));
  expect(others).toEqual([]);
  const text = await zip.file(first!.path)!.async('text');
  const bytes = new TextEncoder().encode(
    change(text.split('\n').filter((line) => line !== ''))
      .map((line) => `${line}\n`)
      .join(''),
  );
  zip.file(first!.path, bytes);
  const entry = { path: first!.path, size: bytes.length, sha256: await sha256(bytes) };
  const entries = manifest.entries.map((one) => (one.path === entry.path ? entry : one));
  zip.file('manifest.json', JSON.stringify({ ...manifest, entries }));
  return new File([await zip.generateAsync({ type: 'arraybuffer' })], 'b.kakomi');
}

const restoring = async (world: World, file: File, mode: 'preview' | 'beside' | 'merge' = 'beside') => {
  const outcome = await runJob(restore, { file, mode, passphrase: null }, world.context);
  if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.report;
};

const tablesOf = async (world: World) => (await everything(world)) as Record<string, readonly Row[]>;
/** A restore counts anew what was behind, so that nothing is behind there. */
const asRestored = (tables: Record<string, readonly Row[]>) => ({ ...tables, draftsBehind: [] });

async function expectCountsRight({ database }: World) {
  const tasks = await database.tasks.getMany(await database.tasks.ids(PROJECT));
  const contents = await contentsOf(database, tasks);
  expect(tasks.filter((task, at) => !isCountedRight(task, contents[at]!))).toEqual([]);
}

const edited = (line: string, change: (row: Row) => object) =>
  JSON.stringify(change(JSON.parse(line) as Row));

test('every table that a backup holds has a shape, and what the app writes fits it', async () => {
  const world = await aFullProject();
  const tables = await tablesOf(world);
  expect(Object.keys(ROW_SHAPES).sort()).toEqual([...BACKED_UP_TABLES].sort());
  for (const [table, rows] of Object.entries(tables)) {
    expect(rows.length, table).toBeGreaterThan(0);
    for (const row of rows) expect(wrongInRow(table, row), table).toBeNull();
  }
  const file = await backedUp(world);
  const other = aWorld();
  expect(await restoring(other, file)).toMatchObject({ skipped: [], skippedCount: 0 });
  expect(await tablesOf(other)).toEqual(asRestored(tables));
});

test('no field of any table may be of another kind, or away', async () => {
  const tables = await tablesOf(await aFullProject());
  let tried = 0;
  for (const [table, rows] of Object.entries(tables)) {
    const row = rows[0]!;
    for (const [field, value] of Object.entries(row)) {
      const isObject = typeof value === 'object' && value !== null;
      for (const wrong of [isObject ? 'text' : {}, isObject ? 7 : [[]], true].filter(
        (one) => typeof one !== typeof value,
      )) {
        tried += 1;
        expect(wrongInRow(table, { ...row, [field]: wrong }), `${table}.${field}`).toMatch(
          new RegExp(`^${field}[.:[]`),
        );
      }
      const { [field]: _, ...without } = row;
      expect(wrongInRow(table, without), `${table} without ${field}`).not.toBeNull();
    }
    for (const nothing of [null, 7, 'x', [], true]) expect(wrongInRow(table, nothing), table).not.toBeNull();
  }
  expect(tried).toBeGreaterThan(150);
});

const BOX = aBox();
describe('a region of another shape', () => {
  test.each<[string, unknown]>([
    ['x that is no number', { ...BOX, x: 'left' }],
    ['x beyond every number', { ...BOX, x: Infinity }],
    ['a width below zero', { ...BOX, width: -1 }],
    ['no kind', { ...BOX, kind: undefined }],
    ['a kind that is everybody’s', { ...BOX, kind: 'constructor' }],
    ['a label that is an object', { ...BOX, labelId: { name: 'polyp' } }],
    ['an origin that nobody knows', { ...BOX, origin: 'elsewhere' }],
    ['no lock', { ...BOX, isLocked: undefined }],
    ['nothing', null],
    ['a list', [BOX]],
  ])('%s: its annotation is left out and named', (_, region) => {
    const row = { ...anAnnotation(), regions: [BOX, region] };
    expect(wrongInRow('annotations', row)).toMatch(/^regions\[1\]/);
    const regions = { before: new Map(), after: new Map([['r', region]]) };
    const change = { regions, choices: { before: new Map(), after: new Map() } };
    const entry = { taskId: 't', profileId: 'p', sequence: 1, step: 'do', change };
    expect(wrongInRow('draftEntries', entry)).toMatch(/^change\.regions\.after\[r\]/);
  });
});

const BAD: readonly (readonly [table: string, key: string, bad: (line: string) => string, wrong: string])[] =
  [
    [
      'annotations',
      'task-1 name:',
      (line) => edited(line, (row) => ({ ...row, regions: [{}] })),
      'regions[0].kind: one of box',
    ],
    [
      'annotations',
      'task-1 name:',
      (line) => line.replace('"x":10', '"x":1e999'),
      'regions[0].x: a finite number',
    ],
    [
      'annotations',
      'task-1 name:',
      (line) => edited(line, ({ revision: _, ...row }) => row),
      'revision: a whole number from 0',
    ],
    [
      'annotations',
      'task-1 name:',
      (line) => edited(line, (row) => ({ ...row, isSkipped: 'no' })),
      'isSkipped: true or false',
    ],
    [
      'draftEntries',
      'task-2 me 1',
      (line) => edited(line, (row) => ({ ...row, change: { regions: {}, choices: {} } })),
      'change.regions.before: a map',
    ],
    [
      'versions',
      'task-1 name: 1',
      (line) => edited(line, (row) => ({ ...row, changed: 3 })),
      'changed: an object',
    ],
    [
      'predictions',
      'prediction-1',
      (line) => edited(line, (row) => ({ ...row, rejected: [-1] })),
      'rejected[0]: a whole number from 0',
    ],
    [
      'work',
      'task-1 me',
      (line) => edited(line, (row) => ({ ...row, spentMs: null })),
      'spentMs: a finite number from 0',
    ],
    [
      'kept',
      'task-1',
      (line) => edited(line, (row) => ({ ...row, extra: '[]' })),
      'extra: the text of a JSON object',
    ],
    [
      'kept',
      'task-1',
      (line) => edited(line, (row) => ({ ...row, extra: ' '.repeat(4_000_001) })),
      'extra: a text of at most 4000000 letters',
    ],
    [
      'models',
      'model-1 1',
      (line) => edited(line, (row) => ({ ...row, classNames: 'polyp' })),
      'classNames: a list',
    ],
    [
      'tombstones',
      'tasks action/1',
      (line) => edited(line, (row) => ({ ...row, deletedAt: 'now' })),
      'deletedAt: a finite number',
    ],
    ['work', 'line 1', (line) => line.slice(0, -5), 'JSON'],
    ['work', 'line 1', () => '"just text"', 'an object'],
    ['work', 'line 1', () => '{"$kakomi":"map","entries":7}', 'JSON'],
  ];

test('what is wrong with a row is said in Japanese too', () => {
  expect(placeText('ja', 'regions[0].kind: one of box')).toBe('regions[0].kind: box のいずれかが必要');
  expect(placeText('ja', 'score: a finite number from 0 to 1')).toBe('score: 0 から 1 までの数値が必要');
  expect(placeText('ja', 'taskId: left out')).toBe('taskId: 対象外');
  for (const [, , , wrong] of BAD)
    expect(placeText('ja', wrong), wrong).not.toMatch(/\b(an?|one of|from|or|list|map|number|text|object)\b/);
  expect(placeText('en', 'labels: a list')).toBe('labels: a list');
});

describe('one bad row', () => {
  test.each(BAD)('of %s: %s is left out and named; all else is restored', async (table, key, bad, wrong) => {
    const world = await aFullProject();
    const file = await tampered(await backedUp(world), table, ([first, ...others]) => [
      bad(first!),
      ...others,
    ]);
    const whole = await tablesOf(world);
    for (const mode of ['preview', 'beside'] as const) {
      const other = aWorld();
      const report = await restoring(other, file, mode);
      expect(report.skipped).toEqual([{ path: `${table} ${key}`, code: 'row-invalid', place: wrong }]);
      expect(report.skippedCount).toBe(1);
      if (mode === 'preview') {
        const { merge } = report.preview!;
        expect(merge[table]).toEqual({ added: whole[table]!.length - 1, changed: 0, kept: 0, deleted: 0 });
        expect((await tablesOf(other))['tasks']).toEqual([]);
        continue;
      }
      const tables = await tablesOf(other);
      const tasks = ['annotations', 'draftEntries', 'predictions'].includes(table)
        ? tables['tasks']
        : whole['tasks'];
      expect(tables).toEqual({ ...asRestored(whole), tasks, [table]: whole[table]!.slice(1) });
      expect(tables['tasks']!.map(({ id }) => id)).toEqual(whole['tasks']!.map(({ id }) => id));
      await expectCountsRight(other);
    }
  });

  test('an annotation that is left out is not counted in its task', async () => {
    const world = await aFullProject();
    expect(await world.database.tasks.get(taskId(1))).toMatchObject({
      progress: 'submitted',
      regionCount: 2,
    });
    const file = await tampered(await backedUp(world), 'annotations', ([first]) => [
      edited(first!, (row) => ({ ...row, regions: 'all' })),
    ]);
    const other = aWorld();
    await restoring(other, file);
    expect(await other.database.tasks.get(taskId(1))).toMatchObject({
      progress: 'unlabelled',
      regionCount: 0,
    });
  });

  test('a draft takes its journal with it: it would be played upon the next draft of that task', async () => {
    const world = await aFullProject();
    const file = await tampered(await backedUp(world), 'drafts', ([first]) => [
      edited(first!, (row) => ({ ...row, regions: {} })),
    ]);
    const lines = [
      { path: 'drafts task-2 me', code: 'row-invalid', place: 'regions: a list' },
      { path: 'draftEntries task-2 me 1', code: 'row-invalid', place: 'draft: left out' },
    ];
    expect((await restoring(aWorld(), file, 'preview')).skipped).toEqual(lines);
    const other = aWorld();
    expect((await restoring(other, file)).skipped).toEqual(lines);
    expect(await tablesOf(other)).toMatchObject({ drafts: [], draftEntries: [] });
    expect(await other.database.tasks.get(taskId(2))).toMatchObject({ progress: 'unlabelled' });
    expect((await makeAnnotations(other.ports).open(taskId(2))).regions.size).toBe(0);
  });

  test.each<[table: string, key: string, bad: object, wrong: string]>([
    ['tasks', 'task-1', { number: 'one' }, 'number: a whole number from 0'],
    ['sources', 'source-1', { filter: 7 }, 'filter: a text'],
    ['projects', PROJECT, { labels: {} }, 'labels: a list'],
  ])(
    'of %s, merged where it is here: what belongs to it is taken all the same',
    async (table, key, bad, wrong) => {
      const world = await aFullProject();
      const here = aWorld();
      await restoring(here, await backedUp(world));
      const before = await tablesOf(here);
      const newer = {
        ...(await annotationOf(world.database, taskId(1)))!,
        revision: 5,
        updatedAt: epochMs(9e12),
      };
      await world.database.annotations.put({ ...newer, regions: [aBox({ note: 'good work' })] });
      const file = await tampered(await backedUp(world), table, (lines) =>
        lines.map((line) => edited(line, (row) => (row['id'] === key ? { ...row, ...bad } : row))),
      );
      const named = [{ path: `${table} ${key}`, code: 'row-invalid', place: wrong }];
      const preview = await restoring(here, file, 'preview');
      expect(preview.skipped).toEqual(named);
      expect(preview.preview!.merge['annotations']).toEqual({
        added: 0,
        changed: 1,
        kept: 1,
        deleted: 0,
      });
      expect(await tablesOf(here)).toEqual(before);
      expect((await restoring(here, file, 'merge')).skipped).toEqual(named);
      expect(await annotationOf(here.database, taskId(1))).toMatchObject({
        revision: 5,
        regions: [{ note: 'good work' }],
      });
      expect((await tablesOf(here))[table]!.find(({ id }) => id === key)).toMatchObject(
        table === 'tasks' ? { number: 1, regionCount: 1 } : before[table]!.find(({ id }) => id === key)!,
      );
      await expectCountsRight(here);
    },
  );

  test('of tasks, merged where it is not here: nothing of it is stored', async () => {
    const world = await aFullProject();
    const file = await tampered(await backedUp(world), 'tasks', (lines) =>
      lines.map((line) => edited(line, (row) => (row['id'] === 'task-1' ? { ...row, number: 'one' } : row))),
    );
    const here = aWorld();
    await here.database.projects.put((await world.database.projects.get(PROJECT))!);
    const report = await restoring(here, file, 'merge');
    expect(report.skipped[0]).toMatchObject({ path: 'tasks task-1', place: 'number: a whole number from 0' });
    const tables = await tablesOf(here);
    expect(tables['tasks']!.map(({ id }) => id)).toEqual(['task-2', 'task-3']);
    expect(tables).toMatchObject({
      annotations: [],
      predictions: [],
      versions: [],
      work: [],
    });
    expect(tables['drafts']).toHaveLength(1);
    await expectCountsRight(here);
  });

  test('merged into what is here, it changes nothing of it', async () => {
    const world = await aFullProject();
    const whole = await tablesOf(world);
    const file = await tampered(await backedUp(world), 'annotations', ([first]) => [
      edited(first!, (row) => ({ ...row, revision: 99, regions: 'all' })),
    ]);
    expect(await restoring(world, file, 'merge')).toMatchObject({ skippedCount: 1 });
    expect((await tablesOf(world))['annotations']).toEqual(whole['annotations']);
  });

  test('a task takes what belongs to it with it, each named; the others stay', async () => {
    const world = await aFullProject();
    const file = await tampered(await backedUp(world), 'tasks', (lines) =>
      lines.map((line) => edited(line, (row) => (row['id'] === 'task-1' ? { ...row, number: 'one' } : row))),
    );
    const other = aWorld();
    const report = await restoring(other, file);
    expect(report.skipped[0]).toEqual({
      path: 'tasks task-1',
      code: 'row-invalid',
      place: 'number: a whole number from 0',
    });
    expect(
      report.skipped
        .slice(1)
        .map(({ path, place }) => [path.split(' ')[0], place])
        .sort(),
    ).toEqual(
      ['annotations', 'annotations', 'kept', 'predictions', 'versions', 'work'].map((name) => [
        name,
        'taskId: left out',
      ]),
    );
    const tables = await tablesOf(other);
    expect(tables['tasks']).toHaveLength(2);
    expect(tables['annotations']).toEqual([]);
    expect(tables['drafts']).toHaveLength(1);
    expect(await other.database.tasks.get(taskId(2))).toEqual(await world.database.tasks.get(taskId(2)));
  });

  test('a project takes its own with it, and leaves the other one alone', async () => {
    const world = await aFullProject();
    const second = asId<'project'>('project-2');
    const project = (await world.database.projects.get(PROJECT))!;
    await world.database.projects.put({ ...project, id: second, name: 'second' });
    const file = await tampered(await backedUp(world), 'projects', (lines) =>
      lines.map((line) => edited(line, (row) => (row['id'] === PROJECT ? { ...row, labels: {} } : row))),
    );
    const other = aWorld();
    const report = await restoring(other, file);
    expect(report.skipped[0]).toMatchObject({ path: `projects ${PROJECT}`, place: 'labels: a list' });
    const tables = await tablesOf(other);
    expect(tables['projects']!.map(({ id }) => id as ProjectId)).toEqual([second]);
    expect(tables['tasks']).toEqual([]);
    expect(report.counts).toMatchObject({ projects: 1 });
  });

  test('of an older version, too bare to be brought to today’s shape', async () => {
    const world = await aFullProject();
    const bare = await tampered(await backedUp(world), 'annotations', () => ['{"taskId":"task-1"}']);
    const zip = await JSZip.loadAsync(await bare.arrayBuffer());
    const manifest = JSON.parse(await zip.file('manifest.json')!.async('text')) as BackupManifest;
    zip.file('manifest.json', JSON.stringify({ ...manifest, schemaVersion: 1 }));
    const old = new File([await zip.generateAsync({ type: 'arraybuffer' })], 'b.kakomi');
    const report = await restoring(aWorld(), old);
    expect(report.skipped.find(({ path }) => path === 'annotations task-1')).toMatchObject({
      code: 'row-invalid',
    });
  });
});
