import type { Page } from '@playwright/test';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aPng } from '../fixtures/picture-bytes';
import { FOUND, smallModel } from '../fixtures/small-model';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, drop, pictureFolder, syncStorage } from './steps';

// Models are opened, on machines that are busy.
test.setTimeout(180_000);

async function toModels(page: Page) {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
}

async function connect(page: Page, name: string, buffer: Buffer) {
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const file = { name: `${name}.onnx`, mimeType: 'application/octet-stream', buffer };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles([file]);
  await expect(page.getByRole('dialog').getByRole('img', { name: /box(es)?$/ })).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
}

const toList = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'kvasir' }).click();

/** An action on some of the tasks, chosen by their numbers. */
async function act(page: Page, action: string, numbers: readonly number[]) {
  const clear = page.getByRole('button', { name: 'Clear selection' });
  if (await clear.isVisible()) await clear.click();
  for (const number of numbers)
    await page
      .getByRole('row', { name: new RegExp(`^Task ${number}:`) })
      .getByRole('checkbox')
      .check();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function retrieve(page: Page, model: string) {
  await act(page, 'Retrieve Predictions', [1, 2, 3, 4]);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Model' }).selectOption({ label: `${model}, Version 1` });
  await dialog.getByRole('button', { name: 'Retrieve Predictions' }).click();
  const tray = page.getByRole('complementary', { name: 'Long work' });
  await expect(tray.getByText(/Done: predicted/)).toContainText('predicted 4', { timeout: 60_000 });
  await tray.getByRole('button', { name: `Dismiss ${model}` }).click();
}

async function submit(page: Page, numbers: readonly number[], minScore: string, total: number) {
  await act(page, 'Create Annotations from Predictions', numbers);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption({ label: 'small, Version 1' });
  await dialog.getByRole('slider', { name: 'Scores from' }).fill(minScore);
  await dialog.getByRole('radio', { name: 'As submitted' }).check();
  await dialog.getByRole('button', { name: 'Create Annotations' }).click();
  await expect(page.getByText(`Create Annotations from Predictions: ${numbers.length} task`)).toBeVisible();
  await expect(page.getByText(`4 tasks, ${total} submitted`)).toBeVisible();
}

const number = (page: Page, table: string, row: string | RegExp, column: number) =>
  page.getByRole('table', { name: table }).getByRole('row', { name: row }).getByRole('cell').nth(column);

test('a model is judged on submitted tasks, compared, and a wrong box opens its task, with the server gone', async ({
  kakomi: { page, server },
}) => {
  await createProject(page);
  await addStorage(page, await pictureFolder(4));
  await syncStorage(page, 4);
  await toModels(page);
  await connect(page, 'small', smallModel());
  const link = page.getByRole('link', { name: 'How good is it?' });

  // Nothing to judge on, in words.
  await link.click();
  await expect(page.getByRole('alert')).toContainText('No task of this project is submitted yet');
  await toList(page);
  await retrieve(page, 'small');
  // Every picture has the same three: 0.93, 0.81, 0.42. Of tasks 1 and 2 only the first is true, of 3 and 4 all are.
  await submit(page, [1, 2], '0.9', 2);
  await submit(page, [3, 4], '0.3', 4);
  await toModels(page);
  await connect(page, 'other', smallModel(FOUND.slice(0, 1)));

  // From here on there is no server.
  await server.close();
  await link.nth(0).click();
  await expect(page.getByRole('heading', { name: 'How good is other?' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('has said nothing about the submitted tasks (4)');
  await toList(page);
  await retrieve(page, 'other');
  await toModels(page);
  await link.nth(1).click();
  await expect(page.getByRole('heading', { name: 'How good is small?' })).toBeVisible();

  // 8 true boxes. By falling score, equal ones in the order of tasks: 4 right (precision 1 to recall 1/2); 2 wrong,
  // 2 right (6/8 to recall 3/4); 2 wrong, 2 right (8/12 to recall 1). Of the 101 recalls 51 read 1, 25 read 3/4 and
  // 25 read 2/3: (51 + 18.75 + 16.667) / 101 = 0.856. All lie exactly, so every overlap says the same.
  await expect(
    page.getByText('Judged on 4 submitted tasks with 8 boxes; the model said 12 boxes.'),
  ).toBeVisible();
  await expect(page.getByText('8 submitted boxes were accepted from this very model:')).toBeVisible();
  await expect(number(page, 'Numbers', 'Average precision (AP)', 0)).toHaveText('0.856');
  await expect(number(page, 'Numbers', 'AP50', 0)).toHaveText('0.856');
  // 100 x 90, 110 x 80 and 60 x 40 are all medium.
  await expect(number(page, 'Numbers', 'AP, medium', 0)).toHaveText('0.856');
  await expect(number(page, 'Numbers', 'AP, small', 0)).toHaveText('–');
  await expect(number(page, 'Numbers', 'Recall, 1 box a picture', 0)).toHaveText('0.500');
  await expect(number(page, 'Numbers', 'Recall, 100 boxes a picture', 0)).toHaveText('1.000');
  await expect(number(page, 'Precision at each recall', /^0\.7\b/, 0)).toHaveText('0.750');
  await expect(page.getByRole('img', { name: 'Precision over recall: polyp' })).toBeVisible();

  // Scores from 0.5: 6 of 8 found, 2 missed, 2 false positives. All scores: 8 found, 4 false positives.
  await expect(number(page, 'Confusion', 'polyp', 0)).toHaveText('6');
  await expect(number(page, 'Confusion', 'polyp', 1)).toHaveText('2');
  await expect(number(page, 'Confusion', 'False positive', 0)).toHaveText('2');
  const threshold = page.getByRole('slider', { name: 'Scores from' });
  await threshold.fill('0');
  await expect(number(page, 'Confusion', 'polyp', 0)).toHaveText('8');
  await expect(page.getByRole('radio', { name: 'Missed: 0' })).toBeVisible();
  await expect(page.getByRole('radio', { name: 'False positive: 4' })).toBeVisible();
  await threshold.fill('0.5');
  await expectAccessible(page, 'evaluation');

  // Another model beside it: its 4 boxes are right, of 8: 51 / 101 = 0.505.
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'other, version 1' });
  await expect(number(page, 'Numbers', 'Average precision (AP)', 1)).toHaveText('0.505');
  await expect(number(page, 'Numbers', 'Average precision (AP)', 2)).toHaveText('+0.351');
  await expect(
    page.getByRole('img', { name: /polyp, small, version 1; polyp, other, version 1/ }),
  ).toBeVisible();
  await expectAccessible(page, 'evaluation of two models');

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const csv = (await readFile(await (await saving).path(), 'utf8')).split('\r\n');
  expect(csv[0]).toMatch(/^model,version,label,trueBoxes,predictedBoxes,ap,ap50,ap75,/);
  expect(csv[1]).toMatch(/^small,1,,8,12,0\.8556/);
  expect(csv[3]).toMatch(/^other,1,,8,4,0\.5049/);
  const savingJson = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download JSON' }).click();
  const json = JSON.parse(await readFile(await (await savingJson).path(), 'utf8')) as {
    confusion: number[][];
    wrong: object;
  }[];
  expect(json[0]).toMatchObject({
    confusion: [
      [6, 2],
      [2, 0],
    ],
    wrong: { missed: 2, 'false-positive': 2, 'wrong-label': 0, 'badly-placed': 0 },
  });

  // Wrong boxes, by keys: what was missed is the third box of tasks 3 and 4.
  const gallery = page.getByRole('region', { name: 'Wrong boxes' });
  const cards = gallery.getByRole('listitem').getByRole('link');
  await expect(cards).toHaveCount(2);
  await expect(cards.nth(0)).toContainText('polyp, not found');
  await gallery.getByRole('radio', { name: 'Missed: 2' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(gallery.getByRole('radio', { name: 'False positive: 2' })).toBeChecked();
  await expect(cards.nth(0)).toContainText('polyp 0.81');
  await expect(cards.nth(0)).toContainText('#1 ');
  await page.keyboard.press('ArrowUp');
  await expect(cards.nth(0)).toContainText('#3 ');
  // The crop was drawn: its middle is not empty.
  await expect
    .poll(() =>
      cards
        .nth(0)
        .locator('canvas')
        .evaluate(
          (canvas: HTMLCanvasElement) => canvas.getContext('2d')!.getImageData(200, 150, 1, 1).data[3],
        ),
    )
    .toBe(255);
  await cards.nth(0).focus();
  await page.keyboard.press('Enter');
  await canvasReady(page);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('#3 ');

  await page.goBack();
  await page.reload();
  await expect(number(page, 'Numbers', 'Average precision (AP)', 0)).toHaveText('0.856');
});

test.describe('in Japanese', () => {
  test.use({ language: 'ja-JP' });
  test('a model that is not there is said, and the page has its words', async ({ kakomi: { page } }) => {
    await page.getByRole('button', { name: 'サンプルプロジェクトを試す' }).click();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
    await page.goto(`${page.url()}/models/gone?version=1`);
    await expect(page.getByRole('alert')).toContainText('モデルはありません');
    await expectAccessible(page, 'evaluation without a model');
  });
});

test('truth and results of files are judged as COCO does; a crowd and a given area are shown', async ({
  kakomi: { page },
}) => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'images');
  await mkdir(folder);
  for (const name of ['a.png', 'b.png']) await writeFile(path.join(folder, name), aPng(100, 80));
  const box = [10, 10, 20, 20];
  const truth = {
    images: ['a.png', 'b.png'].map((name, at) => ({ id: at + 1, file_name: name, width: 100, height: 80 })),
    categories: [{ id: 1, name: 'polyp' }],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: box, area: 300, iscrowd: 0 },
      { id: 2, image_id: 2, category_id: 1, bbox: [0, 0, 100, 80], area: 8000, iscrowd: 1 },
    ],
  };
  // The surer box lies in the crowd: it is neither right nor wrong.
  const results = [
    { image_id: 1, category_id: 1, bbox: box, score: 0.9 },
    { image_id: 2, category_id: 1, bbox: box, score: 1.5 },
  ];
  const files = [path.join(folder, '..', 'dt.json'), path.join(folder, '..', 'gt.json')] as const;
  await writeFile(files[0], JSON.stringify(results));
  await writeFile(files[1], JSON.stringify(truth));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 2);
  await page.getByRole('button', { name: 'Import' }).click();
  await drop(page, page.getByRole('group', { name: /^Drop a file/ }), files);
  await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('2 tasks, 2 submitted')).toBeVisible();

  await toModels(page);
  await page.getByRole('link', { name: 'How good is it?' }).click();
  await expect(
    page.getByText('Judged on 2 submitted tasks with 2 boxes; the model said 2 boxes.'),
  ).toBeVisible();
  await expect(page.getByText('1 box is a crowd:')).toBeVisible();
  await expect(number(page, 'Numbers', 'Average precision (AP)', 0)).toHaveText('1.000');
  await expect(page.getByRole('slider', { name: 'Scores from' })).toHaveAttribute('max', '2');

  await toList(page);
  await page.getByRole('row', { name: /^Task 1:/ }).click();
  await canvasReady(page);
  await page.getByRole('button', { name: /^1 polyp/ }).click();
  await expect(page.getByText('Area of the object, as its file gave it: 300 px²')).toBeVisible();
  await page.getByRole('button', { name: 'Next Task' }).click();
  await page.getByRole('button', { name: /^1 polyp, crowd/ }).click();
  await expect(page.getByText('A crowd (COCO’s iscrowd)')).toBeVisible();
});
