import JSZip from 'jszip';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { canvasReady, drawBox, drop, openSample, regions, saved, submitBox } from './steps';
import { exportAs, readExport, withoutSavePicker } from './zip';

/** The sample with one box on its first picture, submitted; ends on the list. */
async function sampleWithABox(page: Page) {
  await withoutSavePicker(page);
  await page.reload();
  await openSample(page);
  return submitBox(page);
}

const inFolder = async (name: string, text: string): Promise<string> => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), name);
  await writeFile(file, text);
  return file;
};

test('YOLO with pictures in parts, and Label Studio’s JSON in one file', async ({ kakomi: { page } }) => {
  const box = await sampleWithABox(page);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: 'YOLO with Images', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Split into train / valid / test' }).check();
  await expect(page.getByRole('region', { name: 'Check before export' })).toContainText('1 picture, 1 box');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  const zip = await JSZip.loadAsync(await readFile(await download.path()), { checkCRC32: true });
  expect(Object.keys(zip.files).sort()).toEqual([
    'classes.txt',
    'data.yaml',
    'train/images/mucosa-001.jpg',
    'train/labels/mucosa-001.txt',
  ]);
  const [, x, , width] = (await zip.file('train/labels/mucosa-001.txt')!.async('string'))
    .split(' ')
    .map(Number);
  expect([x! * 640, width! * 640]).toEqual([
    expect.closeTo(box.x + box.width / 2, 0),
    expect.closeTo(box.width, 0),
  ]);

  const json = await exportAs(page, 'JSON');
  expect(json.suggestedFilename()).toMatch(/^Sample_ polyps-json-.*\.json$/);
  expect(JSON.parse(await readFile(await json.path(), 'utf8'))).toMatchObject([
    { data: { image: '/data/local-files/?d=mucosa-001.jpg' } },
  ]);
});

test('unsent changes are counted before an export, and go along by choice', async ({ kakomi: { page } }) => {
  await sampleWithABox(page);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [200, 200], [260, 250]);
  await saved(page);
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  const boxesOf = async (press: string) => {
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('radio', { name: 'COCO', exact: true }).check();
    const dialog = page.getByRole('dialog');
    if (press !== 'Export')
      await expect(dialog.getByRole('alert')).toContainText('1 picture has unsent changes.');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: press, exact: true }).click(),
    ]);
    return (await readExport(download)).coco.annotations.length;
  };
  expect(await boxesOf('Export the last version')).toBe(1);
  await expect(page.getByRole('row').nth(1)).toContainText('Draft');
  expect(await boxesOf('Update and export')).toBe(2);
  await expect(page.getByRole('row').nth(1)).not.toContainText('Draft');
  expect(await boxesOf('Export')).toBe(2);
});

test('what went well leaves by itself, each in its own time', async ({ kakomi: { page } }) => {
  await sampleWithABox(page);
  const done = page.getByRole('complementary', { name: 'Long work' }).getByText(/^Done/);
  await exportAs(page, 'JSON');
  await exportAs(page, 'CSV');
  await expect(done.first()).toBeVisible();
  await expect(done).toHaveCount(0, { timeout: 14_000 });
});

test('what was chosen for an export stays while another tab changes the list', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  const task = page.url();
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  const coco = page.getByRole('radio', { name: 'COCO', exact: true });
  await coco.check();
  const other = await page.context().newPage();
  await other.goto(task);
  await canvasReady(other);
  await other.getByRole('button', { name: 'Submit Empty' }).click();
  await other.waitForURL((url) => url.href !== task);
  // The day when it was submitted.
  await expect(page.getByRole('row', { name: /^Task 1:/, includeHidden: true })).toContainText(/, 20\d\d/);
  await expect(coco).toBeChecked();
});

test('a dropped COCO file is recognised, previewed and taken in, twice the same', async ({
  kakomi: { page },
}) => {
  await sampleWithABox(page);
  const name = '<img src=x onerror="document.title=1">';
  const image = (id: number) => ({ id, file_name: `images/mucosa-00${id}.jpg`, width: 640, height: 512 });
  const file = await inFolder(
    'theirs.json',
    JSON.stringify({
      images: [image(2), image(3), { ...image(9), file_name: 'gone.jpg' }],
      categories: [
        { id: 1, name: 'polyp' },
        { id: 2, name },
      ],
      annotations: [
        { id: 1, image_id: 2, category_id: 1, bbox: [10, 20, 100, 90] },
        { id: 2, image_id: 2, category_id: 2, bbox: [200, 20, 100, 90] },
        { id: 3, image_id: 99, category_id: 1, bbox: [1, 1, 1, 1] },
      ],
    }),
  );
  const take = async () => {
    await page.getByRole('button', { name: 'Import' }).click();
    await drop(page, page.getByRole('group', { name: /^Drop a file/ }), [file]);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('3 pictures, 2 of them in this project; 2 boxes.')).toBeVisible();
    await expect(dialog.getByText('1 not in this project')).toBeVisible();
    await expect(dialog.getByRole('rowheader', { name })).toBeVisible();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  };
  await take();
  await expect(page.getByText('annotations 2')).toBeVisible();
  await page.getByRole('button', { name: /^Dismiss theirs/ }).click();
  await take();
  await expect(page.getByText('there already 2')).toBeVisible();
  await page.getByRole('row').nth(2).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(2);
  await expect(page.getByRole('radio', { name })).toBeVisible();
  expect(await page.title()).not.toBe('1');
});

test('a file that is cut off says where, and nothing is changed', async ({ kakomi: { page } }) => {
  await sampleWithABox(page);
  await page.getByRole('button', { name: 'Import' }).click();
  const file = await inFolder(
    'half.json',
    '{"images":[{"id":1,"file_name":"mucosa-002.jpg"}],"categories":[{"id":1,',
  );
  await drop(page, page.getByRole('group', { name: /^Drop a file/ }), [file]);
  await expect(page.getByRole('alert').filter({ hasText: 'half.json' })).toContainText(
    'it ends too early. Nothing was changed.',
  );
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
});

test('a backup with a passphrase comes back beside what is here', async ({ kakomi: { page } }) => {
  await sampleWithABox(page);
  await page.goto(page.url().replace(/projects\/.*/, ''));
  await page.getByRole('button', { name: 'Back Up', exact: true }).click();
  // So small a project takes its pictures along unless they are taken out.
  await expect(page.getByLabel('With the pictures')).toBeChecked();
  await page.getByLabel('Passphrase (optional)').fill('open sesame');
  await page.getByLabel('Passphrase again').fill('open sesame');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Back Up', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^kakomi-backup-.*\.kakomi$/);

  await page.getByRole('button', { name: 'Restore Backup' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose Backup' }).click(),
  ]);
  await chooser.setFiles(await download.path());
  await page.getByLabel('Passphrase', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(
    page.getByText('This passphrase does not open the backup. Nothing was changed.'),
  ).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill('open sesame');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByText('Sample: polyps: 24 tasks (is here already)')).toBeVisible();
  await page.getByRole('radio', { name: 'Beside what is here' }).check();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('link', { name: 'Sample: polyps (2)' }).click();
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
});
