import { ME } from '../../fixtures/work';
import { changeOfRegions } from '$lib/domain/change';
import type { Annotation } from '$lib/domain/annotation';
import { asId, type RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { keptHolder } from '$lib/formats/label-studio-kept';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { backup } from '$lib/services/backup/backup';
import { editTasks } from '$lib/services/bulk/edit-tasks';
import { runJob } from '$lib/services/job';
import { restore } from '$lib/services/backup/restore';
import { expect, test } from 'vitest';
import { aSource } from '../../fixtures/builders';
import { seeded } from '../../fixtures/datasets';
import { aProjectWith, imported, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { back, differences } from '../../fixtures/label-studio-back';
import { randomTasks, type JsonTask } from '../../fixtures/random-label-studio';
import { aWorld } from '../../fixtures/world';
import type { EditTasksInput } from '$lib/services/bulk/contract';

const PATHS = ['a.jpg', 'b.jpg', 'sub/c d.jpg', 'ポ.jpg'];
const SIZE = { width: 100, height: 80 };
const SEEDS = Array.from({ length: 30 }, (_, at) => 1000 + at);

async function taken(tasks: readonly JsonTask[]): Promise<World> {
  const world = await aProjectWith(PATHS);
  await imported(world, { 'export.json': JSON.stringify(tasks) });
  return world;
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const resultsIn = (holder: Fields): Fields[] => holder['result'] as Fields[];
const isLabelled = (type: unknown): boolean => /labels$|^rectangle$/.test(String(type));

/** What a person does to a region, and what it does to a file's words, told by the words alone. */
interface Edit {
  readonly name: string;
  readonly edit: (region: Region) => Region | null;
  readonly expected: (holder: Fields, id: string) => void;
}

const isOf = (result: Fields, id: string) => result['id'] === id;
const OTHER = 'another';

const EDITS: readonly Edit[] = [
  {
    name: 'moved',
    edit: (region) => operationsOf(region).translate(region, -region.x / 2, -region.y / 4, SIZE),
    expected(holder, id) {
      const own = resultsIn(holder).filter((result) => isOf(result, id));
      const { x, y } = own.find(({ type }) => isLabelled(type))!['value'] as { x: number; y: number };
      for (const { value } of own)
        if (isFields(value) && value['width'] !== undefined) Object.assign(value, { x: x / 2, y: y * 0.75 });
    },
  },
  {
    name: 'made wider',
    edit: (region) => ({ ...region, width: region.width / 2 }),
    expected(holder, id) {
      for (const { value } of resultsIn(holder).filter((result) => isOf(result, id)))
        if (isFields(value) && typeof value['width'] === 'number') value['width'] /= 2;
    },
  },
  {
    name: 'deleted',
    edit: () => null,
    expected(holder, id) {
      holder['result'] = resultsIn(holder).filter(
        (result) => ![result['id'], result['from_id'], result['to_id']].includes(id),
      );
    },
  },
  {
    name: 'noted',
    edit: (region) => ({ ...region, note: 'n' }),
    expected(holder, id) {
      const first = resultsIn(holder).find((result) => isOf(result, id) && isLabelled(result['type']))!;
      first['meta'] = { ...(isFields(first['meta']) ? first['meta'] : {}), text: ['n'] };
    },
  },
  {
    name: 'relabelled',
    edit: (region) => ({ ...region, labelId: asId<'label'>('label-other') }),
    expected(holder, id) {
      const own = resultsIn(holder).filter((result) => isOf(result, id));
      const isDrawn = (result: Fields) => isLabelled(result['type']);
      const drawn = own.filter(isDrawn);
      const keyOf = (value: Fields) => Object.keys(value).find((key) => /labels$/.test(key));
      const labelled = drawn.find(({ value }) => keyOf(value as Fields) !== undefined);
      if (labelled === undefined) {
        const [first] = drawn;
        first!['type'] = 'rectanglelabels';
        (first!['value'] as Fields)['rectanglelabels'] = [OTHER];
        return;
      }
      const before = (labelled['value'] as Fields)[keyOf(labelled['value'] as Fields)!] as string[];
      for (const result of own) {
        const value = result['value'] as Fields;
        const key = keyOf(value);
        if (key === undefined) continue;
        const list = value[key] as string[];
        if (isDrawn(result) || list[0] === before[0]) value[key] = [OTHER, ...list.slice(1)];
      }
    },
  },
];

/** Upright boxes with ids of their own that a hand could take. */
const isPlain = (region: Region, results: readonly Fields[]): boolean =>
  region.rotation === 0 &&
  results.some((result) => isOf(result, region.id) && /^rectangle/.test(String(result['type'])));

test.each(EDITS)('a region that is $name: everything else is as it was', async ({ edit, expected }) => {
  let tried = 0;
  for (const seed of SEEDS) {
    const tasks = randomTasks(seed, PATHS);
    const world = await taken(tasks);
    const random = seeded(seed);
    const wanted = structuredClone(tasks) as JsonTask[];
    const project = (await world.database.projects.get(PROJECT))!;
    const other = { ...project.labels[0]!, id: asId<'label'>('label-other'), name: OTHER };
    await world.database.projects.put({ ...project, labels: [...project.labels, other] });
    const annotations = makeAnnotations(world.ports);
    for (const [index, task] of tasks.entries()) {
      const id = taskId(
        1 + PATHS.findIndex((path) => decodeURIComponent(JSON.stringify(task)).includes(path)),
      );
      const opened = await annotations.open(id);
      const at = keptHolder(opened.annotation?.extra).at;
      if (opened.draftLength !== null || at === null || opened.annotation!.isSkipped) continue;
      const holder = (wanted[index]!['annotations'] as Fields[])[at]!;
      const free = [...opened.regions.values()].filter((region) => isPlain(region, resultsIn(holder)));
      const region = free[Math.floor(random() * free.length)];
      if (region === undefined) continue;
      tried += 1;
      const count = resultsIn(holder).length;
      const next = [...opened.regions.values()].flatMap((one) =>
        one === region ? (edit(region) ?? []) : one,
      );
      const { written } = await annotations.submit(opened, next, SIZE);
      expected(holder, region.id);
      touched(holder, written, count);
    }
    expect(differences(await back(world, tasks), wanted), `seed ${seed}`).toEqual([]);
  }
  expect(tried).toBeGreaterThan(20);
});

/** A submit says when, and by whom. */
function touched(holder: Fields, { updatedAt }: Annotation, count: number): void {
  holder['updated_at'] = new Date(updatedAt).toISOString();
  holder['annotator'] = '';
  if (typeof holder['result_count'] === 'number') holder['result_count'] += resultsIn(holder).length - count;
}

async function backedUp(world: World): Promise<File> {
  const target = { name: 'b.kakomi', kind: 'download', handle: null } as const;
  const input = {
    projectId: null,
    withPictures: false,
    withModels: true,
    passphrase: null,
    madeBy: ME,
    target,
  };
  expect(await runJob(backup, input, world.context)).toMatchObject({ state: 'done' });
  return new File([world.backups.get('b.kakomi')!], 'b.kakomi');
}

test('a backup brings everything along: onto an empty computer, and merged into pictures without any work', async () => {
  for (const seed of SEEDS.slice(0, 8)) {
    const tasks = randomTasks(seed, PATHS);
    const file = await backedUp(await taken(tasks));
    const empty = aWorld();
    expect(await runJob(restore, { file, mode: 'beside', passphrase: null }, empty.context)).toMatchObject({
      state: 'done',
      report: { skippedCount: 0 },
    });
    expect(differences(await back(empty, tasks), tasks), `seed ${seed}`).toEqual([]);
    const merged = await aProjectWith(PATHS);
    await merged.database.sources.put(aSource());
    expect(await runJob(restore, { file, mode: 'merge', passphrase: null }, merged.context)).toMatchObject({
      state: 'done',
    });
    expect(differences(await back(merged, tasks), tasks), `seed ${seed}, merged`).toEqual([]);
  }
});

test('what is done to many pictures and taken back leaves everything as it was', async () => {
  const numbers = new Int32Array([1, 2, 3, 4]);
  for (const seed of SEEDS.slice(0, 6)) {
    const tasks = randomTasks(seed, PATHS);
    const world = await taken(tasks);
    const [from, to] = (await world.database.projects.get(PROJECT))!.labels;
    const edits: readonly EditTasksInput['edit'][] = [
      { action: 'merge-label', numbers, from: from!.id, to: to!.id },
      { action: 'delete-annotations', numbers },
      { action: 'delete-predictions', numbers },
      { action: 'delete-tasks', numbers },
    ];
    for (const [at, edit] of edits.entries()) {
      const actionId = `action-${at}`;
      const run = (edit: EditTasksInput['edit']) =>
        runJob(editTasks, { projectId: PROJECT, actionId, edit }, world.context);
      expect(await run(edit)).toMatchObject({ state: 'done' });
      expect(await run({ action: 'undo' })).toMatchObject({ state: 'done' });
      expect(differences(await back(world, tasks), tasks), `seed ${seed}, ${edit.action}`).toEqual([]);
    }
  }
});

test('undo brings a deleted region back with all that was kept beside it', async () => {
  const tasks = randomTasks(7, PATHS);
  const world = await taken(tasks);
  const annotations = makeAnnotations(world.ports);
  for (const path of PATHS.keys()) {
    const opened = await annotations.open(taskId(path + 1));
    if (opened.draftLength !== null || opened.annotation === null || opened.annotation.isSkipped) continue;
    const before = new Map<RegionId, Region>(opened.regions);
    await opened.journal.append(changeOfRegions({ before, after: new Map() }), SIZE);
    await opened.journal.append(changeOfRegions({ before: new Map(), after: before }), SIZE, 'undo');
    const again = await annotations.open(taskId(path + 1));
    expect([...again.regions.values()]).toEqual([...before.values()]);
  }
});
