/** @import { Browser, BrowserContext, Page } from 'playwright' */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright';
import { findBrowser } from '../browser.mjs';

const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-breakpad',
  '--disable-hang-monitor',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--password-store=basic',
  '--use-mock-keychain',
  '--lang=en-US',
  '--window-size=1280,900',
  '--remote-debugging-port=0',
];

/** So long a busy machine may take for one step. */
const SLOW_MS = 90_000;

/**
 * A browser on a profile, as a process of its own, so that it can be killed like one.
 *
 * @typedef {{ page: Page, context: BrowserContext, kill: () => Promise<void>, close: () => Promise<void>, isKilled: () => boolean }} Killable
 * @returns {Promise<Killable>}
 */
export async function launch(/** @type {string} */ profile) {
  const child = spawn(
    findBrowser() ?? '',
    [...ARGS, `--user-data-dir=${profile}`, 'about:blank'],
    // A group of its own: renderers and helpers are killed with it.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LANGUAGE: 'en_US' } },
  );
  const ended = once(child, 'exit');
  const endToo = () => end(/** @type {number} */ (child.pid));
  process.once('exit', endToo);
  child.once('exit', () => process.off('exit', endToo));
  const address = await /** @type {Promise<string>} */ (
    new Promise((done, fail) => {
      let said = '';
      child.stderr.on('data', (piece) => {
        said += piece;
        const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (found) done(found);
      });
      child.on('exit', () => fail(new Error(`the browser did not start: ${said.slice(-500)}`)));
    })
  );
  const browser = await chromium.connectOverCDP(address, { timeout: SLOW_MS });
  const context = /** @type {BrowserContext} */ (browser.contexts()[0]);
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(SLOW_MS);
  // Files are handed over as downloads: no dialog of the system stands in the way.
  await context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  let isKilled = false;
  return {
    page,
    context,
    isKilled: () => isKilled,
    /** As a person closes it: everything is on disk. */
    async close() {
      const cdp = await browser.newBrowserCDPSession();
      await cdp.send('Browser.close').catch(() => undefined);
      await ended;
    },
    async kill() {
      if (isKilled) return ended.then(() => undefined);
      isKilled = true;
      end(/** @type {number} */ (child.pid));
      await ended;
      await browser.close().catch(() => undefined);
    },
  };
}

/** The process and everything that it started, at once and without a word. */
function end(/** @type {number} */ pid) {
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
  else process.kill(-pid, 'SIGKILL');
}
