import JSZip from 'jszip';
import type { Page } from '@playwright/test';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import { addStorage, canvasReady, createProject, drop, pictureFolder, regions, syncStorage } from './steps';
import { rowsOf } from './stored';

const LINE = '0 0.5 0.5 0.2 0.2\n';
const tray = (page: Page) => page.getByRole('complementary', { name: 'Long work' });
const dropArea = (page: Page) => page.getByRole('dialog').getByRole('group', { name: /^Drop a file/ });
const importButton = (page: Page) =>
  page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true });

/** A project of real pictures that have been read, and their names without an ending. */
async function aProjectOf(page: Page, count: number): Promise<readonly string[]> {
  const folder = await pictureFolder(count);
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, count);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  return (await readdir(folder)).sort().map((name) => path.parse(name).name);
}

async function onDisk(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), name);
  await writeFile(file, content);
  return file;
}

async function zipped(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const [name, content] of Object.entries(files)) zip.file(name, content);
  return zip.generateAsync({ type: 'uint8array' });
}

test('a dropped zip of YOLO says what will come in; pressed twice, it comes in once, as it was said', async ({
  kakomi: { page },
}) => {
  const [first, second] = await aProjectOf(page, 3);
  const zip = await onDisk(
    'set.zip',
    await zipped({
      'data.yaml': 'names: [polyp, instrument]',
      [`labels/${first}.txt`]: `${LINE}1 0.25 0.25 0.1 0.1\n`,
      [`labels/${second}.txt`]: LINE,
    }),
  );
  const open = async () => {
    await page.getByRole('button', { name: 'Import' }).click();
    await drop(page, dropArea(page), [zip]);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('2 pictures, 2 of them in this project; 3 boxes.')).toBeVisible();
    return dialog;
  };
  const dialog = await open();
  await expect(dialog.getByText('set.zip: 1 file')).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Kind of file' })).toContainText('Recognised: YOLO');
  await expect(dialog.getByRole('row', { name: /^polyp/ })).toContainText('2 boxes');
  await expect(dialog.getByRole('row', { name: /^instrument/ })).toContainText('1 box');
  await expect(dialog.getByRole('combobox', { name: 'Label for instrument' })).toHaveValue('new');
  await expectAccessible(page, 'import preview');
  await importButton(page).dblclick();
  await expect(dialog).toHaveCount(0);
  await expect(tray(page).getByText('pictures 2, in this project 2, boxes 3, annotations 2')).toHaveCount(1);
  await page.getByRole('button', { name: 'Dismiss set.zip' }).click();
  await expect(tray(page).getByText('Import', { exact: true })).toHaveCount(0);

  await open();
  // Its label is there by now.
  await expect(dialog.getByRole('combobox', { name: 'Label for instrument' })).not.toHaveValue('new');
  await importButton(page).click();
  await expect(tray(page).getByText('there already 2')).toBeVisible();
  const { annotations } = await rowsOf(page, 'annotations');
  expect(annotations.map(({ regions }) => (regions as unknown[]).length).sort()).toEqual([1, 2]);
});

test('what is kept without being shown is told by kind, and stands in the details of its box', async ({
  kakomi: { page },
}) => {
  const [first] = await aProjectOf(page, 1);
  const at = { original_width: 640, original_height: 480, image_rotation: 0 };
  const box = { x: 10, y: 10, width: 20, height: 20, rotation: 0 };
  const drawn = (id: string, x: number) => ({
    ...at,
    id,
    from_name: 'label',
    to_name: 'image',
    type: 'rectanglelabels',
    origin: 'manual',
    value: { ...box, x, rectanglelabels: ['polyp'] },
  });
  const file = await onDisk(
    'answers.json',
    JSON.stringify([
      {
        data: { image: `/data/upload/1/${first}.jpg` },
        annotations: [
          {
            result: [
              drawn('a', 10),
              drawn('b', 50),
              {
                ...at,
                id: 'a',
                from_name: 'how',
                to_name: 'image',
                type: 'textarea',
                value: { ...box, text: ['flat, reddish'] },
              },
              { from_name: 'quality', to_name: 'image', type: 'choices', value: { choices: ['blurred'] } },
              { from_id: 'a', to_id: 'b', type: 'relation', direction: 'right', labels: [] },
            ],
          },
        ],
      },
    ]),
  );
  await page.getByRole('button', { name: 'Import' }).click();
  await drop(page, dropArea(page), [file]);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 picture, 1 of them in this project; 2 boxes.')).toBeVisible();
  const kept = dialog.getByText('Kept beside, not shown:');
  await expect(kept).toContainText('1 answer about a box');
  await expect(kept).toContainText('1 choice');
  await expect(kept).toContainText('1 relation');
  await kept.click();
  await expect(dialog.getByText('It stays with its box or picture')).toBeVisible();
  await importButton(page).click();
  await expect(tray(page).getByText('pictures 1, in this project 1, boxes 2, annotations 1')).toBeVisible();

  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(2);
  const details = page.getByRole('region', { name: 'Details' });
  await regions(page).nth(1).getByRole('button').first().click();
  await details.getByText('From the file').click();
  // The relation is about both boxes, the answer about the first one alone.
  await expect(details.getByText('"type": "relation"')).toBeVisible();
  await expect(details.getByText('flat, reddish')).toHaveCount(0);
  await regions(page).nth(0).getByRole('button').first().click();
  await expect(details.getByText('flat, reddish')).toBeVisible();
});

