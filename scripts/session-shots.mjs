import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { findBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { serve } from './serve.mjs';

/** `node scripts/session-shots.mjs folder [ja-JP] [390]`: one annotation session, picture after picture, as a film would show it. */
const [folder = 'session', locale = 'en-US', width = '1280'] = process.argv.slice(2);
const isNarrow = Number(width) < 720;

if (ensureBuild() !== 0) process.exit(1);
mkdirSync(folder, { recursive: true });
const server = await serve({ root: 'build' });
const browser = await chromium.launch({
  executablePath: findBrowser() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({
  locale,
  viewport: { width: Number(width), height: isNarrow ? 844 : 800 },
  hasTouch: isNarrow,
});
let frame = 0;
const shot = async (/** @type {string} */ name) => {
  await page.waitForTimeout(250);
  await page.screenshot({ path: path.join(folder, `${String((frame += 1)).padStart(2, '0')}-${name}.png`) });
};
const canvas = () => page.getByTestId('canvas');
async function at(/** @type {number} */ x, /** @type {number} */ y) {
  const box = /** @type {{ x: number, y: number }} */ (await canvas().boundingBox());
  const read = async (/** @type {string} */ name) => Number(await canvas().getAttribute(name));
  const scale = await read('data-image-scale');
  return /** @type {const} */ ([
    box.x + (await read('data-image-left')) + x * scale,
    box.y + (await read('data-image-top')) + y * scale,
  ]);
}
async function drag(
  /** @type {readonly [number, number]} */ from,
  /** @type {readonly [number, number]} */ to,
  /** @type {string} */ name,
) {
  await page.mouse.move(...(await at(...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
  await shot(`${name}-half`);
  await page.mouse.move(...(await at(...to)));
  await page.mouse.up();
  await shot(name);
}

await page.goto(server.url);
await page.locator('main button').nth(1).click();
await page.locator('[role=grid] img').first().waitFor();
await page.locator('.bar button').nth(3).or(page.locator('.bar button').last()).first().waitFor();
await page.locator('[role=row]').nth(1).click();
await page.locator('[data-image-scale]').waitFor();
await page.waitForTimeout(600);
await shot('opened');
await drag([80, 80], [220, 200], 'first-box');
await drag([300, 120], [420, 260], 'second-box');
await page.keyboard.press('v');
await page.mouse.click(...(await at(150, 140)));
await shot('selected');
await drag([150, 140], [190, 170], 'moved');
await page.keyboard.press('Alt+m');
await page.keyboard.type('unsure: fold?');
await page.keyboard.press('Escape');
await shot('noted');
if (isNarrow) await page.locator('header .narrow button').click();
await page.keyboard.press('Control+a');
await shot('all-selected');
await page.keyboard.press('Control+z');
await page.keyboard.press('Control+z');
await shot('undone');
await page.keyboard.press('Control+y');
await page.locator('.tools .view-trigger').click();
await page.locator('.view-menu input[type=range]').first().fill('1.6');
await shot('view');
await page.keyboard.press('Escape');
await page.keyboard.press('?');
await shot('keys');
await page.keyboard.press('Escape');
await page.keyboard.press('f');
await page.waitForTimeout(800);
await shot('submitted-next');
await page.keyboard.press('a');
await page.waitForTimeout(500);
if (isNarrow) await page.locator('header .narrow button').click();
await shot('back');
await page.locator('.facts button').click();
await shot('versions');
await browser.close();
await server.close();
