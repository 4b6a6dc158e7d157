import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { findBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { serve } from './serve.mjs';

/**
 * `node scripts/screenshots.mjs [folder]`: every screen in both languages, wide and narrow, light and dark.
 * Without a folder: only the picture in the README.
 */
const folder = process.argv[2];
const README_PICTURE = 'scripts/labelling.jpg';
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

if (ensureBuild() !== 0) process.exit(1);
const server = await serve({ root: 'build' });
const browser = await chromium.launch({
  executablePath: findBrowser() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});

async function take(
  /** @type {'en-US' | 'ja-JP'} */ locale,
  /** @type {'wide' | 'narrow'} */ size,
  /** @type {'light' | 'dark'} */ colorScheme,
) {
  const page = await browser.newPage({ locale, viewport: SIZES[size], colorScheme });
  const shot = async (/** @type {string} */ name) => {
    if (folder === undefined) return;
    await page.waitForTimeout(400);
    await page.screenshot({
      path: path.join(folder, `${name}-${locale.slice(0, 2)}-${size}-${colorScheme}.png`),
    });
  };
  await page.goto(server.url);
  await page.locator('main button').first().waitFor();
  await shot('1-projects-empty');
  await page.locator('main button').first().click();
  for (const at of [0, 1, 2]) {
    await page.getByRole('tab').nth(at).click();
    await shot(`2-create-${at + 1}`);
  }
  await page.keyboard.press('Escape');
  await page.locator('main button').nth(1).click();
  await page.locator('[role=grid] img').first().waitFor();
  await shot('3-data-manager');
  await page.locator('.switch label').nth(1).click();
  await shot('3-data-manager-grid');
  await page.locator('.bar button').nth(2).click();
  await page.getByRole('dialog').waitFor();
  await shot('4-export');
  await page.keyboard.press('Escape');
  await page.locator('aside button').click();
  await page.locator('.bar button').nth(3).click();
  for (const at of [0, 1, 2, 3, 4]) {
    await page.locator('.sections button').nth(at).click();
    await shot(`5-settings-${at + 1}`);
  }
  await page.locator('.crumbs a').nth(1).click();
  await page.locator('.bar button').first().click();
  await page.locator('[data-image-scale]').waitFor();
  await page.waitForTimeout(800);
  const { polyps } = await page.evaluate(async () => {
    const truth = await (await fetch('/sample/truth.json')).json();
    const id = truth.images[0].id;
    return {
      polyps: truth.annotations
        .filter((/** @type {any} */ box) => box.image_id === id)
        .map((/** @type {any} */ box) => box.bbox),
    };
  });
  const canvas = page.getByTestId('canvas');
  for (const [x, y, width, height] of polyps) {
    const place = /** @type {{ x: number, y: number }} */ (await canvas.boundingBox());
    const read = async (/** @type {string} */ name) => Number(await canvas.getAttribute(name));
    const [left, top, scale] = [
      place.x + (await read('data-image-left')),
      place.y + (await read('data-image-top')),
      await read('data-image-scale'),
    ];
    await page.mouse.move(left + x * scale, top + y * scale);
    await page.mouse.down();
    await page.mouse.move(left + (x + width) * scale, top + (y + height) * scale, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(200);
  }
  await page.keyboard.press('v');
  await page.waitForTimeout(300);
  await shot('6-labelling');
  if (folder === undefined) await page.screenshot({ path: README_PICTURE, type: 'jpeg', quality: 85 });
  await page.keyboard.press('?');
  await shot('7-keys');
  await page.context().close();
}

if (folder === undefined) {
  await take('en-US', 'wide', 'light');
} else {
  mkdirSync(folder, { recursive: true });
  for (const locale of /** @type {const} */ (['en-US', 'ja-JP']))
    for (const size of /** @type {const} */ (['wide', 'narrow']))
      await take(locale, size, locale === 'en-US' ? 'light' : 'dark');
}
await browser.close();
await server.close();
