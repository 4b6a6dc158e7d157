import { spawn } from 'node:child_process';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';
import { serve } from './serve.mjs';

const FIRST_PORT = 4173;

ensurePackages();
if (ensureBuild() !== 0) process.exit(1);
const { url, close } = await start(Number(process.env.PORT ?? FIRST_PORT));
console.log(`Kakomi: ${url}`);
console.log('Ctrl+C ends it.');
if (process.stdout.isTTY && !process.env.CI && !process.argv.includes('--no-open')) open(url);
process.on('SIGINT', () => void close().then(() => process.exit(0)));

/** The next free port counts as well. */
async function start(/** @type {number} */ port) {
  for (let tried = port; ; tried += 1) {
    try {
      return await serve({ root: 'build', port: tried, base: process.env.BASE_PATH ?? '' });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE' || tried > port + 20)
        throw error;
    }
  }
}

/** Opens a browser where there is one; nothing is lost where there is none. */
function open(/** @type {string} */ address) {
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', address]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', address];
  const opener = spawn(/** @type {string} */ (command), args, { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}
