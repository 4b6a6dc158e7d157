import { AppError } from '$lib/domain/errors';
import { asId } from '$lib/domain/ids';
import { ConnectModelState } from '$lib/features/models/connect-model.svelte';
import { makeModels } from '$lib/services/models/models';
import type { DetectorRuntime } from '$lib/services/ports/inference';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aProjectWith, PROJECT, type World } from '../../fixtures/exchange';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';
import { aScriptedDetector, found, IDENTIFIED } from '../../fixtures/scripted-detector';

const [POLYP, OTHER] = [asId<'label'>('label-1'), asId<'label'>('label-2')];
const { detectors } = aScriptedDetector(() => [found(0.9), found(0.3), found(0.8, 1)]);

let world: World;
beforeEach(async () => void (world = await aProjectWith(['a.jpg', 'b.jpg'])));
const modelFile = (name = 'polyps.onnx') => new File(['weights'], name);
const kept = () => world.database.models.forProject(PROJECT);

/** The dialog over a runtime whose detector finds two polyps, one of them doubtful, and a cat. */
async function aDialog(
  overrides: Partial<DetectorRuntime> = {},
  model: ConstructorParameters<typeof ConnectModelState>[2] = null,
  isReplacing = false,
) {
  const services = screenServices(world, { detectors: { ...detectors, ...overrides } });
  const dialog = new ConnectModelState(services, PROJECT, model, isReplacing);
  onTestFinished(() => dialog.close());
  onScreen(() => [
    dialog.canSave,
    dialog.missing,
    dialog.problemText,
    dialog.classes.shown,
    dialog.classes.found,
    dialog.classes.unlabelled,
  ]);
  await dialog.start();
  return dialog;
}
const tried = (dialog: ConnectModelState) =>
  expect.poll(() => [dialog.trial === null, dialog.isRunning]).toEqual([false, false]);
/** A promise that the test settles. */
function aGate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((done) => (open = done));
  return { open: () => open(), passed };
}

