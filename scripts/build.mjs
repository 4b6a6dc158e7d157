import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './install.mjs';

const MARK = '.cache/build-inputs';
const INPUTS = ['src', 'static', 'package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'];

/** Builds the app, unless what it is made from is as it was at the last build. The answer is an exit status. */
export function ensureBuild() {
  const inputs = inputsHash();
  if (existsSync('build/404.html') && existsSync(MARK) && readFileSync(MARK, 'utf8') === inputs) return 0;
  console.log('Building ...');
  const status = run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn']);
  if (status === 0) {
    mkdirSync('.cache', { recursive: true });
    writeFileSync(MARK, inputs);
  }
  return status;
}

/** Names, sizes and times of everything that goes into a build, and its base path. */
function inputsHash() {
  const hash = createHash('sha256').update(process.env.BASE_PATH ?? '');
  const add = (/** @type {string} */ name) => {
    const { size, mtimeMs } = statSync(name);
    hash.update(`${name}\0${size}\0${mtimeMs}\n`);
  };
  for (const input of INPUTS) {
    if (!statSync(input).isDirectory()) add(input);
    else
      for (const name of readdirSync(input, { recursive: true, encoding: 'utf8' }).sort())
        add(path.join(input, name));
  }
  return hash.digest('hex');
}
