import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { holdKey, pause } from './hands';
import { canvasReady, drawBox, openFirst, regionCount, regions, saved } from './steps';
import { rowsOf } from './stored';

test.setTimeout(180_000);

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const notice = (page: Page) =>
  page.getByRole('status').filter({ hasText: /#\d+ (submitted|updated|skipped)/ });

/** The sample project, opened at its first picture; its detector is connected behind the screen. */
async function openSampleAtOnce(page: Page) {
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await openFirst(page);
}

/** What is submitted: picture numbers with how many regions. */
async function submitted(page: Page): Promise<readonly string[]> {
  const { tasks, annotations } = await rowsOf(page, 'tasks', 'annotations');
  const numbers = new Map(tasks.map((task) => [task['id'], task['number'] as number]));
  return annotations
    .map(({ taskId, regions, isSkipped }) => ({
      number: numbers.get(taskId)!,
      what: isSkipped ? 'skipped' : String((regions as unknown[]).length),
    }))
    .sort((a, b) => a.number - b.number)
    .map(({ number, what }) => `#${number}: ${what}`);
}

const at = (page: Page, number: number) =>
  expect(page.getByRole('heading', { name: new RegExp(`^#${number} `) })).toBeVisible();

/** The picture is on the screen, and what ends the work on it takes presses again. */
async function ready(page: Page, number: number) {
  await at(page, number);
  await expect(button(page, 'Skip')).toBeEnabled();
}

async function doubleClick(page: Page, target: Locator, betweenMs: number) {
  const { x, y, width, height } = (await target.boundingBox())!;
  // The delay stands between press and release, and between release and press.
  await page.mouse.click(x + width / 2, y + height / 2, { clickCount: 2, delay: betweenMs / 2 });
}

test('an impatient hand submits one picture and no other, and takes it back', async ({
  kakomi: { page },
}) => {
  // Keys are held for seconds.
  test.setTimeout(180_000);
  await openSampleAtOnce(page);
  // Every picture has a box already: a press too many would submit it.
  for (let number = 1; number <= 8; number += 1) {
    await at(page, number);
    await canvasReady(page);
    await page.keyboard.press('n');
    await expect(regions(page)).toHaveCount(1);
    await saved(page);
    await page.keyboard.press('d');
  }
  await at(page, 9);
  for (let number = 8; number >= 1; number -= 1) {
    await page.keyboard.press('a');
    await at(page, number);
  }

  let number = 1;
  for (const betweenMs of [60, 120, 250]) {
    await ready(page, number);
    await doubleClick(page, button(page, 'Submit'), betweenMs);
    number += 1;
    await ready(page, number);
    expect(await submitted(page), `${betweenMs} ms`).toHaveLength(number - 1);
  }
  for (const betweenMs of [40, 200]) {
    await page.keyboard.press('f');
    await pause(page, betweenMs);
    await page.keyboard.press('f');
    number += 1;
    await ready(page, number);
    expect(await submitted(page), `F twice, ${betweenMs} ms`).toHaveLength(number - 1);
  }
  // Held for more than a second: the browser repeats it, as a keyboard does.
  await holdKey(page, 'f', 36);
  number += 1;
  await ready(page, number);
  // Enter on the focused button repeats as well.
  await button(page, 'Skip').focus();
  await holdKey(page, 'Enter', 36);
  await ready(page, number + 1);
  expect(await submitted(page)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `#${n}: 1`).concat('#7: skipped'));
  await expect(page.getByText('another tab')).toHaveCount(0);

  // Taken back one after the other, each with its draft and its undo history.
  await expect(notice(page)).toContainText('#7 skipped');
  await notice(page).getByRole('button', { name: 'Undo' }).click();
  await ready(page, 7);
  await expect(regions(page)).toHaveCount(1);
  await expect(notice(page)).toContainText('#6 submitted');
  await page.keyboard.press('Shift+Z');
  await ready(page, 6);
  await expect(button(page, 'Submit')).toBeEnabled();
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(0);
  await page.keyboard.press('Control+y');
  await expect(regions(page)).toHaveCount(1);
  expect(await submitted(page)).toEqual([1, 2, 3, 4, 5].map((n) => `#${n}: 1`));

  // Work that was done on it since is not written over.
  await page.keyboard.press('f');
  await ready(page, 7);
  await page.keyboard.press('a');
  await ready(page, 6);
  await page.keyboard.press('n');
  await expect(regions(page)).toHaveCount(2);
  await saved(page);
  await notice(page).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Picture #6 was changed after it was submitted')).toBeVisible();
  await expect(regions(page)).toHaveCount(2);
  expect(await submitted(page)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `#${n}: 1`));
});

