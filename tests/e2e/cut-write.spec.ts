import { appendFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { expect, launch, newProfile, test, type Server } from './fixtures';

async function makeProject(server: Server, profile: string, name: string, isThere: readonly string[]) {
  const before = await logsOf(profile);
  const context = await launch(profile);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(server.url);
  for (const other of isThere) await expect(page.getByRole('link', { name: other })).toBeVisible();
  await page.getByRole('button', { name: 'Create Project' }).first().click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  // The first page of a browser starts a fresh log.
  await expect.poll(() => logsOf(profile)).not.toEqual(before);
  await context.close();
}

/** The start of a row that is all that the browser wrote of it: its length says that more follows. */
const CUT_ROW = Buffer.from([0x12, 0x34, 0x56, 0x78, 0x2c, 0x04, 0x01]);

/** The files that the browser appends its rows to; before the first start none. */
async function logsOf(profile: string): Promise<readonly string[]> {
  const folder = path.join(profile, 'Default', 'IndexedDB');
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files.filter((file) => file.endsWith('.log')).map((file) => path.join(folder, file));
}

test('a browser that was killed in the middle of a write keeps the projects at every later start', async () => {
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  try {
    await makeProject(server, profile, 'first', []);
    for (const log of await logsOf(profile)) await appendFile(log, CUT_ROW);
    await makeProject(server, profile, 'second', ['first']);
    await makeProject(server, profile, 'third', ['first', 'second']);
  } finally {
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test('a browser that threw the projects away is told from a first visit, in both languages', async () => {
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  try {
    await makeProject(server, profile, 'first', []);
    await rm(path.join(profile, 'Default', 'IndexedDB'), { recursive: true });
    for (const [language, title] of [
      ['en-US', /^A project is gone\. It was here on /],
      ['ja-JP', /^1 件のプロジェクトが見つかりません。/],
    ] as const) {
      const context = await launch(profile, { language });
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(server.url);
      const told = page.getByRole('alert').filter({ hasText: title });
      await expect(told).toBeVisible();
      await told.getByRole('button').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.press('Escape');
      if (language === 'ja-JP') {
        await told.getByRole('button').last().click();
        await expect(told).toHaveCount(0);
        await page.reload();
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.getByText('プロジェクトはまだありません')).toBeVisible();
        await expect(told).toHaveCount(0);
      }
      await context.close();
    }
  } finally {
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
});
