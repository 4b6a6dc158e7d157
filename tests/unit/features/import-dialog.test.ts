import { annotationOf } from '../../fixtures/work';
import { asId } from '$lib/domain/ids';
import { ImportState } from '$lib/features/exchange/import-dialog.svelte';
import { folderOfFiles } from '$lib/services/ports/file-list-folder';
import type { ChosenFolder } from '$lib/services/ports/folders';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aSource } from '../../fixtures/builders';
import { aProjectWith, everything, PROJECT, taskId, type World } from '../../fixtures/exchange';
import { onScreen, screenServices } from '../../fixtures/screen.svelte';

let world: World;
beforeEach(async () => void (world = await aProjectWith(['a.jpg', 'b.jpg'])));

const coco = (className = 'polyp', path = 'a.jpg') =>
  JSON.stringify({
    images: [{ id: 1, file_name: path, width: 100, height: 80 }],
    categories: [{ id: 1, name: className }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 }],
  });
const fileOf = (text: string, name = 'in.json') => new File([text], name);
/** A folder with one dataset file of its name, which can be listed when `isReady` has settled. */
function folderOf(name: string, text: string, isReady = Promise.resolve()): ChosenFolder {
  const files = [{ path: `${name}.json`, file: fileOf(text, `${name}.json`) }];
  const folder = folderOfFiles(name, files);
  return {
    ...folder,
    async *list(...about) {
      await isReady;
      yield* folder.list(...about);
    },
    kind: 'copied',
    handle: null,
    files,
  };
}

function aDialog() {
  const dialog = new ImportState(screenServices(world), PROJECT);
  onTestFinished(dialog.watch());
  onScreen(() => [dialog.preview, dialog.isReading]);
  return dialog;
}
const regions = async (number = 1) => (await annotationOf(world.database, taskId(number)))?.regions;

describe('chosen files', () => {
  test('are read at once: what they hold is shown, and nothing is written', async () => {
    const before = await everything(world);
    const dialog = aDialog();
    await dialog.takeFiles([fileOf(coco())]);
    expect(dialog.preview).toMatchObject({
      kind: 'coco',
      categories: [{ name: 'polyp', boxes: 1, labelId: 'label-1' }],
      unmatchedCount: 0,
    });
    expect([dialog.name, dialog.isReading, dialog.outcome?.state]).toEqual(['in.json', false, 'done']);
    expect(await everything(world)).toEqual(before);
  });

  test('are written when the person says so, under the label that was chosen for their class', async () => {
    const dialog = aDialog();
    await dialog.takeFiles([fileOf(coco('adenoma'))]);
    expect(dialog.preview?.categories).toMatchObject([{ name: 'adenoma', labelId: null }]);
    dialog.labels = new Map([['adenoma', asId<'label'>('label-2')]]);
    await dialog.read();
    expect((await dialog.run()).state).toBe('done');
    expect(await regions()).toMatchObject([{ x: 10, y: 20, width: 30, height: 40, labelId: 'label-2' }]);
  });

  test('of pictures that no task has are named before anything is imported', async () => {
    const dialog = aDialog();
    await dialog.takeFiles([fileOf(coco('polyp', 'elsewhere.jpg'))]);
    expect(dialog.preview).toMatchObject({ unmatched: ['elsewhere.jpg'], unmatchedCount: 1 });
  });

  test('that cannot be read say why, and others can be chosen', async () => {
    const dialog = aDialog();
    await dialog.takeFiles([fileOf('{"images": [')]);
    expect([dialog.outcome?.state, dialog.preview, dialog.isReading]).toEqual(['failed', null, false]);
    await dialog.takeFiles([fileOf(coco())]);
    expect(dialog.preview?.categories).toHaveLength(1);
  });

  test('take the place of the ones before, with the choices that were made about those', async () => {
    const dialog = aDialog();
    await dialog.takeFiles([fileOf(coco('adenoma'))]);
    dialog.kind = 'coco';
    dialog.labels = new Map([['adenoma', null]]);
    await dialog.takeFiles([fileOf(coco(), 'next.json')]);
    expect([dialog.name, dialog.kind, dialog.labels.size]).toEqual(['next.json', null, 0]);
  });

  test('none at all change nothing', async () => {
    const dialog = aDialog();
    await dialog.takeFiles([fileOf(coco())]);
    await dialog.takeFiles([]);
    expect([dialog.name, dialog.files.length]).toEqual(['in.json', 1]);
  });
});

test('reading anew while a reading is under way shows what is chosen now', async () => {
  const dialog = aDialog();
  const first = dialog.takeFiles([fileOf(coco())]);
  dialog.into = 'predictions';
  await Promise.all([first, dialog.read()]);
  expect([dialog.isReading, dialog.outcome?.state]).toEqual([false, 'done']);
  expect((await dialog.run()).state).toBe('done');
  expect([await regions(), (await world.database.predictions.forTask(taskId(1))).length]).toEqual([
    undefined,
    1,
  ]);
});

describe('a folder', () => {
  test('is read like files', async () => {
    const dialog = aDialog();
    await dialog.takeFolder(folderOf('dataset', coco()));
    expect([dialog.name, dialog.preview?.categories.length]).toEqual(['dataset', 1]);
  });

  test('of a storage that holds a dataset is read where it lies; its pictures stand for themselves', async () => {
    const dialog = aDialog();
    await dialog.takeFound({ sourceId: aSource().id });
    expect([dialog.name, dialog.files.map(({ path, file }) => [path, file.size])]).toEqual([
      'images',
      [
        ['a.jpg', 0],
        ['b.jpg', 0],
      ],
    ]);
  });

  test('that is slow to be listed does not take the place of files that were chosen after it', async () => {
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((done) => (ready = done));
    const dialog = aDialog();
    const slow = dialog.takeFolder(folderOf('slow', coco(), isReady));
    await dialog.takeFiles([fileOf(coco(), 'newer.json')]);
    ready();
    await slow.catch(() => undefined);
    expect([dialog.name, dialog.files.map(({ path }) => path)]).toEqual(['newer.json', ['newer.json']]);
  });

  test('that is being listed when the dialog is closed is not read any more', async () => {
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((done) => (ready = done));
    const dialog = aDialog();
    const slow = dialog.takeFolder(folderOf('slow', coco(), isReady));
    dialog.leave();
    ready();
    await slow.catch(() => undefined);
    expect([dialog.files, dialog.preview, dialog.outcome]).toEqual([[], null, null]);
  });
});
