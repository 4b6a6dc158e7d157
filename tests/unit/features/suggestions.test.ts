import { asId } from '$lib/domain/ids';
import { AppError } from '$lib/domain/errors';
import { SuggestionsState } from '$lib/features/annotate/suggestions.svelte';
import { makeAnnotations } from '$lib/services/annotating/annotations';
import { makeModels } from '$lib/services/models/models';
import type { DetectorRuntime } from '$lib/services/ports/inference';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { anAnnotation } from '../../fixtures/builders';
import { aProjectWith, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { draw, labellingPage } from '../../fixtures/labelling.svelte';
import { onScreen, whileOnScreen } from '../../fixtures/screen.svelte';
import { aScriptedDetector, found } from '../../fixtures/scripted-detector';

const POLYP = asId<'label'>('label-1');
const FOUND = [found(0.9), found(0.6, 0, 60), found(0.3, 0, 30), found(0.8, 1)];

let world: World;
beforeEach(async () => void (world = await aProjectWith(['a.jpg', 'b.jpg'])));

/** The page on a task of a project whose model says what is given: two polyps, a doubtful one and a cat. */
async function aPageWithModel(detectors: Partial<DetectorRuntime> = {}, isInteractive = true) {
  const scripted = aScriptedDetector(() => FOUND);
  const runtime = { ...scripted.detectors, ...detectors };
  const ports = { ...world.ports, detectors: runtime };
  const models = makeModels(ports);
  const inspected = await models.inspect(PROJECT, { file: new File(['m'], 'm.onnx'), beside: [] });
  const { classNames, labelOfClass, identified } = inspected;
  const fields = {
    name: 'm',
    classNames,
    labelOfClass,
    settings: identified.settings,
    provider: 'auto' as const,
  };
  await models.connect(PROJECT, inspected, { ...fields, isInteractive }, null);
  const { page, services } = await labellingPage(world, 1, { detectors: runtime });
  const suggestions = new SuggestionsState(services, page);
  onScreen(() => [suggestions.labelIds, suggestions.unlabelled]);
  whileOnScreen(() => {
    page.current?.session.suggestions.set(suggestions.shown, suggestions.rejectedStorage);
    return undefined;
  });
  onTestFinished(suggestions.follow(page.task!));
  return { page, suggestions, asked: scripted.asked };
}
const scores = ({ suggestions }: Awaited<ReturnType<typeof aPageWithModel>>) =>
  suggestions.shown.map(({ score }) => score);
const stored = async () => [...(await makeAnnotations(world.ports).open(taskId(1))).regions.values()];

describe('opening a task', () => {
  test('asks the model once, shows what is sure enough and counts what has no label here', async () => {
    const shown = await aPageWithModel();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    expect([shown.suggestions.labelIds, shown.suggestions.unlabelled]).toEqual([[POLYP], 1]);
    expect(shown.asked).toEqual(['a.jpg']);
    const again = await aPageWithModel();
    await expect.poll(() => scores(again)).toEqual([0.9, 0.6]);
  });

  test('asks nothing of a model that is not for this, and shows nothing', async () => {
    const { suggestions, asked } = await aPageWithModel({}, false);
    suggestions.ask();
    await expect.poll(() => suggestions.isAsking).toBe(false);
    expect([suggestions.model, suggestions.shown, asked]).toEqual([null, [], []]);
  });

  test('that was submitted asks nothing by itself, but when somebody wants to know', async () => {
    await world.database.annotations.put(anAnnotation());
    await world.database.tasks.update(taskId(1), { progress: 'submitted' });
    const shown = await aPageWithModel();
    await expect.poll(() => shown.suggestions.model?.name).toBe('m');
    expect([shown.suggestions.isWanted, shown.asked]).toEqual([false, []]);
    shown.suggestions.ask();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
  });
});

describe('asking', () => {
  test('twice in a row runs the model once', async () => {
    await world.database.tasks.update(taskId(1), { progress: 'submitted' });
    const shown = await aPageWithModel();
    await expect.poll(() => shown.suggestions.model?.name).toBe('m');
    shown.suggestions.ask();
    shown.suggestions.ask();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    expect(shown.asked).toEqual(['a.jpg']);
  });

  test('that fails says why, and can be tried again', async () => {
    let isBroken = true;
    const detect: DetectorRuntime['detect'] = (...about) =>
      isBroken
        ? Promise.reject(new AppError('model-failed', { name: 'out of memory' }))
        : aScriptedDetector(() => FOUND).detectors.detect(...about);
    const shown = await aPageWithModel({ detect });
    const { suggestions } = shown;
    await expect.poll(() => suggestions.failure?.code).toBe('model-failed');
    expect([suggestions.isAsking, suggestions.shown]).toEqual([false, []]);
    isBroken = false;
    suggestions.ask();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    expect(suggestions.failure).toBeNull();
  });

  test('about a task that was left shows nothing on the next one', async () => {
    let answer: () => void = () => undefined;
    const isAnswered = new Promise<void>((done) => (answer = done));
    const detect: DetectorRuntime['detect'] = async (...about) => {
      await isAnswered;
      return aScriptedDetector(() => FOUND).detectors.detect(...about);
    };
    const { page, suggestions } = await aPageWithModel({ detect });
    await expect.poll(() => suggestions.isAsking).toBe(true);
    await page.open(taskId(2));
    expect(suggestions.shown).toEqual([]);
    answer();
    await expect.poll(() => suggestions.isAsking).toBe(false);
    expect(suggestions.shown).toEqual([]);
  });
});

describe('a suggestion', () => {
  test('that is accepted becomes a box on disk; one that overlaps a drawn box is not shown', async () => {
    const shown = await aPageWithModel();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    shown.suggestions.accept();
    await shown.page.current!.session.document.settled();
    await expect.poll(() => scores(shown)).toEqual([0.6]);
    expect(await stored()).toMatchObject([
      { x: 10, y: 5, width: 30, height: 20, labelId: POLYP, score: 0.9 },
    ]);
  });

  test('that was drawn by hand already is not offered', async () => {
    const shown = await aPageWithModel();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    await draw(shown.page, 10, 5, 40, 25);
    await expect.poll(() => scores(shown)).toEqual([0.6]);
  });

  test('that is rejected is not shown again when the task is opened anew', async () => {
    const shown = await aPageWithModel();
    const { session } = shown.page.current!;
    await expect.poll(() => session.suggestions.open.length).toBe(2);
    shown.suggestions.reject();
    await session.document.settled();
    expect(session.suggestions.open.map(({ score }) => score)).toEqual([0.6]);
    await expect
      .poll(async () => (await world.database.predictions.forTask(taskId(1)))[0]?.rejected)
      .toEqual([0]);
    const again = await labellingPageAgain();
    await expect.poll(() => again.map(({ score }) => score)).toEqual([0.6]);
  });

  test('below the threshold comes with a lower one, and goes with a higher one', async () => {
    const shown = await aPageWithModel();
    await expect.poll(() => scores(shown)).toEqual([0.9, 0.6]);
    shown.suggestions.setThreshold(POLYP, 0.2);
    expect(scores(shown)).toEqual([0.9, 0.6, 0.3]);
    shown.suggestions.setThreshold(POLYP, 0.7);
    expect(scores(shown)).toEqual([0.9]);
  });

  test('all that are shown are accepted in one step, which one Undo takes back', async () => {
    const shown = await aPageWithModel();
    const { session } = shown.page.current!;
    await expect.poll(() => session.suggestions.open.length).toBe(2);
    shown.suggestions.acceptAll();
    await session.document.settled();
    expect(await stored()).toHaveLength(2);
    session.undo();
    await session.document.settled();
    expect(await stored()).toEqual([]);
  });
});

/** What is suggested when the task is opened in another tab. */
async function labellingPageAgain() {
  const { page } = await aPageWithModel();
  await expect.poll(() => page.current!.session.suggestions.open.length).toBeGreaterThan(0);
  return page.current!.session.suggestions.open;
}
