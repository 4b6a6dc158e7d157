import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { expect, launch, newProfile, test, watch } from './fixtures';
import { canvasReady, drawBox, openSample, regions, saved } from './steps';

const BASE = '/kakomi';

/** A build of its own for a sub-path, as on the project pages of a static host. */
const build = (folder: string, version: string) =>
  execFileSync('npx', ['--no-install', 'vite', 'build', '--logLevel', 'error'], {
    env: { ...process.env, BASE_PATH: BASE, BUILD_DIR: folder, BUILD_ID: version },
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });

test('below a sub-path it works, and a new version waits until it is asked for', async () => {
  test.setTimeout(180_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-build-'));
  const profile = await newProfile();
  build(folder, 'one');
  let server = await serve({ root: folder, base: BASE, plain: true });
  const { port, url } = server;
  const context = await launch(profile);
  const requests: string[] = [];
  const problems: string[] = [];
  watch(context, requests, problems);
  const page = context.pages()[0]!;
  await page.goto(url);
  await expect
    .poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 30_000 })
    .toBe(true);
  await openSample(page);
  await drawBox(page, [100, 100], [160, 150]);
  await saved(page);
  const task = page.url();
  expect(task).toContain(`${BASE}/projects/`);
  const manifest = await page.evaluate(
    () => document.querySelector<HTMLLinkElement>('link[rel=manifest]')!.href,
  );
  expect(manifest).toBe(`${url}manifest.webmanifest`);

  await server.close();
  build(folder, 'two');
  server = await serve({ root: folder, base: BASE, plain: true, port });
  await page.reload();
  await expect(page.getByText('A new version of Kakomi is ready.')).toBeVisible({ timeout: 30_000 });
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await page.evaluate(() => Reflect.set(window, 'isOld', true));
  await page.waitForTimeout(1500);
  expect(await page.evaluate(() => Boolean(Reflect.get(window, 'isOld')))).toBe(true);
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect
    .poll(() => page.evaluate(() => Boolean(Reflect.get(window, 'isOld'))).catch(() => true))
    .toBe(false);
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await expect(page.getByText('A new version of Kakomi is ready.')).toHaveCount(0);

  expect(problems).toEqual([]);
  expect(requests.filter((address) => !address.startsWith(url) && !/^(blob|data):/.test(address))).toEqual(
    [],
  );
  await context.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});
