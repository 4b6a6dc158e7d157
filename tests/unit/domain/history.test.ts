import { regionsOfDraft } from '$lib/domain/annotation';
import {
  apply,
  applyAll,
  byId,
  changeOfRegions,
  invert,
  invertAnnotation,
  NO_CHOICES,
  type AnnotationChange,
} from '$lib/domain/change';
import { NOBODY } from '$lib/domain/profile';
import {
  EMPTY_HISTORY,
  record,
  replay,
  stepBack,
  stepForward,
  type History,
  type Step,
} from '$lib/domain/history';
import { asId, epochMs } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import { compareRegions } from '$lib/domain/version';
import { PAUSE_MS, STOPPED, stop, tick } from '$lib/domain/work';
import { describe, expect, test } from 'vitest';
import { aBox } from '../../fixtures/builders';

const named = (id: string, overrides: Partial<Region> = {}) => aBox({ id: asId<'region'>(id), ...overrides });
const added = (...boxes: readonly Region[]): AnnotationChange =>
  changeOfRegions({ before: new Map(), after: byId(boxes) });

/** A seeded number in 0..1, so that a failure comes again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** A person at random: draws, moves, deletes, undoes and redoes; what the journal then holds. */
function randomWork(seed: number, steps: number) {
  const random = seeded(seed);
  const journal: { change: AnnotationChange; step: Step }[] = [];
  let history: History = EMPTY_HISTORY;
  let regions: ReadonlyMap<Region['id'], Region> = new Map();
  const write = (change: AnnotationChange, step: Step, next: History): void => {
    journal.push({ change, step });
    regions = apply(regions, change.regions);
    history = next;
  };
  for (let at = 0; at < steps; at += 1) {
    const chance = random();
    const [some] = [...regions.values()].sort(() => random() - 0.5);
    if (chance < 0.25 && history.done.length > 0)
      write(invertAnnotation(history.done.at(-1)!), 'undo', stepBack(history));
    else if (chance < 0.45 && history.undone.length > 0)
      write(history.undone.at(-1)!, 'redo', stepForward(history));
    else {
      const change =
        some && chance < 0.6
          ? changeOfRegions({ before: byId([some]), after: byId([{ ...some, x: random() * 50 }]) })
          : some && chance < 0.7
            ? changeOfRegions({ before: byId([some]), after: new Map() })
            : added(named(`r${at}`));
      write(change, 'do', record(history, change));
    }
  }
  return { journal, history, regions };
}

describe('a history', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is found again in the journal, as it was (seed %d)', (seed) => {
    const { journal, history, regions } = randomWork(seed, 600);
    const again = replay(journal);
    expect(again).toEqual(history);
    let now = regions;
    for (const change of [...again.done].reverse()) now = apply(now, invert(change.regions));
    for (const change of again.done) now = apply(now, change.regions);
    expect(new Map([...now].sort())).toEqual(new Map([...regions].sort()));
  });

  test('of new work after an undo has nothing to redo', () => {
    const first = added(named('a'));
    const second = added(named('b'));
    const { done, undone } = replay([
      { change: first, step: 'do' },
      { change: invertAnnotation(first), step: 'undo' },
      { change: second, step: 'do' },
    ]);
    expect([done, undone]).toEqual([[second], []]);
  });
});

describe('a journal', () => {
  test.each([1, 2, 3, 4])(
    'played at once gives what it gives change by change, in that order (seed %d)',
    (seed) => {
      const { journal, regions } = randomWork(seed, 600);
      const changes = journal.map(({ change }) => change.regions);
      expect([...applyAll(new Map(), changes)]).toEqual([...regions]);
      expect(applyAll(regions, [])).toEqual(regions);
    },
  );

  test('of 20,000 boxes drawn one by one is played while nobody waits, and the draft stays as it was', () => {
    const [taskId, projectId] = [asId<'task'>('task-1'), asId<'project'>('project-1')];
    const boxes = Array.from({ length: 20_000 }, (_, at) => named(`r${at}`));
    const draft = {
      ...{
        taskId,
        profileId: NOBODY,
        projectId,
        choices: NO_CHOICES,
        basedOn: 0,
        imageSize: { width: 100, height: 80 },
        savedAt: epochMs(0),
      },
      regions: [named('first')],
    };
    const entries = boxes.map((box, at) => ({
      ...{ taskId, profileId: NOBODY, sequence: at + 1, step: 'do' as const },
      change: added(box),
    }));
    const start = performance.now();
    const regions = regionsOfDraft(draft, entries);
    // Copied for every change, the regions took 20 s and more.
    expect(performance.now() - start).toBeLessThan(3000);
    expect([...regions.values()]).toEqual([named('first'), ...boxes]);
    expect(draft.regions).toHaveLength(1);
  });
});

test('a version says how many regions were added, changed and removed', () => {
  const before = [named('a'), named('b'), named('c')];
  const after = [named('b', { note: 'unsure' }), named('c'), named('d'), named('e')];
  expect(compareRegions(before, after)).toEqual({ added: 2, changed: 1, removed: 1 });
  expect(compareRegions(before, before)).toEqual({ added: 0, changed: 0, removed: 0 });
  const copies = before.map((region) => ({ ...region }));
  expect(compareRegions(before, copies)).toEqual({ added: 0, changed: 0, removed: 0 });
  const withMore = copies.map((region) => ({ ...region, points: [] }) as Region);
  expect(compareRegions(before, withMore)).toEqual({ added: 0, changed: 3, removed: 0 });
  expect(compareRegions(withMore, before)).toEqual({ added: 0, changed: 3, removed: 0 });
});

describe('the time spent', () => {
  const worked = (...atMs: readonly number[]) => atMs.reduce(tick, STOPPED);

  test.each([
    ['nothing at the first sign of work', [1000], 0],
    ['what lies between signs of work', [0, 1000, 2500], 2500],
    ['a look as long as a pause may last', [0, PAUSE_MS], PAUSE_MS],
    ['no pause', [0, PAUSE_MS + 1, PAUSE_MS + 1001], 1000],
    ['no time that a clock set back would take away', [5000, 4000, 4500], 500],
  ] as const)('counts %s', (_, atMs, spentMs) => {
    expect(worked(...atMs).spentMs).toBe(spentMs);
  });

  test('stands still while the page is hidden', () => {
    const hidden = stop(worked(0, 1000), 1200);
    expect(tick(hidden, 30_000).spentMs).toBe(1200);
    expect(tick(tick(hidden, 30_000), 30_500).spentMs).toBe(1700);
  });
});
