/** @import { Activity, World } from './activities.mjs' */
/** @import { Killable } from './killable.mjs' */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launch } from './killable.mjs';
import { BULK_SUBMITTED, BULK_TASKS, changeElsewhere, PICTURES, seed } from './seed.mjs';
import { stored } from './stored.mjs';

/** Findings that say nothing of lost work or wrong counts: the seeded model has no file, and Undo keeps rows. */
const HARMLESS = new Set(['model-files', 'leftovers', 'unfinished']);
/** A profile that is gone on with gets a fresh start while there are still open pictures in it. */
const ROUNDS_A_PROFILE = 12;

/** @typedef {{ activity: string, when: string, acknowledged: number, lost: readonly string[], wrong: readonly string[], isUsable: boolean }} Kill */

/**
 * When the browser is killed: at a part (0 to 1) of the window after the work began, or after the app first said that
 * something of it was done.
 *
 * @typedef {{ activity: Activity, isAfterDone: boolean, part: number }} Moment
 */

/** Where the profile of a kill that something is wrong with is kept. */
const KEPT_PROFILES = '.cache/failed-kills';
/** How much of a page's text is told, where something is wrong on it. */
const SHOWN = 1500;
/** How soon after the app has said that a work is done the browser is killed. */
const JUST_DONE_MS = 150;
/** A kill may come a little later than the work usually ends. */
const BEYOND_THE_END = 1.1;

/** The files and the profile that every kill starts from. `build`: the folder of the built app. */
export async function prepare(/** @type {string} */ url) {
  const root = mkdtempSync(path.join(tmpdir(), 'kakomi-kills-'));
  const template = path.join(root, 'template');
  const first = await launch(template);
  await first.page.goto(url);
  await first.page.getByRole('button', { name: 'Create Project' }).waitFor();
  const seeded = await seed(first.page);
  await first.close();

  const elsewhere = path.join(root, 'elsewhere');
  copyProfile(template, elsewhere);
  const backup = path.join(root, 'elsewhere.kakomi');
  await backUpElsewhere(elsewhere, url, seeded, backup);

  // No name is that of a seeded picture: a folder that looks like a known one is asked about first.
  const folder = path.join(root, 'pictures');
  mkdirSync(folder);
  for (let number = 1; number <= PICTURES; number += 1)
    copyFileSync('static/sample/pictures/mucosa-001.jpg', path.join(folder, `found-${number}.jpg`));
  const dataset = path.join(root, 'theirs.json');
  writeFileSync(dataset, JSON.stringify(coco()));
  const end = () => rmSync(root, { recursive: true, force: true });
  /** How long each work took the last time, from its start until the app said that it was done. */
  const tookMs = /** @type {Map<string, number>} */ (new Map());
  return { root, template, world: { url, seeded, folder, dataset, backup }, tookMs, end };
}

/** A COCO file of two boxes on every picture that nobody has touched. */
function coco() {
  const numbers = Array.from({ length: BULK_TASKS - BULK_SUBMITTED }, (_, at) => BULK_SUBMITTED + 1 + at);
  return {
    images: numbers.map((id) => ({ id, file_name: `${id}.jpg`, width: 640, height: 512 })),
    categories: [{ id: 1, name: 'polyp' }],
    annotations: numbers.flatMap((image) =>
      [1, 2].map((at) => ({
        ...{ id: image * 2 + at, image_id: image, category_id: 1, bbox: [at * 50, 20, 30, 40] },
        ...{ area: 1200, iscrowd: 0 },
      })),
    ),
  };
}

