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
/** What is clicked, as it is called on the screens. */
const WORDS = {
  create: { 'en-US': 'Create Project', 'ja-JP': 'プロジェクト作成' },
  sample: { 'en-US': 'Try the sample project', 'ja-JP': 'サンプルプロジェクトを試す' },
  actions: { 'en-US': 'Actions', 'ja-JP': '操作' },
  columns: { 'en-US': 'Columns', 'ja-JP': '列' },
  filters: { 'en-US': 'Filters', 'ja-JP': 'フィルター' },
  order: { 'en-US': 'Order by', 'ja-JP': '並べ替え' },
  label: { 'en-US': 'Label All Tasks', 'ja-JP': 'すべてラベル付け' },
  import: { 'en-US': 'Import', 'ja-JP': 'インポート' },
  export: { 'en-US': 'Export', 'ja-JP': 'エクスポート' },
  settings: { 'en-US': 'Settings', 'ja-JP': '設定' },
};
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
  const button = (/** @type {keyof typeof WORDS} */ word) =>
    page.getByRole('button', { name: WORDS[word][locale], exact: true }).first();
  const menu = async (/** @type {keyof typeof WORDS} */ word, /** @type {string} */ name) => {
    await button(word).click();
    await shot(name);
    await page.keyboard.press('Escape');
  };
  await page.goto(server.url);
  await button('create').waitFor();
  await shot('1-projects-empty');
  await button('create').click();
  for (const at of [0, 1, 2]) {
    await page.getByRole('tab').nth(at).click();
    await shot(`2-create-${at + 1}`);
  }
  await page.keyboard.press('Escape');
  await button('sample').click();
  await page.locator('[role=grid] img').first().waitFor();
  await shot('3-data-manager');
  await menu('filters', '3-filters');
  await menu('columns', '3-columns');
  await menu('order', '3-order');
  await page.getByRole('radiogroup').locator('label').nth(1).click();
  await shot('3-data-manager-grid');
  await page.getByRole('checkbox').nth(1).check({ force: true });
  await menu('actions', '3-actions');
  await menu('export', '4-export');
  await menu('import', '4-import');
  await button('settings').click();
  const sections = page.locator('.sections button');
  await sections.first().waitFor();
  for (let at = 0; at < (await sections.count()); at += 1) {
    await sections.nth(at).click();
    await shot(`5-settings-${at + 1}`);
  }
  await page.locator('.crumbs a').nth(1).click();
  await button('label').click();
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
