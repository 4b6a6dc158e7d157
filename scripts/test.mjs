import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser, ensurePickerTools } from './browser.mjs';
import { ensurePackages, run } from './install.mjs';

/** `npm test`: everything. `--quick` leaves out the native picker; `--only check|unit|e2e` runs one part. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : null;
const isQuick = process.argv.includes('--quick');
const wants = (/** @type {string} */ part) => only === null || only === part;
const total = { passed: 0, failed: 0 };

function step(/** @type {string} */ name, /** @type {() => boolean} */ work) {
  const start = performance.now();
  console.log(`\n== ${name}`);
  const isGood = work();
  console.log(
    `== ${name}: ${isGood ? 'good' : 'FAILED'}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return isGood;
}

/** A step that counts as one test. */
function check(/** @type {string} */ name, /** @type {string[]} */ command) {
  const isGood = step(name, () => run('npm', ['run', '--silent', ...command]) === 0);
  total[isGood ? 'passed' : 'failed'] += 1;
}

/** A runner that says in a JSON file how many of its tests passed; one that never got there failed once. */
function suite(
  /** @type {string} */ name,
  /** @type {string[]} */ command,
  /** @type {string} */ report,
  /** @type {NodeJS.ProcessEnv} */ env = {},
) {
  rmSync(report, { force: true });
  step(name, () => {
    const status = run('npx', ['--no-install', ...command], env);
    const counts = existsSync(report)
      ? countsIn(JSON.parse(readFileSync(report, 'utf8')))
      : { passed: 0, failed: 0 };
    total.passed += counts.passed;
    total.failed += status !== 0 && counts.failed === 0 ? 1 : counts.failed;
    return status === 0;
  });
}

/** Vitest's and Playwright's reports. */
function countsIn(/** @type {any} */ report) {
  if (report.stats)
    return { passed: report.stats.expected, failed: report.stats.unexpected + report.stats.flaky };
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

ensurePackages();
mkdirSync('.cache', { recursive: true });
if (wants('check')) {
  check('format', ['check:format']);
  check('lint', ['check:lint']);
  check('types of the app', ['check:svelte']);
  check('types of the rooms', ['check:rooms']);
}
if (wants('unit')) {
  suite(
    'unit tests',
    ['vitest', 'run', '--reporter=dot', '--reporter=json', '--outputFile.json=.cache/unit.json'],
    '.cache/unit.json',
  );
}
if (wants('e2e')) {
  check('build', ['build']);
  check('nothing but our own origin in the build', ['check:build']);
  const browser = ensureBrowser();
  if (browser === null) total.failed += 1;
  else {
    const playwright = ['playwright', 'test', '-c', 'tests/e2e/playwright.config.ts'];
    const env = { CHROME_PATH: browser };
    suite('in the browser', [...playwright, '--project=headless'], '.cache/e2e.json', {
      ...env,
      PLAYWRIGHT_JSON_OUTPUT_NAME: path.resolve('.cache/e2e.json'),
    });
    if (!isQuick && ensurePickerTools()) {
      suite('the native picker', [...playwright, '--project=picker'], '.cache/picker.json', {
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: path.resolve('.cache/picker.json'),
      });
    }
  }
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
