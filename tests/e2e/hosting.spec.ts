import type { Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { expect, launch, newProfile, test, watch } from './fixtures';
import { canvasReady, drawBox, openSample, regions, saved, viewOf } from './steps';
import { exportAs, readExport, withoutSavePicker } from './zip';

const BASE = '/kakomi';

/** A build of its own for a sub-path, as on the project pages of a static host. */
const build = (folder: string, version: string) =>
  execFileSync('npx', ['--no-install', 'vite', 'build', '--logLevel', 'error'], {
    env: { ...process.env, BASE_PATH: BASE, BUILD_DIR: folder, BUILD_ID: version },
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });

/** The files whose names carry a hash of their content. */
const hashed = async (folder: string): Promise<readonly string[]> =>
  (await readdir(path.join(folder, '_app/immutable'), { recursive: true })).filter((name) =>
    name.endsWith('.js'),
  );

/** Which of these files the browser keeps. */
const kept = (page: Page, names: readonly string[]) =>
  page.evaluate(
    async ([names, base]) => {
      const found = await Promise.all(names.map((name) => caches.match(`${base}/_app/immutable/${name}`)));
      return found.filter((response) => response !== undefined).length;
    },
    [names, BASE] as const,
  );

test('below a sub-path it works; a new version waits until it is asked for, and an old tab keeps all its parts', async () => {
  test.setTimeout(240_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-build-'));
  const profile = await newProfile();
  build(folder, 'one');
  let server = await serve({ root: folder, base: BASE, plain: true });
  const { port, url } = server;
  const context = await launch(profile);
  const requests: string[] = [];
  const problems: string[] = [];
  watch(context, requests, problems);
  const old = context.pages()[0]!;
  await withoutSavePicker(old);
  await old.goto(url);
  await expect
    .poll(() => old.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 30_000 })
    .toBe(true);
  await openSample(old);
  await drawBox(old, [100, 100], [160, 150]);
  await saved(old);
  const task = old.url();
  expect(task).toContain(`${BASE}/projects/`);
  const manifest = await old.evaluate(
    () => document.querySelector<HTMLLinkElement>('link[rel=manifest]')!.href,
  );
  expect(manifest).toBe(`${url}manifest.webmanifest`);

  await server.close();
  const before = await hashed(folder);
  build(folder, 'two');
  const after = new Set(await hashed(folder));
  const gone = before.filter((name) => !after.has(name));
  expect(gone.length).toBeGreaterThan(5);
  server = await serve({ root: folder, base: BASE, plain: true, port });
  const page = await context.newPage();
  await page.goto(task);
  await expect(page.getByText('A new version of Kakomi is ready.')).toBeVisible({ timeout: 30_000 });
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await page.evaluate(() => Reflect.set(window, 'isOld', true));
  // Whoever goes on working is not loaded anew under the hand.
  const { scale } = await viewOf(page);
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, -100);
  await expect.poll(async () => (await viewOf(page)).scale).toBeGreaterThan(scale);
  expect(await page.evaluate(() => Boolean(Reflect.get(window, 'isOld')))).toBe(true);
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect
    .poll(() => page.evaluate(() => Boolean(Reflect.get(window, 'isOld'))).catch(() => true))
    .toBe(false);
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await expect(page.getByText('A new version of Kakomi is ready.')).toHaveCount(0);

  // The old tab lives on under the new service worker: its lazy parts and workers are there, also without a host.
  await server.close();
  const keptThen = await kept(old, gone);
  expect(keptThen).toBeGreaterThan(5);
  await old.getByRole('button', { name: 'Submit', exact: true }).click();
  await old.waitForURL((next) => next.href !== task);
  await old.getByRole('link', { name: 'Sample: polyps' }).click();
  const { coco } = await readExport(await exportAs(old, 'COCO'));
  expect(coco.annotations).toHaveLength(1);
  expect(await kept(old, gone)).toBe(keptThen);
  server = await serve({ root: folder, base: BASE, plain: true, port });
  await old.evaluate(() => Reflect.set(window, 'isOld', true));
  await old.getByRole('button', { name: 'Update now' }).click();
  await expect
    .poll(() => old.evaluate(() => Boolean(Reflect.get(window, 'isOld'))).catch(() => true))
    .toBe(false);
  // With its last tab the old version's files go.
  await expect.poll(() => kept(page, gone)).toBe(0);
  await expect(old.getByText('A new version of Kakomi is ready.')).toHaveCount(0);

  expect(problems).toEqual([]);
  expect(requests.filter((address) => !address.startsWith(url) && !/^(blob|data):/.test(address))).toEqual(
    [],
  );
  await context.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});