async function backUpElsewhere(
  /** @type {string} */ profile,
  /** @type {string} */ url,
  /** @type {World['seeded']} */ seeded,
  /** @type {string} */ file,
) {
  const browser = await launch(profile);
  const { page, context } = browser;
  await page.goto(url);
  await page.getByRole('button', { name: 'Create Project' }).waitFor();
  await changeElsewhere(page, seeded);
  const cdp = await context.newCDPSession(page);
  const downloadPath = mkdtempSync(path.join(path.dirname(file), 'downloads-'));
  await cdp.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath,
    eventsEnabled: true,
  });
  const named = /** @type {Promise<string>} */ (
    new Promise((done) => {
      cdp.on('Browser.downloadProgress', ({ state, guid }) => state === 'completed' && done(guid));
    })
  );
  await page.getByRole('button', { name: 'Back Up', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption({ label: 'bulk' });
  await dialog.getByRole('button', { name: 'Back Up', exact: true }).click();
  cpSync(path.join(downloadPath, await named), file);
  await browser.close();
}

/** What marks a profile as in use stays behind. */
const copyProfile = (/** @type {string} */ from, /** @type {string} */ to) =>
  cpSync(from, to, { recursive: true, filter: (file) => !path.basename(file).startsWith('Singleton') });

/** One profile after another, killed again and again. */
export class Lane {
  /** @type {Killable | null} */
  #browser = null;
  #rounds = 0;
  #profile;
  /**
   * What the console and failed requests said since the browser was started.
   *
   * @type {string[]}
   */
  #heard = [];

  constructor(/** @type {Awaited<ReturnType<typeof prepare>>} */ prepared, /** @type {number} */ number) {
    this.prepared = prepared;
    this.#profile = path.join(prepared.root, `lane-${number}`);
  }

  /** @returns {Promise<Kill>} */
  async kill(/** @type {Moment} */ moment) {
    const { activity, isAfterDone } = moment;
    const afterMs = Math.round(moment.part * this.#windowMs(moment));
    const { world } = this.prepared;
    const projectId = world.seeded[activity.project];
    const acknowledged = new Map();
    /** @type {Kill} */
    const kill = {
      activity: activity.name,
      when: `${afterMs} ms after ${isAfterDone ? 'the first acknowledgement' : 'the start'}`,
      acknowledged: 0,
      lost: [],
      wrong: [],
      isUsable: false,
    };
    let before;
    try {
      const victim = await this.#opened(activity.keepsProfile === true);
      before = await stored(victim.page, projectId);
      await this.#killWhile(victim, { ...moment, afterMs }, { ...world, before }, acknowledged);
    } catch (error) {
      await this.end();
      return { ...kill, wrong: [`before the kill: ${String(error)}`] };
    }
    kill.acknowledged = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
    try {
      const browser = (this.#browser = await this.#launch());
      const { page } = browser;
      await activity.settle?.({ ...world, page, isDone: acknowledged.size > 0 });
      const wrong = await wrongIn(page, world.url, projectId);
      const after = await stored(page, projectId);
      const strays = after.strays > 0 ? [`${after.strays} rows of projects that are not there`] : [];
      return {
        ...kill,
        lost: activity.lost(before, after, acknowledged),
        wrong: [...wrong, ...strays],
        isUsable: true,
      };
    } catch (error) {
      const shown = await this.#browser?.page
        .evaluate(async () => {
          const locks = JSON.stringify(await navigator.locks.query());
          return `${document.body.innerText}\n${document.readyState}, locks ${locks}`;
        })
        .catch(String);
      const heard = this.#heard.join('\n');
      // What the browser made of it can be looked into afterwards: its log of the database, say.
      await this.#browser?.kill();
      copyProfile(this.#profile, path.join(KEPT_PROFILES, `${activity.name}-${Date.now()}`));
      await this.end();
      return {
        ...kill,
        wrong: [
          `after the kill: ${String(error)}\nOn the page: ${shown?.slice(0, SHOWN)}\nHeard: ${heard.slice(0, SHOWN)}`,
        ],
      };
    }
  }

  #windowMs(/** @type {Moment} */ { activity, isAfterDone }) {
    if (activity.goesOn) return activity.windowMs;
    if (isAfterDone) return JUST_DONE_MS;
    return (this.prepared.tookMs.get(activity.name) ?? activity.windowMs) * BEYOND_THE_END;
  }

  async #killWhile(
    /** @type {Killable} */ victim,
    /** @type {Moment & { afterMs: number }} */ { activity, isAfterDone, afterMs },
    /** @type {World & { before: import('./stored.mjs').Stored }} */ given,
    /** @type {Map<string, number>} */ acknowledged,
  ) {
    /** @type {() => void} */
    let begin = () => undefined;
    const beginning = new Promise((/** @type {(value: void) => void} */ done) => (begin = done));
    const killing = beginning
      .then(() => new Promise((done) => setTimeout(done, afterMs)))
      .then(() => victim.kill());
    let startedAt = 0;
    const start = () => {
      startedAt = performance.now();
      if (!isAfterDone) begin();
    };
    const acknowledge = (/** @type {string} */ what, /** @type {number} */ count) => {
      acknowledged.set(what, count);
      this.prepared.tookMs.set(activity.name, performance.now() - startedAt);
      begin();
    };
    await activity.act({ ...victim, ...given, start, acknowledge }).catch((error) => {
      if (!victim.isKilled()) throw error;
    });
    await killing;
  }

  /** The browser of the last kill, where its profile is gone on with; else one on a fresh profile. */
  async #opened(/** @type {boolean} */ keepsProfile) {
    this.#rounds += 1;
    if (keepsProfile && this.#browser !== null && this.#rounds < ROUNDS_A_PROFILE) return this.#browser;
    await this.end();
    this.#rounds = keepsProfile ? 0 : ROUNDS_A_PROFILE;
    copyProfile(this.prepared.template, this.#profile);
    return (this.#browser = await this.#launch());
  }

  async #launch() {
    const browser = await launch(this.#profile);
    this.#heard = [];
    browser.page.on('console', (message) => this.#heard.push(message.text()));
    browser.page.on('pageerror', (error) => this.#heard.push(String(error)));
    browser.page.on('requestfailed', (request) => this.#heard.push(`failed: ${request.url()}`));
    await browser.page.goto(this.prepared.world.url);
    await browser.page.getByRole('button', { name: 'Create Project' }).waitFor();
    return browser;
  }

  async end() {
    await this.#browser?.kill();
    this.#browser = null;
    if (existsSync(this.#profile)) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the app's own check says of a project. */
async function wrongIn(
  /** @type {import('playwright').Page} */ page,
  /** @type {string} */ url,
  /** @type {string} */ projectId,
) {
  await page.goto(`${url}projects/${projectId}/settings?section=general`);
  await page.getByRole('button', { name: 'Check this project' }).click();
  const section = page.getByRole('region', { name: 'Check this project' });
  await section.locator('[data-finding], [data-all-well]').first().waitFor();
  const found = await section
    .locator('[data-finding]')
    .evaluateAll((items) =>
      items.map((item) => [item.getAttribute('data-finding') ?? '', item.textContent?.trim() ?? '']),
    );
  return found.filter(([kind]) => !HARMLESS.has(kind ?? '')).map(([kind, words]) => `${kind}: ${words}`);
}
