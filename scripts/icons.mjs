import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { findBrowser } from './browser.mjs';

/** Makes the PNG icons from the SVG. The maskable one has its mark inside the circle that systems may cut. */
const svg = readFileSync('static/icons/icon.svg', 'utf8');
const ICONS = [
  { name: 'icon-180', size: 180, scale: 1 },
  { name: 'icon-192', size: 192, scale: 1 },
  { name: 'icon-512', size: 512, scale: 1 },
  { name: 'icon-maskable-512', size: 512, scale: 0.72 },
];

const browser = await chromium.launch({
  executablePath: findBrowser() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const { name, size, scale } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const ground = scale < 1 ? '#1f6661' : 'transparent';
  const inner = size * scale;
  await page.setContent(
    `<body style="margin:0;background:${ground};display:grid;place-content:center;height:100vh"><div style="width:${inner}px;height:${inner}px">${svg}</div>`,
  );
  await page.screenshot({ path: `static/icons/${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
