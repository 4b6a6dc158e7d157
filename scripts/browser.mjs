import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const NAMES = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'msedge',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((root) =>
    root
      ? [
          path.join(root, 'Google/Chrome/Application/chrome.exe'),
          path.join(root, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [],
  ),
];

const onPath = (/** @type {string} */ name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));

/** An installed Chrome, Chromium or Edge; CHROME_PATH overrules. Null: there is none. */
export function findBrowser() {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  return NAMES.map(onPath).find(Boolean) ?? PLACES.find((place) => existsSync(place)) ?? null;
}

/** The browser, installed first where that is allowed. Null, with one line that says what to install. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (install(['chromium'])) return findBrowser();
  console.error('No browser for the tests: install Chrome, Chromium or Edge, or set CHROME_PATH.');
  return null;
}

const PICKER_TOOLS = ['Xvfb', 'openbox', 'xdotool'];

/** What drives the browser's own folder picker on a screen that nobody sees (Linux only). */
export function ensurePickerTools() {
  if (process.platform !== 'linux') return false;
  if (PICKER_TOOLS.every(onPath)) return true;
  if (install(['xvfb', 'openbox', 'xdotool']) && PICKER_TOOLS.every(onPath)) return true;
  console.log('Left out: the tests of the native folder picker; they need xvfb, openbox and xdotool.');
  return false;
}

/** Debian's packages, where this is a Debian and we are its root. */
function install(/** @type {string[]} */ packages) {
  if (!onPath('apt-get') || process.getuid?.() !== 0) return false;
  console.log(`Installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ ...args) =>
    spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}
