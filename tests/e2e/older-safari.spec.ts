import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { smallModel } from '../fixtures/small-model';
import { expect, launch, newProfile, test as base, watch } from './fixtures';
import { canvasReady, openFirst, regions, submitBox } from './steps';
import { exportAs, readExport, withoutSavePicker } from './zip';

/** Stands before every script of the page, of its workers and of theirs, as if the browser were Safari 17 or 18. */
const OLDER = `if (globalThis.FileSystemFileHandle) delete FileSystemFileHandle.prototype.createWritable;\n`;

const test = base.extend<{ olderBuild: string }>({
  // eslint-disable-next-line no-empty-pattern
  olderBuild: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-older-'));
    await cp('build', folder, { recursive: true });
    for (const file of await readdir(folder, { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const script = path.join(folder, file);
      await writeFile(script, OLDER + (await readFile(script, 'utf8')));
    }
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

test.setTimeout(240_000);

/** Paths and lengths of everything in the origin private file system. */
const storedFiles = (page: Page) =>
  page.evaluate(async () => {
    const found: (readonly [path: string, length: number])[] = [];
    const walk = async (directory: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      for await (const entry of directory.values())
        if (entry.kind === 'directory') await walk(entry, `${prefix}${entry.name}/`);
        else found.push([prefix + entry.name, (await entry.getFile()).size]);
    };
    await walk(await navigator.storage.getDirectory(), '');
    return found;
  });

test('without createWritable the sample, an export, a backup, its restore and a model work', async ({
  olderBuild,
}) => {
  const server = await serve({ root: olderBuild });
  const profiles = [await newProfile(), await newProfile()] as const;
  const problems: string[] = [];
  const start = async (profile: string) => {
    const context = await launch(profile);
    watch(context, [], problems);
    const page = context.pages()[0] ?? (await context.newPage());
    await withoutSavePicker(page);
    await page.goto(server.url);
    await expect(page.getByRole('button', { name: 'Restore Backup' })).toBeVisible();
    expect(await page.evaluate(() => 'createWritable' in FileSystemFileHandle.prototype)).toBe(false);
    return { context, page };
  };
  try {
    const first = await start(profiles[0]);
    const { page } = first;
    await page.getByRole('button', { name: 'Try the sample project' }).click();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Model', exact: true }).click();
    const detector = page.getByRole('heading', { name: 'Sample detector' });
    await expect(detector).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Remove Sample detector' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(detector).toHaveCount(0);
    await page.getByRole('button', { name: 'Connect Model' }).click();
    const model = { name: 'small.onnx', mimeType: 'application/octet-stream', buffer: smallModel() };
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles([model]);
    await expect(page.getByRole('img', { name: /boxes$/ })).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Validate and Save' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible();

    await page.getByRole('navigation').getByRole('link', { name: 'Sample: polyps' }).click();
    await openFirst(page);
    const box = await submitBox(page);
    const exported = await readExport(await exportAs(page, 'COCO with Images'));
    expect(exported.coco.annotations).toHaveLength(1);
    for (const [at, value] of [box.x, box.y, box.width, box.height].entries())
      expect(exported.coco.annotations[0]!.bbox[at]).toBeCloseTo(value, 0);
    const picture = await readFile('static/sample/pictures/mucosa-001.jpg');
    expect(await exported.zip.file('images/mucosa-001.jpg')!.async('nodebuffer')).toEqual(picture);

    await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'Back Up', exact: true }).click();
    await expect(page.getByLabel('With the pictures')).toBeChecked();
    const [backup] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('dialog').getByRole('button', { name: 'Back Up', exact: true }).click(),
    ]);
    const kept = await backup.path();
    // Nothing that was only being written is left, and no file is empty.
    const files = await storedFiles(page);
    expect(files.filter(([name]) => name.startsWith('sources/'))).toHaveLength(24);
    expect(files.filter(([name, length]) => name.startsWith('writing/') || length === 0)).toEqual([]);

    // What a tab left that was closed while it wrote is gone after the next start.
    await page.evaluate(async () => {
      const parts = await (await navigator.storage.getDirectory()).getDirectoryHandle('writing');
      await parts.getFileHandle('left-over', { create: true });
    });
    await page.reload();
    // A file that is swept while the files are listed cannot be read.
    await expect(async () => {
      expect((await storedFiles(page)).filter(([name]) => name.startsWith('writing/'))).toEqual([]);
    }).toPass();

    const second = await start(profiles[1]);
    await second.page.getByRole('button', { name: 'Restore Backup' }).click();
    const [chooser] = await Promise.all([
      second.page.waitForEvent('filechooser'),
      second.page.getByRole('button', { name: 'Choose Backup' }).click(),
    ]);
    await chooser.setFiles(kept);
    await second.page.getByRole('button', { name: 'Restore', exact: true }).click();
    await second.page.getByRole('link', { name: 'Sample: polyps' }).click();
    await expect(second.page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
    await second.page.getByRole('row').nth(1).click();
    await canvasReady(second.page);
    await expect(regions(second.page)).toHaveCount(1);
    await first.context.close();
    await second.context.close();
    expect(problems, 'nothing is complained of in the console').toEqual([]);
  } finally {
    await server.close();
    for (const profile of profiles) await rm(profile, { recursive: true, force: true });
  }
});
