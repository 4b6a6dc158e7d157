import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';
import {
  addStorage,
  canvasReady,
  createProject,
  drawBox,
  drop,
  pictureFolder,
  regions,
  saved,
  syncStorage,
} from './steps';

test('files that are no pictures, cut off or empty say so, and the rest goes on', async ({
  kakomi: { page },
}) => {
  const folder = await pictureFolder(1);
  const whole = await readFile(path.join(folder, await firstName(folder)));
  await writeFile(path.join(folder, 'a-half.jpg'), whole.subarray(0, whole.length / 2));
  await writeFile(path.join(folder, 'a-text.png'), 'this is no picture');
  await writeFile(path.join(folder, 'a-zero.jpg'), '');
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 4);
  for (const [row, words] of [
    [1, 'a-half.jpg” is cut off'],
    [2, 'a-text.png” is not a kind of picture'],
    [3, 'a-zero.jpg” is empty'],
  ] as const) {
    await page.getByRole('row').nth(row).click();
    await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await page.getByRole('link', { name: 'kvasir' }).click();
    await expect(page.getByRole('row').nth(row)).toContainText('Cannot be shown');
  }
  await page.getByRole('row').nth(4).click();
  await canvasReady(page);
});

test('a file that went away is missing, keeps its boxes, and comes back', async ({ kakomi: { page } }) => {
  const folder = await pictureFolder(2);
  const name = await firstName(folder);
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, 2);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await saved(page);
  await rename(path.join(folder, name), path.join(folder, '..', name));
  await page.getByRole('link', { name: 'kvasir' }).click();
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await expect(page.getByText('1 missing picture')).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('Missing');
  await rename(path.join(folder, '..', name), path.join(folder, name));
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await expect(page.getByText('1 restored picture')).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('row').nth(1)).not.toContainText('Missing');
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
});

test('a folder without pictures, and filters that are wrong or never end, are told apart', async ({
  kakomi: { page },
}) => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'notes');
  await mkdir(folder);
  await writeFile(path.join(folder, 'notes.txt'), 'hello');
  await writeFile(path.join(folder, `${'a'.repeat(40)}!.jpg`), 'x');
  await createProject(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await drop(page, page.getByRole('group', { name: 'Choose Folder' }), [folder]);
  const filter = page.getByRole('textbox', { name: 'File Filter Regex' });
  const check = page.getByRole('button', { name: 'Check Connection' });

  await filter.fill('.*(jpe?g|png');
  await check.click();
  await expect(page.getByText('Unterminated group, at character 13')).toBeVisible();
  await filter.fill('(a+)+b');
  await check.click();
  await expect(page.getByText('The filter takes too long')).toBeVisible();
  await filter.fill('.*png');
  await check.click();
  await expect(page.getByText('There is no picture in this folder.')).toBeVisible();
  await expect(page.getByText('txt 1')).toBeVisible();
  await rm(folder, { recursive: true });
});

test('an empty name and a label that stands twice are said beside the field', async ({
  kakomi: { page },
}) => {
  await page.getByRole('button', { name: 'Create Project' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Give the project a name.')).toBeVisible();
  await page.getByRole('tab', { name: 'Labeling Setup' }).click();
  await page.getByRole('textbox', { name: 'Add label names' }).fill('Car');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('There is a label called “Car” already.')).toBeVisible();
});

test('a browser that lacks something says what', async ({ kakomi: { page } }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'OffscreenCanvas'));
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This browser cannot run Kakomi' })).toBeVisible();
  await expect(page.getByText('OffscreenCanvas')).toBeVisible();
});

test('without the File System Access API pictures are copied in, and stay, also with the server gone', async ({
  kakomi: { page, server },
}) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showDirectoryPicker');
    Reflect.deleteProperty(window, 'showSaveFilePicker');
  });
  await page.reload();
  await createProject(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose Folder' }).click(),
  ]);
  await chooser.setFiles(await pictureFolder(3));
  await page.getByRole('button', { name: 'Check Connection' }).click();
  await expect(page.getByText('Successfully connected!')).toBeVisible();
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await expect(page.getByText('Done: copied 3')).toBeVisible();
  await syncStorage(page, 3);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await server.close();
  await page.reload();
  await page.getByRole('row').nth(2).click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await saved(page);
  await page.reload();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'kvasir' }).click();
  await page.getByRole('button', { name: 'Sync Storage' }).click();
  await expect(page.getByText('Done: new 0')).toBeVisible();
});

test('a copied folder chosen again shows what is new and gone first; also with the server gone', async ({
  kakomi: { page, server },
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'));
  await page.reload();
  await createProject(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  const folder = await pictureFolder(3);
  const choose = async (button: string) => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: button }).click(),
    ]);
    await chooser.setFiles(folder);
  };
  await choose('Choose Folder');
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await expect(page.getByText('Done: copied 3')).toBeVisible();
  await syncStorage(page, 3);
  await expect(page.getByText('Reading sizes')).toHaveCount(0);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await server.close();
  await page.reload();

  const gone = await firstName(folder);
  await copyFile(path.join(folder, gone), path.join(folder, 'twin.jpg'));
  await appendFile(path.join(folder, 'twin.jpg'), 'another picture');
  await rm(path.join(folder, gone));
  await page.getByRole('button', { name: 'Settings' }).click();
  await choose('Choose Folder');
  const preview = page.getByRole('dialog');
  await expect(preview.getByRole('region', { name: '1 picture not found' })).toContainText(gone);
  await expect(preview.getByRole('region', { name: '1 new picture' })).toContainText('twin.jpg');
  await preview.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByText('Tasks 4 (1 new), 1 missing')).toBeVisible();
  await page.getByRole('link', { name: 'kvasir' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
  await page.getByRole('row').nth(4).click();
  await canvasReady(page);
});

async function firstName(folder: string): Promise<string> {
  return (await readdir(folder)).sort()[0]!;
}
