import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser, ensurePickerTools } from './browser.mjs';
import { ensurePackages, run } from './install.mjs';

/** `npm test`: everything. `--quick` leaves out the native picker; `--only check|unit|e2e|kills` runs one part. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : null;
const isQuick = process.argv.includes('--quick');
const wants = (/** @type {string} */ part) => only === null || only === part;
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {{ name: string, ms: number }[]} */
const times = [];
const SLOWEST = 10;

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
    const [program = '', ...rest] = command;
    const status = run(program, rest, env);
    const said = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
    const counts = said ? countsIn(said) : { passed: 0, failed: 0, skipped: 0 };
    if (said) times.push(...timesIn(said));
    total.passed += counts.passed;
    total.skipped += counts.skipped;
    total.failed += status !== 0 && counts.failed === 0 ? 1 : counts.failed;
    return status === 0;
  });
}

/** The reports of Playwright, of the kills and of Vitest. */
function countsIn(/** @type {any} */ report) {
  const { stats, faults } = report;
  if (stats)
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
  if (faults) return { passed: report.good, failed: faults.length, skipped: 0 };
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * How long each test of a report of Vitest or Playwright took.
 *
 * @returns {{ name: string, ms: number }[]}
 */
function timesIn(/** @type {any} */ report) {
  const inSuite = (/** @type {any} */ suite) => [
    ...(suite.specs ?? []).map((/** @type {any} */ spec) => ({
      name: `${spec.file}: ${spec.title}`,
      ms: spec.tests
        .flatMap((/** @type {any} */ test) => test.results)
        .reduce((/** @type {number} */ sum, /** @type {any} */ { duration }) => sum + duration, 0),
    })),
    ...(suite.suites ?? []).flatMap(inSuite),
  ];
  const inFile = (/** @type {any} */ file) =>
    file.assertionResults.map((/** @type {any} */ test) => ({
      name: `${path.relative('.', file.name)}: ${test.fullName}`,
      ms: test.duration ?? 0,
    }));
  return [...(report.suites ?? []).flatMap(inSuite), ...(report.testResults ?? []).flatMap(inFile)];
}

/** A step that was left out, which is no test passed. */
function leaveOut(/** @type {string} */ name) {
  console.log(`\n== ${name}: left out`);
  total.skipped += 1;
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
    [
      'npx',
      '--no-install',
      'vitest',
      'run',
      '--reporter=dot',
      '--reporter=json',
      '--outputFile.json=.cache/unit.json',
    ],
    '.cache/unit.json',
  );
}
if (wants('e2e') || wants('kills')) {
  check('build', ['build']);
}
if (wants('e2e')) {
  check('nothing but our own origin in the build', ['check:build']);
  const browser = ensureBrowser();
  if (browser === null) total.failed += 1;
  else {
    const playwright = ['npx', '--no-install', 'playwright', 'test', '-c', 'tests/e2e/playwright.config.ts'];
    const env = { CHROME_PATH: browser };
    suite('in the browser', [...playwright, '--project=headless'], '.cache/e2e.json', {
      ...env,
      PLAYWRIGHT_JSON_OUTPUT_NAME: path.resolve('.cache/e2e.json'),
    });
    if (isQuick || !ensurePickerTools()) leaveOut('the native picker');
    else {
      suite('the native picker', [...playwright, '--project=picker'], '.cache/picker.json', {
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: path.resolve('.cache/picker.json'),
      });
    }
  }
}
if (wants('kills')) {
  const report = '.cache/kills.json';
  suite('kills', ['node', 'scripts/kills.mjs', '--count', '60', '--root', 'build', '--json', report], report);
}
console.log(`\nThe ${SLOWEST} slowest tests:`);
for (const { name, ms } of times.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST))
  console.log(`${(ms / 1000).toFixed(1).padStart(8)} s  ${name}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
