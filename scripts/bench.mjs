import { writeFileSync } from 'node:fs';
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';

/**
 * `npm run bench [-- --only PATTERN] [--json FILE] [--runs N]`: the built app in the real browser, beside the bare
 * limit. Fewer runs than RUNS are for a first look.
 */
const option = (/** @type {string} */ name) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;

ensurePackages();
if (ensureBuild() !== 0 || ensureBrowser() === null) process.exit(1);
const { median, RUNS, spin } = await import('./bench/measure.mjs');
const { ROWS } = await import('./bench/rows.mjs');

const pattern = new RegExp(option('--only') ?? '');
const runs = Number(option('--runs') ?? RUNS);
const results = [];
console.log('| row | value | bare limit | ratio | goal | met | spin loop, best..worst ms |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const row of ROWS.filter(({ name }) => pattern.test(name))) {
  const samples = [];
  const spins = [];
  for (let run = 0; run < runs; run += 1) {
    samples.push(await row.sample());
    spins.push(spin());
  }
  const value = median(samples.map((sample) => sample.value));
  const limits = samples.flatMap(({ limit }) => (limit === null ? [] : [limit]));
  const limit = limits.length === 0 ? null : median(limits);
  const ratio = limit === null ? null : value / limit;
  const met = row.isMet(value, limit);
  results.push({ name: row.name, value, unit: row.unit, limit, ratio, goal: row.goal, met });
  const shown = (/** @type {number | null} */ number) => (number === null ? '' : number.toFixed(1));
  console.log(
    `| ${row.name} | ${shown(value)} ${row.unit} | ${shown(limit)} | ${ratio === null ? '' : ratio.toFixed(2)} | ${row.goal} | ${met ? 'yes' : 'NO'} | ${Math.min(...spins).toFixed(0)}..${Math.max(...spins).toFixed(0)} |`,
  );
}
const file = option('--json');
if (file !== undefined) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