describe('a model file', () => {
  test('is recognised and tried on the first picture by itself; nothing is kept before Save', async () => {
    const dialog = await aDialog();
    await dialog.choose([modelFile()]);
    await tried(dialog);
    expect([dialog.name, dialog.task?.number, dialog.problem]).toEqual(['polyps', 1, null]);
    expect(dialog.fields).toMatchObject({ classNames: ['Polyp', 'cat'], labelOfClass: [POLYP, null] });
    expect(dialog.classes.shown.map(({ score }) => score)).toEqual([0.8, 0.9]);
    expect([await kept(), world.models.size]).toEqual([[], 0]);
  });

  test('is connected with what the person called it and what it ran on', async () => {
    const dialog = await aDialog();
    await dialog.choose([modelFile()]);
    await tried(dialog);
    dialog.name = 'Polyps of 2026';
    dialog.isInteractive = false;
    expect(await dialog.save()).toBe(true);
    expect(await kept()).toMatchObject([
      { name: 'Polyps of 2026', isInteractive: false, version: 1, ranOn: { provider: 'wasm', threads: 1 } },
    ]);
  });

  test('that is no model says why in words, is not connected, and gives way to the next one', async () => {
    let isBad = true;
    const identify: DetectorRuntime['identify'] = (files) =>
      isBad ? Promise.reject(new AppError('model-damaged', { path: 'x' })) : detectors.identify(files);
    const dialog = await aDialog({ identify });
    await dialog.choose([modelFile()]);
    expect([dialog.problemCode, dialog.canSave, dialog.isReading]).toEqual(['model-damaged', false, false]);
    expect(dialog.problemText).toMatch(/\w+/);
    isBad = false;
    await dialog.choose([modelFile('good.onnx')]);
    await tried(dialog);
    expect([dialog.problem, dialog.name]).toEqual([null, 'good']);
  });

  test('that fails on the picture cannot be saved, and says so', async () => {
    const dialog = await aDialog({
      detect: () => Promise.reject(new AppError('model-failed', { name: 'x' })),
    });
    await dialog.choose([modelFile()]);
    await expect.poll(() => dialog.problemCode).toBe('model-failed');
    expect([await dialog.save(), await kept()]).toEqual([false, []]);
  });

  test('whose weights lie beside it asks for them, and takes them when they are chosen alone', async () => {
    const identify: DetectorRuntime['identify'] = async (files) => ({
      ...(await detectors.identify(files)),
      identified: { ...IDENTIFIED, externalFiles: ['deep/weights.data'] },
    });
    const dialog = await aDialog({ identify });
    await dialog.choose([modelFile()]);
    expect([dialog.missing, dialog.canSave]).toEqual([['deep/weights.data'], false]);
    await dialog.choose([new File(['w'], 'weights.data')]);
    await tried(dialog);
    expect([dialog.missing, dialog.canSave, dialog.inspected?.files.file.name]).toEqual([
      [],
      true,
      'polyps.onnx',
    ]);
  });

  test('that was chosen last is the one that is shown, also where the one before is read more slowly', async () => {
    const slow = aGate();
    const identify: DetectorRuntime['identify'] = async (files) => {
      if (files.file.name === 'slow.onnx') await slow.passed;
      return detectors.identify(files);
    };
    const dialog = await aDialog({ identify });
    const first = dialog.choose([modelFile('slow.onnx')]);
    await dialog.choose([modelFile('wanted.onnx')]);
    slow.open();
    await first;
    expect([dialog.inspected?.files.file.name, dialog.name, dialog.isReading]).toEqual([
      'wanted.onnx',
      'wanted',
      false,
    ]);
  });

  test('that is chosen while another one runs keeps its own classes', async () => {
    const slow = aGate();
    const detect: DetectorRuntime['detect'] = async (model, ...about) => {
      const isFirst = model.files.file.name === 'five.onnx';
      if (isFirst) await slow.passed;
      const detected = await detectors.detect(model, ...about);
      return isFirst ? { ...detected, detections: [found(0.9, 4)] } : detected;
    };
    const dialog = await aDialog({ detect });
    await dialog.choose([modelFile('five.onnx')]);
    await expect.poll(() => dialog.isRunning).toBe(true);
    await dialog.choose([modelFile('two.onnx')]);
    slow.open();
    await tried(dialog);
    await expect.poll(() => dialog.classes.regions.length).toBe(3);
    expect([dialog.fields?.classNames, dialog.problem]).toEqual([['Polyp', 'cat'], null]);
  });
});

describe('settings', () => {
  /** A model that went through once; `asked`: the threshold of each run. */
  async function aTriedModel() {
    const asked: number[] = [];
    const detect: DetectorRuntime['detect'] = (model, ...about) => {
      asked.push(model.settings.scoreThreshold);
      return detectors.detect(model, ...about);
    };
    const dialog = await aDialog({ detect });
    await dialog.choose([modelFile()]);
    await tried(dialog);
    return { asked, dialog };
  }

  test('that are changed are tried anew, and can be set back to what was recognised', async () => {
    const { asked, dialog } = await aTriedModel();
    dialog.set({ scoreThreshold: 0.4 });
    dialog.set({ scoreThreshold: 0.5 });
    await expect.poll(() => asked).toEqual([0.05, 0.5]);
    dialog.reset();
    await expect.poll(() => asked).toEqual([0.05, 0.5, 0.05]);
  });

  test('are saved only after one picture went through with them', async () => {
    const { asked, dialog } = await aTriedModel();
    dialog.set({ scoreThreshold: 0.4 });
    expect(await dialog.save()).toBe(true);
    expect([asked, (await kept())[0]?.settings.scoreThreshold]).toEqual([[0.05, 0.4], 0.4]);
  });
});