/** Pictures with labels beside them, as YOLO lays them out. */
async function yoloFolder(): Promise<string> {
  const folder = await pictureFolder(2);
  await mkdir(path.join(folder, 'labels'));
  for (const name of await readdir(folder))
    if (name !== 'labels') await writeFile(path.join(folder, 'labels', `${path.parse(name).name}.txt`), LINE);
  await writeFile(path.join(folder, 'data.yaml'), 'names: [polyp]');
  return folder;
}

async function acceptOffer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await tray(page).getByRole('link', { name: 'Looks like YOLO: import 2 label files?' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await expect(dialog.getByText('2 pictures, 2 of them in this project; 2 boxes.')).toBeVisible();
  await importButton(page).click();
  await expect(tray(page).getByText('annotations 2')).toBeVisible();
  // The address no longer asks for it.
  await expect(page).toHaveURL(/projects\/[^/?]+$/);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
}

test('a folder that its sync finds to be YOLO is imported by the link that says so', async ({
  kakomi: { page },
}) => {
  await createProject(page);
  await addStorage(page, await yoloFolder());
  await acceptOffer(page);
});

test('so it is where the browser keeps no folders and copies their files', async ({ kakomi: { page } }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'));
  await page.reload();
  await createProject(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose Folder' }).click(),
  ]);
  await chooser.setFiles(await yoloFolder());
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await acceptOffer(page);
});

test('a zip of labels that lies beside the pictures is imported by its own link', async ({
  kakomi: { page },
}) => {
  const folder = await pictureFolder(1);
  const [picture] = await readdir(folder);
  const zip = await zipped({ 'classes.txt': 'polyp', [`labels/${path.parse(picture!).name}.txt`]: LINE });
  await writeFile(path.join(folder, 'labels.zip'), zip);
  await createProject(page);
  await addStorage(page, folder);
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await tray(page).getByRole('link', { name: '“labels.zip” looks like YOLO: import 1 label file?' }).click();
  await expect(
    page.getByRole('dialog').getByText('1 picture, 1 of them in this project; 1 box.'),
  ).toBeVisible();
  await importButton(page).click();
  await expect(tray(page).getByText('annotations 1')).toBeVisible();
});

test('a project that another tab deletes while its import is looked at is told, and nothing is written', async ({
  kakomi: { page, url },
}) => {
  const [first] = await aProjectOf(page, 1);
  const file = await onDisk(`${first}.txt`, LINE);
  const list = await onDisk('classes.txt', 'polyp');
  await page.getByRole('button', { name: 'Import' }).click();
  await drop(page, dropArea(page), [file, list]);
  await expect(page.getByText('1 picture, 1 of them in this project; 1 box.')).toBeVisible();

  const other = await page.context().newPage();
  await other.goto(url);
  await other.getByRole('link', { name: 'kvasir' }).click();
  await other.getByRole('button', { name: 'Settings' }).click();
  await other.getByRole('button', { name: 'Danger Zone' }).click();
  await other.getByRole('button', { name: 'Delete Project' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete Project' }).click();
  await expect(other.getByRole('link', { name: 'kvasir' })).toHaveCount(0);

  await importButton(page).click();
  await expect(tray(page).getByRole('alert')).toContainText('This project does not exist in this browser');
  const rows = await rowsOf(page, 'projects', 'annotations', 'tasks');
  expect(Object.values(rows).flat()).toEqual([]);
});