test('Submit means one thing: without a region it says what to do, and Submit Empty is beside it', async ({
  kakomi: { page },
}) => {
  await openSampleAtOnce(page);
  await ready(page, 1);
  await expect(button(page, 'Submit')).toBeDisabled();
  await expect(button(page, 'Submit Empty')).toBeEnabled();
  await page.keyboard.press('f');
  await expect(page.getByRole('alert').filter({ hasText: 'press Submit Empty' })).toBeVisible();
  await drawBox(page, [40, 40], [140, 140]);
  await expect(button(page, 'Submit')).toBeEnabled();
  await expect(button(page, 'Submit Empty')).toBeDisabled();
  const placeOf = async () => (await button(page, 'Submit Empty').boundingBox())!.x;
  const place = await placeOf();
  await page.keyboard.press('Control+z');
  await expect(button(page, 'Submit')).toBeDisabled();
  expect(await placeOf()).toBe(place);

  // With suggestions open it asks first.
  const suggestions = page.getByRole('button', { name: /^Suggestion: / });
  await expect(suggestions.first()).toBeVisible({ timeout: 60_000 });
  const dialog = page.getByRole('dialog', { name: 'Submit Empty' });
  await page.keyboard.press('Shift+S');
  await expect(dialog).toContainText(/suggestion/);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await submitted(page)).toEqual([]);
  await button(page, 'Submit Empty').click();
  await dialog.getByRole('button', { name: 'Submit Empty' }).click();
  await ready(page, 2);
  expect(await submitted(page)).toEqual(['#1: 0']);

  // On a submitted picture it is said why there are no suggestions, and the model can be asked all the same.
  await page.keyboard.press('a');
  await ready(page, 1);
  await expect(page.getByText('Not shown: this picture is submitted.')).toBeVisible();
  await expect(suggestions).toHaveCount(0);
  await page.getByRole('button', { name: 'Ask the model' }).click();
  await expect(suggestions.first()).toBeVisible();
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  await expect(button(page, 'Update')).toBeEnabled();
  expect(await submitted(page), 'a draft over what was submitted').toEqual(['#1: 0']);
});

const SIZES = [
  [320, 480],
  [360, 640],
  [390, 844],
  [844, 390],
  [820, 1106],
  [1024, 600],
  [1280, 720],
  [1366, 625],
  [1366, 768],
  [1440, 789],
  [1920, 1080],
] as const;

test('nothing ever covers Submit, Submit Empty or Skip', async ({ kakomi: { page } }) => {
  await openSampleAtOnce(page);
  const suggestions = page.getByRole('button', { name: /^Suggestion: / });
  await expect(suggestions.first()).toBeVisible({ timeout: 60_000 });
  const counts = [0, 1, 13, 16];
  const more: readonly (() => Promise<void>)[] = [
    () => Promise.resolve(),
    // One box that is selected, with its details.
    async () => page.keyboard.press('n'),
    async () => {
      for (let boxes = 1; boxes < 13; boxes += 1) await page.keyboard.press('n');
    },
    async () => page.getByRole('button', { name: 'Accept All' }).click(),
  ];
  await expect(suggestions).toHaveCount(3);
  const covered: string[] = [];
  for (const [state, reach] of more.entries()) {
    await reach();
    await expect.poll(() => regionCount(page)).toBe(counts[state]);
    await saved(page);
    for (const language of ['en', 'ja'])
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        covered.push(
          ...(await coveredPoints(page, language, `${width}×${height} ${language}, state ${state}`)),
        );
      }
    await coveredPoints(page, 'en', 'back to English');
  }
  expect(covered).toEqual([]);
});

/** Of 50 points of each button, those that belong to something else or lie outside the window. */
const coveredPoints = (page: Page, language: string, where: string): Promise<readonly string[]> =>
  page.evaluate(
    async ([language, where]) => {
      const choice = document.querySelector<HTMLSelectElement>('header select:has(option[value=ja])')!;
      if (choice.value !== language) {
        choice.value = language;
        choice.dispatchEvent(new Event('change', { bubbles: true }));
      }
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
      const names = [
        'Submit',
        'Update',
        'Submit Empty',
        'Skip',
        '登録',
        '更新',
        '対象なしで登録',
        'スキップ',
      ];
      const found = [...document.querySelectorAll('main footer button')].filter((one) =>
        names.includes(one.textContent.trim()),
      );
      if (found.length !== 3) return [`${where}: ${found.length} buttons`];
      return found.flatMap((one) => {
        const { left, top, width, height } = one.getBoundingClientRect();
        const bad = Array.from({ length: 50 }, (_, n) => {
          const x = left + ((n % 10) + 0.5) * (width / 10);
          const y = top + (Math.floor(n / 10) + 0.5) * (height / 5);
          return document.elementFromPoint(x, y);
        }).filter((hit) => hit === null || !one.contains(hit));
        return bad.length === 0
          ? []
          : [
              `${where}: ${bad.length} of 50 points of ${one.textContent.trim()} are ${bad[0]?.tagName ?? 'outside'}`,
            ];
      });
    },
    [language, where] as const,
  );