describe('a connected model', () => {
  async function connected() {
    const dialog = await aDialog();
    await dialog.choose([modelFile()]);
    await tried(dialog);
    await dialog.save();
    return (await makeModels({ ...world.ports, detectors }).newest(PROJECT))[0]!;
  }

  test('that is opened again would lose nothing on closing until something is changed', async () => {
    const dialog = await aDialog({}, await connected());
    await tried(dialog);
    expect(dialog.isDirty()).toBe(false);
    dialog.name = 'renamed';
    expect(dialog.isDirty()).toBe(true);
  });

  test('that is only renamed needs no run, also where its pictures cannot be read now', async () => {
    const detect: DetectorRuntime['detect'] = () => Promise.reject(new AppError('permission-needed'));
    const dialog = await aDialog({ detect }, await connected());
    dialog.name = 'renamed';
    expect(await dialog.save()).toBe(true);
    expect(await kept()).toMatchObject([{ name: 'renamed', version: 1, ranOn: { provider: 'wasm' } }]);
  });

  test('whose file is replaced has a second version, and the first one stays', async () => {
    const dialog = await aDialog({}, await connected(), true);
    expect(dialog.inspected).toBeNull();
    await dialog.choose([modelFile('better.onnx')]);
    await tried(dialog);
    expect(await dialog.save()).toBe(true);
    expect((await kept()).map(({ version, fileName, name }) => [version, fileName, name])).toEqual([
      [1, 'polyps.onnx', 'polyps'],
      [2, 'better.onnx', 'polyps'],
    ]);
  });
});

describe('the classes that were found', () => {
  async function found() {
    const dialog = await aDialog();
    await dialog.choose([modelFile()]);
    await tried(dialog);
    return dialog;
  }

  test('without a label are asked about, and wear the label that they are given, without another run', async () => {
    const dialog = await found();
    expect([dialog.classes.isNaming, dialog.classes.unlabelled]).toEqual([true, 1]);
    dialog.classes.setLabel(1, OTHER);
    expect([dialog.classes.unlabelled, dialog.fields?.labelOfClass]).toEqual([0, [POLYP, OTHER]]);
    expect(dialog.isRunning).toBe(false);
  });

  test('are listed by how many there are, with the doubtful ones shown from a lower score', async () => {
    const { classes } = await found();
    expect(classes.found.map(({ classNumber, count }) => [classNumber, count])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    classes.shownFrom = 0.2;
    expect(classes.shown.map(({ score }) => score)).toEqual([0.3, 0.8, 0.9]);
  });

  test('can be renamed; an empty name leaves the old one', async () => {
    const { classes, fields } = await found();
    expect(fields?.classNames).toEqual(['Polyp', 'cat']);
    classes.setName(1, '  snare ');
    classes.setName(0, '   ');
    expect(classes.regions.map(({ className }) => className)).toEqual(['Polyp', 'Polyp', 'snare']);
  });

  test('become labels of the project where they have none', async () => {
    const dialog = await found();
    const { labels } = (await world.database.projects.get(PROJECT))!;
    await dialog.classes.makeLabels(labels);
    const made = (await world.database.projects.get(PROJECT))!.labels;
    expect(made.map(({ name }) => name)).toEqual(['polyp', 'ポリープ', 'cat']);
    expect([dialog.fields?.labelOfClass, dialog.classes.unlabelled]).toEqual([[POLYP, made[2]!.id], 0]);
  });

  test('take a list of names, and the labels of those names; or one label for all', async () => {
    const dialog = await found();
    const { labels } = (await world.database.projects.get(PROJECT))!;
    dialog.classes.setNames(['ポリープ', 'polyp'], labels);
    expect(dialog.fields).toMatchObject({ classNames: ['ポリープ', 'polyp'], labelOfClass: [OTHER, POLYP] });
    dialog.classes.labelAll(POLYP);
    expect(dialog.fields?.labelOfClass).toEqual([POLYP, POLYP]);
  });
});
