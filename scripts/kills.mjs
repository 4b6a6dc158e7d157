import { writeFileSync } from 'node:fs';
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';
import { serve } from './serve.mjs';

/**
 * `npm run kills [-- --count N] [--seed N] [--only ACTIVITY] [--lanes N] [--json FILE] [--root FOLDER]`: kills a real browser at random
 * moments of everything that writes, opens it again and looks: nothing that the app said was done may be missing, and
 * the project's own check has to find all counts right. Ends with 1 where it does not. `--root`: an app that is built
 * already; else it is built first.
 */
const option = (/** @type {string} */ name) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;

ensurePackages();
const root = option('--root');
if ((root === undefined && ensureBuild() !== 0) || ensureBrowser() === null) process.exit(1);
const { ACTIVITIES } = await import('./kills/activities.mjs');
const { Lane, prepare } = await import('./kills/campaign.mjs');

const count = Number(option('--count') ?? 60);
const seed = Number(option('--seed') ?? Date.now() % 1_000_000_007);
const only = option('--only');
const activities = ACTIVITIES.filter(({ name }) => only === undefined || name === only);
console.log(`${count} kills, seed ${seed}`);

/** A generator of numbers in [0, 1): the same ones for the same seed (mulberry32). */
function numbersFrom(/** @type {number} */ start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = numbersFrom(seed);
/** Planned before the first one, so that a seed gives the same plan for any number of lanes. */
const plan = Array.from({ length: count }, (_, at) => {
  // Neighbours in the plan are of one activity, whose profile can often be gone on with.
  const activity = /** @type {import('./kills/activities.mjs').Activity} */ (
    activities[Math.floor((at * activities.length) / count)]
  );
  // Half of the works that come to an end are killed in the moment after that.
  const isDone = activity.goesOn !== true && random() < 0.5;
  return { activity, isAfterDone: isDone || activity.goesOn === true, part: random() };
});

const server = await serve({ root: root ?? 'build' });
const prepared = await prepare(server.url);
/** @type {import('./kills/campaign.mjs').Kill[]} */
const kills = [];
let isOver = false;
process.on('SIGINT', () => (isOver = true));
process.on('SIGTERM', () => (isOver = true));

async function run(/** @type {number} */ number) {
  const lane = new Lane(prepared, number);
  for (let next = plan.shift(); next !== undefined && !isOver; next = plan.shift()) {
    const kill = await lane.kill(next);
    kills.push(kill);
    const faults = [...kill.lost, ...kill.wrong];
    console.log(
      `${kills.length}/${count} ${kill.activity}, killed ${kill.when}, ${kill.acknowledged} acknowledged: ${
        faults.length === 0 ? 'all there' : `${faults.length} FAULTS: ${faults.slice(0, 3).join('; ')}`
      }`,
    );
    if (option('--json')) writeFileSync(String(option('--json')), JSON.stringify(summary(), null, 2));
  }
  await lane.end();
}

const isRight = (/** @type {import('./kills/campaign.mjs').Kill} */ { lost, wrong, isUsable }) =>
  lost.length === 0 && wrong.length === 0 && isUsable;

function summary() {
  const rows = activities.map(({ name }) => {
    const own = kills.filter(({ activity }) => activity === name);
    return {
      activity: name,
      kills: own.length,
      acknowledged: own.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
      lost: own.filter(({ lost }) => lost.length > 0).length,
      countsRight: own.filter(({ wrong }) => wrong.length === 0).length,
      usable: own.filter(({ isUsable }) => isUsable).length,
    };
  });
  return {
    seed,
    kills: kills.length,
    good: kills.filter(isRight).length,
    rows,
    faults: kills.filter((kill) => !isRight(kill)),
  };
}

const start = performance.now();
await Promise.all(Array.from({ length: Number(option('--lanes') ?? 2) }, (_, number) => run(number)));
await server.close();
prepared.end();

const { rows, good } = summary();
console.log('\n| activity | kills | acknowledged | with loss | counts right | usable |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);
console.log(
  `\n${good} passed, ${kills.length - good} failed in ${((performance.now() - start) / 1000).toFixed(0)} s, seed ${seed}`,
);
process.exit(good === kills.length && kills.length > 0 ? 0 : 1);
