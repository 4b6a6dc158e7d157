/** @import { Page } from 'playwright' */
/** @import { Row } from './measure.mjs' */
import { atMost } from './measure.mjs';

/** @typedef {() => Promise<{ server: { url: string }, page: Page, end: () => Promise<void> }>} World */

const LABELS = 2000;
const ADDED = `document.querySelector('main h3')?.textContent?.includes('${LABELS}')`;
const SAVED = "document.querySelector('main [role=status]')?.textContent?.trim()";

/** The labelling settings of a new project without labels, the names of its many labels typed. */
async function typed(/** @type {World} */ world) {
  const { server, page, end } = await world();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Create Project' }).first().click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill('bench');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/projects\//);
  await page.goto(`${page.url().split('?')[0]}/settings?section=labeling`);
  const names = page.getByRole('textbox', { name: 'Add label names' });
  await names.waitFor();
  for (const name of ['Airplane', 'Car']) {
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  }
  await names.fill(Array.from({ length: LABELS }, (_, at) => `label ${at + 1}`).join('\n'));
  return { page, end };
}

/** Milliseconds from a press on a button to the first frame after the condition holds. */
async function pressed(
  /** @type {Page} */ page,
  /** @type {string} */ button,
  /** @type {string} */ condition,
) {
  const done = page.evaluate(
    ([name, test]) =>
      new Promise((/** @type {(ms: number) => void} */ tell) => {
        const found = [...document.querySelectorAll('main button')].find(
          (one) => one.textContent?.trim() === name,
        );
        const holds = /** @type {() => boolean} */ (new Function(`return Boolean(${test})`));
        const start = performance.now();
        /** @type {HTMLElement} */ (found).click();
        const look = () => {
          if (!holds()) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => tell(performance.now() - start)));
        };
        look();
      }),
    [button, condition],
  );
  return done;
}

/** @returns {readonly Row[]} */
export const labelRows = (/** @type {World} */ world) => [
  {
    name: 'labels/add: 2,000 names at once',
    unit: 'ms',
    goal: 'at most 4 s (40 s before)',
    isMet: atMost(4000),
    sample: async () => {
      const { page, end } = await typed(world);
      const value = await pressed(page, 'Add', ADDED);
      await end();
      return { value, limit: null };
    },
  },
  {
    name: 'labels/save: 2,000 labels',
    unit: 'ms',
    goal: 'at most 0.7 s (7 s before)',
    isMet: atMost(700),
    sample: async () => {
      const { page, end } = await typed(world);
      await pressed(page, 'Add', ADDED);
      const value = await pressed(page, 'Save', SAVED);
      await end();
      return { value, limit: null };
    },
  },
];
